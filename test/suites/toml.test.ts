import { existsSync, readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { measureEdits } from "../../bench/suites/measure.ts"
import toml from "../../plugins/toml/index.ts"
import { judgeEdit, nodesOf, type Verdict } from "../../src/api/judgeEdit.ts"
import { defaultLimits, hasErrors, type Parsed } from "../../src/model/document.ts"
import type { Operation } from "../../src/model/operation.ts"
import type { Path } from "../../src/model/path.ts"
import { decode, type Source } from "../../src/model/source.ts"
import { DateTime, isArray, isObject, keysOf, type Value } from "../../src/model/value.ts"

const corpus = new URL("../../../shared/corpus/", import.meta.url)
const suite = new URL("../../../shared/suites/toml/", import.meta.url)
const present = existsSync(suite)

const newSyntax = "syntax of TOML 1.1, which cfgsync reads but never writes"
/** Invalid under 1.0.0, and read all the same. */
const accepted: Readonly<Record<string, string>> = {
  "invalid/datetime/no-secs.toml": newSyntax,
  "invalid/inline-table/linebreak-01.toml": newSyntax,
  "invalid/inline-table/linebreak-02.toml": newSyntax,
  "invalid/inline-table/linebreak-03.toml": newSyntax,
  "invalid/inline-table/linebreak-04.toml": newSyntax,
  "invalid/inline-table/trailing-comma.toml": newSyntax,
  "invalid/local-datetime/no-secs.toml": newSyntax,
  "invalid/local-time/no-secs.toml": newSyntax,
  "invalid/string/basic-byte-escapes.toml": newSyntax,
}

function names(version: string, kind: "valid" | "invalid"): readonly string[] {
  if (!present) return []
  const list = readFileSync(new URL(`files-toml-${version}`, suite), "utf8").split("\n")
  return list.filter((name) => name.startsWith(`${kind}/`) && name.endsWith(".toml"))
}

/** What is not UTF-8 never reaches a format: `decode` is the finding. */
function read(name: string): { readonly parsed: Parsed; readonly text: string } | undefined {
  const decoded = decode(name, readFileSync(new URL(name, suite)))
  return decoded.ok ? { parsed: toml.parse(decoded.source, defaultLimits), text: decoded.source.text } : undefined
}

describe.skipIf(!present).each(["1.0.0", "1.1.0"])(
  "toml-test %s (skipped where shared/suites is absent)",
  (version) => {
    test.each(names(version, "valid"))("%s has the right value", (name) => {
      const found = read(name)
      expect(found?.parsed.problems).toEqual([])
      const expected: unknown = JSON.parse(readFileSync(new URL(name.replace(/toml$/, "json"), suite), "utf8"))
      expect(tagged(found?.parsed.documents[0]?.value as Value, expected)).toEqual(normal(expected))
    })

    test.each(names(version, "invalid"))("%s is a problem with a place", (name) => {
      const found = read(name)
      if (found === undefined) return
      if (version === "1.0.0" && name in accepted) {
        expect(found.parsed.problems, accepted[name]).toEqual([])
        return
      }
      expect(found.parsed.documents).toEqual([])
      const problem = found.parsed.problems[0]
      expect(problem).toMatchObject({ severity: "error", code: expect.stringMatching(/^(syntax|duplicate-key)$/) })
      expect(problem?.message).not.toMatch(/Invalid TOML|undefined/)
      expect(problem?.span.start).toBeLessThanOrEqual(problem?.span.end ?? -1)
      expect(problem?.span.end).toBeLessThanOrEqual(found.text.length)
    })
  },
)

describe.skipIf(!present)("edits (skipped where shared is absent)", () => {
  // All of them: `npx node bench/suites.ts toml`.
  test("every node of each fourth case is edited, judged by a second reader", async () => {
    const { suite } = await import("../../bench/suites/toml.ts")
    const cases = suite.cases.filter(({ verdict }) => verdict === "valid").filter((_, index) => index % 4 === 0)
    for (const [operation, figures] of Object.entries(measureEdits({ ...suite, cases }))) {
      expect(figures.breaches, operation).toEqual([])
      expect(figures.cases, operation).toBeGreaterThan(50)
      expect(figures.done / figures.cases, operation).toBeGreaterThanOrEqual(0.99)
    }
  })

  test("nodes of real files are edited", () => {
    const verdicts = realFiles().flatMap((source) => judged(source))
    const done = verdicts.filter(({ outcome }) => outcome === "done")
    expect(verdicts.filter(({ outcome }) => outcome === "wrong")).toEqual([])
    expect(verdicts.length).toBeGreaterThan(500)
    expect(done.length / verdicts.length).toBeGreaterThanOrEqual(0.997)
  })
})

/** One of ten, to be soon done; all of them were held to this by hand. */
function realFiles(): readonly Source[] {
  if (!existsSync(corpus)) return []
  const rows = readFileSync(new URL("index.jsonl", corpus), "utf8")
    .split("\n")
    .filter((line) => line !== "")
  const files = rows
    .map((line): { format: string; file: string } => JSON.parse(line))
    .filter(({ format }) => format === "toml")
  return files
    .filter((_, index) => index % 10 === 0)
    .flatMap(({ file }) => {
      const decoded = decode(file, readFileSync(new URL(file, corpus)))
      return decoded.ok && !hasErrors(toml.parse(decoded.source, defaultLimits)) ? [decoded.source] : []
    })
}

function judged(source: Source): readonly Verdict[] {
  const nodes = [...nodesOf(toml.parse(source, defaultLimits).documents[0]?.value as Value)]
  const step = Math.ceil(nodes.length / 10)
  return nodes
    .filter((_, index) => index % step === 0)
    .flatMap(({ path, value }) => operationsAt(path, value))
    .map((operation) => judgeEdit(toml, source, operation))
    .filter(({ outcome }) => outcome !== "meaningless")
}

function operationsAt(path: Path, value: Value): readonly Operation[] {
  const object = isArray(value) && isObject(value.at(-1))
  const own: readonly Operation[] = isArray(value)
    ? [
        { op: "append", path, value: object ? { k: 1 } : "new" },
        { op: "insert", path: [...path, 0], value: object ? { k: 1 } : "new" },
      ]
    : isObject(value)
      ? [
          { op: "set", path: [...path, "new key"], value: "v" },
          { op: "set", path: [...path, "table"], value: { a: 1, b: { c: [1] } } },
        ]
      : [{ op: "set", path, value: value === "v" ? "w" : "v" }]
  const gone: readonly Operation[] = path.length > 0 ? [{ op: "remove", path }] : []
  return typeof path.at(-1) === "string"
    ? [...own, ...gone, { op: "rename", path, to: "a new name" }, { op: "move", from: path, path: ["moved here"] }]
    : [...own, ...gone]
}

/** In the form of toml-test's expected JSON; the kind of number is taken from there, for `1` and `1.0` are one value. */
function tagged(value: Value, like: unknown): unknown {
  if (isArray(value)) return value.map((item, index) => tagged(item, Array.isArray(like) ? like[index] : undefined))
  if (isObject(value)) {
    const shape = like as Readonly<Record<string, unknown>>
    return Object.fromEntries(keysOf(value).map((key) => [key, tagged(value[key] as Value, shape[key])]))
  }
  if (value instanceof DateTime) return { type: timeKind(value.text), value: normalTime(value.text) }
  if (typeof value === "string") return { type: "string", value }
  if (typeof value === "boolean") return { type: "bool", value: String(value) }
  const type =
    typeof value === "bigint"
      ? "integer"
      : (like as { type?: unknown } | undefined)?.type === "float"
        ? "float"
        : "integer"
  return { type, value: type === "float" ? Number(value) : String(BigInt(value ?? 0)) }
}

function normal(expected: unknown): unknown {
  if (Array.isArray(expected)) return expected.map(normal)
  const object = expected as Readonly<Record<string, unknown>>
  if (typeof object.type !== "string" || typeof object.value !== "string")
    return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, normal(value)]))
  if (object.type === "float") return { type: "float", value: float(object.value) }
  return /date|time/.test(object.type) ? { type: object.type, value: normalTime(object.value) } : object
}

function float(text: string): number {
  return Number(text.replace(/^([+-]?)inf$/, "$1Infinity").replace(/^[+-]?nan$/, "NaN"))
}

function timeKind(text: string): string {
  if (/^\d\d:/.test(text)) return "time-local"
  if (!text.includes(":")) return "date-local"
  return /(?:[zZ]|[+-]\d\d:\d\d)$/.test(text) ? "datetime" : "datetime-local"
}

function normalTime(text: string): string {
  return text
    .toUpperCase()
    .replace(" ", "T")
    .replace(/(^|T)(\d\d:\d\d)(?=$|[Z+-])/, "$1$2:00")
    .replace(/(\.\d*?)0+(?=$|[Z+-])/, "$1")
    .replace(/\.(?=$|[Z+-])/, "")
}
