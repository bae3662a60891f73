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
const wrong: Finding = { ...broken, rule: "own/port", kind: "rule", message: "the port is a number" }
const seen = (at: number, age: number, text = '{ "port": '): Seen => ({
  print: "1 644",
  content: "1",
  bytes: new TextEncoder().encode(text),
  isFile: true,
  written: "1",
  at,
  age,
})

let now = 1000
beforeEach(() => {
  now = 1000
  vi.spyOn(performance, "now").mockImplementation(() => now)
})
afterEach(() => void vi.restoreAllMocks())

/** Looks at a file that does not parse, so many milliseconds after the last look. @param age how long before that it was written */
function looker(): { readonly saves: Saves; readonly look: (after: number, age: number) => boolean } {
  const saves = new Saves({ has: () => false, isNew: () => true }, () => {})
  return {
    saves,
    look: (after, age) => {
      now += after
      return saves.mustHold("a.json", seen(now, age), [broken], true)
    },
  }
}

test("a broken state that lasts is told of", () => {
  const { saves, look } = looker()
  saves.stir("a.json")
  expect([look(0, 0), look(50, 50)]).toEqual([true, false])
  expect(saves.due()).toEqual(["a.json"])
})

test("one that has stood for long when it is found is told of at once", () => {
  expect(looker().look(0, 1000)).toBe(false)
  // By a clock that was set back since.
  expect(looker().look(0, -100_000)).toBe(false)
})

test("one that was written just now has not lasted, though no event told of that", () => {
  const { saves, look } = looker()
  expect(look(0, 5)).toBe(true)
  saves.told("a.json")
  expect([look(500, 0), look(50, 2), look(30, 32), look(30, 62)]).toEqual([true, true, true, false])
})

test("one that was written just before it was looked at has not lasted, however long its check took", () => {
  const { saves } = looker()
  saves.stir("a.json")
  now += 500
  expect(saves.mustHold("a.json", seen(1005, 5), [broken], true)).toBe(true)
  expect(saves.due()).toEqual(["a.json"])
})

test("one that is written again and again is told of in the end", () => {
  const { look } = looker()
  const held = Array.from({ length: 60 }, (_, index) => look(index === 0 ? 0 : 50, 0))
  expect(held.indexOf(false)).toBe(40)
})

test("one that was seen empty is told of as soon as it is whole, where its text shows that", () => {
  for (const [text, mustWait] of [
    ['{ "port": "x" }\n', false],
    ["port: x\n", true],
  ] as const) {
    const saves = new Saves({ has: () => false, isNew: () => true }, () => {})
    saves.stir("a")
    expect(saves.mustHold("a", seen(now, 0, ""), [broken], true)).toBe(true)
    saves.stir("a")
    expect(saves.mustHold("a", seen(now, 0, text), [wrong], true)).toBe(mustWait)
  }
})

test("one that is new may be gone at once, whatever it holds", () => {
  const saves = new Saves({ has: () => false, isNew: () => true }, () => {})
  saves.stir("a")
  expect(saves.mustHold("a", seen(now, 0, ""), [], false)).toBe(true)
  expect(saves.mustHold("a", seen(now, 0, '{ "port": "x" }'), [wrong], true)).toBe(true)
})
