import { afterEach, beforeEach, expect, test, vi } from "vitest"
import type { Finding } from "../../model/finding.ts"
import { Saves } from "./saves.ts"
import type { Seen } from "./setting.ts"

const broken: Finding = {
  file: "a.json",
  document: 0,
  rule: "cfgsync/syntax",
  kind: "syntax",
  severity: "error",
  message: "it ends too early",
  path: [],
  span: { start: 0, end: 0 },
  priority: 0,
  repairs: [],
}
const seen = (written: string): Seen => ({
  print: "1 644",
  content: "1",
  bytes: new TextEncoder().encode('{ "port": '),
  isFile: true,
  written,
})

let now = 1000
beforeEach(() => {
  now = 1000
  vi.spyOn(performance, "now").mockImplementation(() => now)
})
afterEach(() => void vi.restoreAllMocks())

/** Looks at a file that does not parse, so many milliseconds after the last look. */
function looker(): { readonly saves: Saves; readonly look: (after: number, written: string) => boolean } {
  const saves = new Saves({ has: () => false, isNew: () => true }, () => {})
  saves.stir("a.json")
  return {
    saves,
    look: (after, written) => {
      now += after
      return saves.mustHold("a.json", seen(written), [broken], true)
    },
  }
}

test("a broken state that lasts is told of", () => {
  const { saves, look } = looker()
  expect([look(0, "1"), look(50, "1")]).toEqual([true, false])
  expect(saves.due()).toEqual(["a.json"])
})

test("the same broken state, written anew meanwhile, has not lasted, though no event told of that", () => {
  const { look } = looker()
  expect([look(0, "1"), look(50, "2"), look(30, "2"), look(30, "2")]).toEqual([true, true, true, false])
})

test("one that is written again and again is told of in the end", () => {
  const { look } = looker()
  const held = Array.from({ length: 60 }, (_, index) => look(index === 0 ? 0 : 50, String(index)))
  expect(held.indexOf(false)).toBe(40)
})
