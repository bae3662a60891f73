import { describe, expect, it } from "vitest"
import { CfgsyncError, type ErrorCode } from "../model/errors.ts"
import type { Finding } from "../model/finding.ts"
import type { Plan } from "../model/plan.ts"
import { memorySystem } from "../system/memory.ts"
import type { System } from "../system/system.ts"
import { type AffectedBy, Dependents } from "./dependents.ts"
import { writePlan } from "./writePlan.ts"

const texts = { "a.json": "1", "b.json": "1", "c.json": "1" }

/** A system that will not have these files written. */
function refusing(code: ErrorCode, ...refused: readonly string[]): System {
  const system = memorySystem(texts)
  return {
    ...system,
    write: (files) => {
      const bad = files.find(({ path }) => refused.includes(path))
      if (bad !== undefined) throw new CfgsyncError(code, `${bad.path} will not have it`)
      system.write(files)
    },
  }
}

function findingOf(file: string): Finding {
  const place = { document: 0, path: [], span: { start: 0, end: 1 } }
  return { file, ...place, rule: "x/a", kind: "rule", severity: "error", message: file, priority: 0, repairs: [] }
}

/** Each repair sets all of its files to 2. */
function planOf(...repairs: readonly (readonly string[])[]): Plan {
  const step = (file: string) => ({ file, document: 0, operation: { op: "set", path: [], value: 2 } as const })
  return {
    files: [...new Set(repairs.flat())].map((path) => ({
      path,
      before: { text: "1", bom: false },
      after: { text: "2", bom: false },
      edits: [{ start: 0, end: 1, text: "2" }],
    })),
    fixed: repairs.map((files) => ({
      finding: findingOf(files[0] ?? ""),
      repair: { title: "two", safety: "safe", steps: files.map(step) },
    })),
  }
}

function textsIn(system: System): string {
  return Object.keys(texts)
    .map((path) => new TextDecoder().decode(system.read(path, 10) ?? new Uint8Array()))
    .join("")
}

const alone: AffectedBy = new Dependents()

describe("where one file refuses", () => {
  it.each<[string, Plan, AffectedBy, string, string[]]>([
    ["the others are written", planOf(["a.json"], ["b.json"], ["c.json"]), alone, "212", ["b.json"]],
    ["a repair of several files is left whole", planOf(["a.json", "b.json"], ["c.json"]), alone, "112", ["a.json"]],
    [
      "files that one file's rules look at stay together",
      planOf(["a.json"], ["b.json"], ["c.json"]),
      new Dependents([["z.json", { files: new Set(["b.json"]), globs: new Set(["a.*"]), outside: new Set() }]]),
      "112",
      ["a.json", "b.json"],
    ],
  ])("%s", (_, plan, dependencies, after, failed) => {
    const system = refusing("write-refused", "b.json")
    const written = writePlan(system, plan, dependencies)
    expect(textsIn(system)).toBe(after)
    expect(written.failed.map(({ finding }) => finding.file)).toEqual(failed)
    expect(written.failed[0]).toMatchObject({ step: "write", reason: "b.json will not have it" })
    expect(written.plan.fixed.length + written.failed.length).toBe(plan.fixed.length)
  })
})

it("a file that changed meanwhile is told from one that may not be written", () => {
  const { failed } = writePlan(refusing("file-changed", "a.json"), planOf(["a.json"]), alone)
  expect(failed).toMatchObject([{ step: "fresh", reason: "a.json will not have it" }])
})

it("a disk that takes nothing at all is an error", () => {
  const full = refusing("write-failed", "a.json", "b.json")
  expect(() => writePlan(full, planOf(["a.json"], ["b.json"]), alone)).toThrow(
    "a.json will not have it; nothing was written",
  )
  expect(textsIn(full)).toBe("111")
})
