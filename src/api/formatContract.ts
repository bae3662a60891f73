import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { editDocument } from "../engine/editDocument.ts"
import { type Document, defaultLimits, type Format, hasErrors } from "../model/document.ts"
import type { Operation } from "../model/operation.ts"
import { formatPath, type Path } from "../model/path.ts"
import type { Source } from "../model/source.ts"
import type { Span } from "../model/span.ts"
import { equal, isArray, isObject, keysOf, makeObject, type Value } from "../model/value.ts"
import { judgeEdit, nodesOf } from "./judgeEdit.ts"
import { trickyStrings } from "./trickyStrings.ts"

/** A text that the format reads without errors. Give each feature of the format one: see `testFormat`. */
export interface FormatSample {
  readonly name: string
  readonly path: string
  readonly text: string
  readonly bom?: boolean
  /** Codes of the warnings that reading it gives; none when absent. */
  readonly problems?: readonly string[]
  /** Reasons with which an edit of this sample may be refused; any other refusal fails. */
  readonly refusals?: readonly RegExp[]
  /** The wording of a node need not mean the same when read alone: aliases, tags, values that depend on their place. */
  readonly dependent?: boolean
}

export interface FormatTraits {
  /** Reasons with which an edit of any sample may be refused, such as a null in a format without one. */
  readonly refusals?: readonly RegExp[]
  /** Values beside the usual ones that the format can say, such as dates. */
  readonly values?: readonly Value[]
}

const scalars: readonly Value[] = [null, true, false, 0, -1, 1.5, 1e21, 1e-7, 9007199254740993n]
const containers: readonly Value[] = [
  [],
  makeObject([]),
  ["a", 1, [true]],
  makeObject([
    ["k", makeObject([["n", [1, makeObject([["x", "y"]])]]])],
    ["__proto__", makeObject([])],
    ["10", "ten"],
    ["2", "two"],
  ]),
]
const newKeys: readonly string[] = [
  "added",
  "two words",
  "__proto__",
  "constructor",
  "10",
  "",
  "a.b",
  "ключ😀",
  `quo"te's`,
  "line\nbreak",
  "#x",
  "- x",
  "a: b",
  "? y",
  "null",
  "true",
  "<<",
  "back\\slash",
]

/** More nodes of one sample than this are thinned out evenly, so that a real file may be a sample. */
const nodesPerSample = 40

/**
 * The one test suite of format plugins: registers vitest tests that hold a format to what cfgsync promises of it. Reading never throws, spans
 * name what they should, and every edit of every node is either refused with an allowed reason or lossless and exact.
 *
 * Samples should cover: CRLF, BOM, tabs, no final newline, non-ASCII and astral text, comments everywhere, empty containers, deep nesting,
 * duplicate keys where they can be read, `__proto__`, `constructor` and integer-like keys, big integers, one-line and many-line containers.
 */
export function testFormat(format: Format, samples: readonly FormatSample[], traits: FormatTraits = {}): void {
  describe(`format ${format.name}`, () => {
    testReading(format, samples)
    for (const sample of samples) {
      describe(sample.name, () => {
        testSample(format, sample)
        for (const [law, operations] of Object.entries(operationsOf(format, sample, traits)))
          test(law, () => expect(breaches(format, sample, traits, operations).slice(0, 8)).toEqual([]))
      })
    }
  })
}

function testReading(format: Format, samples: readonly FormatSample[]): void {
  const paths = samples.length > 0 ? [...new Set(samples.map((sample) => sample.path))] : ["file"]
  test("reading never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.string({ unit: "binary", maxLength: 60 }), (path, text) =>
        readAll(format, { path, text, bom: false }),
      ),
      { numRuns: 500 },
    )
  })
  test("reading never throws, whatever becomes of a good text", () => {
    if (samples.length === 0) return
    const mutated = fc
      .tuple(fc.constantFrom(...samples), fc.array(mutation, { minLength: 1, maxLength: 3 }))
      .map(([sample, mutations]) => ({
        path: sample.path,
        text: mutations.reduce((text, mutate) => mutate(text), sample.text),
        bom: false,
      }))
    fc.assert(
      fc.property(mutated, (source) => readAll(format, source)),
      { numRuns: 1000 },
    )
  })
}

const unit = fc.double({ min: 0, max: 1, noNaN: true })
const snippet = fc.oneof(
  fc.constantFrom(
    ..."{}[]()\"'`,:;#/\\*&!|>-=.?%@~ \t\r\n\u0000\uFEFF\uD800",
    "/*",
    "//",
    '"""',
    "'''",
    "\n---\n",
    "<<",
  ),
  fc.string({ unit: "binary", maxLength: 4 }),
)
const mutation: fc.Arbitrary<(text: string) => string> = fc
  .tuple(fc.constantFrom("cut", "drop", "put", "repeat"), unit, unit, snippet)
  .map(([kind, first, second, put]) => (text: string) => {
    const start = Math.floor(first * text.length)
    const end = Math.min(start + 1 + Math.floor(second * second * 20), text.length)
    if (kind === "cut") return text.slice(0, start)
    if (kind === "drop") return text.slice(0, start) + text.slice(end)
    if (kind === "put") return text.slice(0, start) + put + text.slice(start)
    return text.slice(0, end) + text.slice(start)
  })

/** Ask a text everything that may be asked of it. */
function readAll(format: Format, source: Source): void {
  const parsed = format.parse(source, defaultLimits)
  for (const problem of parsed.problems) {
    expectInside(problem.span, { start: 0, end: source.text.length }, `problem ${problem.message}`)
    if (problem.message === "") throw new Error("a problem has no message")
  }
  if (parsed.documents.length === 0 && !hasErrors(parsed) && source.text.trim() !== "")
    throw new Error("nothing was read and nothing was said")
  for (const document of parsed.documents) {
    for (const node of nodesOf(document.value)) document.locate(node.path)
    document.comments()
    if (!hasErrors(parsed)) document.candidates({ op: "set", path: [], value: "x" })
  }
}

function expectInside(inner: Span, outer: Span, what: string): void {
  if (!(outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end))
    throw new Error(`${what} at ${inner.start}..${inner.end} is not inside ${outer.start}..${outer.end}`)
}

function testSample(format: Format, sample: FormatSample): void {
  const source = sourceOf(sample)
  test("is read with the problems it names", () => {
    const parsed = format.parse(source, defaultLimits)
    expect(parsed.problems.map((problem) => problem.code)).toEqual(sample.problems ?? [])
    expect(hasErrors(parsed)).toBe(false)
    expect(parsed.documents.length).toBeGreaterThan(0)
  })
  test("every span names its key and value", () => {
    for (const document of format.parse(source, defaultLimits).documents)
      for (const { path, value } of nodesOf(document.value)) checkLocation(format, sample, document, path, value)
  })
  test("nothing is located where nothing is", () => {
    for (const document of format.parse(source, defaultLimits).documents) {
      expect(document.locate(["no such key", "below it"])).toBeUndefined()
      expect(document.locate([123456])).toBeUndefined()
      if (!Object.hasOwn(Object(document.value), "toString")) expect(document.locate(["toString"])).toBeUndefined()
    }
  })
  test("every comment's span holds its text", () => {
    for (const document of format.parse(source, defaultLimits).documents)
      for (const comment of document.comments()) {
        expectInside(comment.span, { start: 0, end: source.text.length }, "a comment")
        expect(source.text.slice(comment.span.start, comment.span.end)).toContain(comment.text.split(/\r?\n/)[0])
        expect(comment.text).toBe(comment.text.trim())
      }
  })
  test("no operation is no edit", () => {
    expect(editDocument(format, source, [], defaultLimits)).toEqual({ ok: true, source, edits: [] })
    format.parse(source, defaultLimits).documents.forEach((document, index) => {
      for (const { path, value } of nodesOf(document.value)) {
        const operation: Operation = { op: "set", path, value }
        const edited = editDocument(format, source, [{ document: index, operation }], defaultLimits)
        expect(edited).toEqual({ ok: true, source, edits: [] })
      }
    })
  })
}

function checkLocation(format: Format, sample: FormatSample, document: Document, path: Path, value: Value): void {
  const location = document.locate(path)
  const where = `${formatPath(path)} in ${sample.name}`
  if (location === undefined) throw new Error(`${where} is nowhere`)
  expectInside(location.value, document.span, where)
  if (location.key) expectInside(location.key, document.span, `the key of ${where}`)
  expect(location.key !== undefined, `${where} has a key`).toBe(typeof path.at(-1) === "string")
  if (sample.dependent) return
  const word = (span: Span) => sample.text.slice(span.start, span.end)
  if (location.key) {
    const key = word(location.key)
    expect(readsAs(format, sample.path, key, path.at(-1) as string, true), `${where}: key ${key}`).toBe(true)
  }
  const text = word(location.value)
  if (!isArray(value) && !isObject(value) && text !== "" && !text.includes("\n"))
    expect(readsAs(format, sample.path, text, value, false), `${where}: value ${text}`).toBe(true)
}

/** Whether a wording means a value: read alone, or as the key or value of one entry, which is how formats without a root scalar say it. */
function readsAs(format: Format, path: string, wording: string, value: Value, asKey: boolean): boolean {
  const read = (text: string) => {
    const parsed = format.parse({ path, text, bom: false }, defaultLimits)
    return hasErrors(parsed) ? undefined : parsed.documents[0]?.value
  }
  const alone = read(wording)
  if (equal(alone, value) || (asKey && String(alone) === value)) return true
  return [" = ", ": "].some((mark) => {
    const entry = read(asKey ? `${wording}${mark}0` : `x${mark}${wording}`)
    if (!isObject(entry)) return false
    return asKey ? keysOf(entry)[0] === value : equal(entry.x, value)
  })
}

function sourceOf(sample: FormatSample): Source {
  return { path: sample.path, text: sample.text, bom: sample.bom ?? false }
}

interface Planned {
  readonly document: number
  readonly operation: Operation
}

type Lister = (path: Path, value: Value) => readonly Operation[]

function operationsOf(format: Format, sample: FormatSample, traits: FormatTraits): Record<string, readonly Planned[]> {
  const { documents } = format.parse(sourceOf(sample), defaultLimits)
  const list = (lister: Lister) =>
    documents.flatMap((document, index) =>
      thinned([...nodesOf(document.value)]).flatMap(({ path, value }) =>
        lister(path, value).map((operation) => ({ document: index, operation })),
      ),
    )
  return {
    "setting a value": list((path) =>
      [...scalars, ...trickyStrings, ...containers, ...(traits.values ?? [])]
        .filter((_, index) => path.length > 0 || index % 7 === 0)
        .map((value) => ({ op: "set", path, value })),
    ),
    "adding a key": list((path, value) =>
      isObject(value)
        ? [
            ...newKeys.map((key) => ({ op: "set", path: [...path, key], value: "new" }) as const),
            ...containers.map((added) => ({ op: "set", path: [...path, "added"], value: added }) as const),
            { op: "set", path: [...path, "new", "parents", "too"], value: 1 },
            { op: "append", path: [...path, "new list"], value: "first" },
          ]
        : [],
    ),
    removing: list((path) => [{ op: "remove", path }]),
    renaming: list((path) =>
      typeof path.at(-1) === "string" ? newKeys.map((to) => ({ op: "rename", path, to })) : [],
    ),
    "appending and inserting": list((path, value) =>
      isArray(value)
        ? ["new", 7, true, ...containers, ...trickyStrings.filter((_, index) => index % 6 === 0)].flatMap((added) => [
            { op: "append", path, value: added } as const,
            ...[0, value.length >> 1, value.length].map(
              (at) => ({ op: "insert", path: [...path, at], value: added }) as const,
            ),
          ])
        : [],
    ),
    moving: list((path) =>
      path.length > 0
        ? [
            { op: "move", from: path, path: ["moved here"] },
            { op: "move", from: path, path: [...path.slice(0, -1), "beside"] },
            { op: "move", from: path, path: [...path.slice(0, -1), 0] },
          ]
        : [],
    ),
    sorting: list((path) => [{ op: "sort", path }]),
  }
}

function thinned<T>(items: readonly T[]): readonly T[] {
  const step = Math.ceil(items.length / nodesPerSample)
  return items.filter((_, index) => index % step === 0)
}

function breaches(
  format: Format,
  sample: FormatSample,
  traits: FormatTraits,
  planned: readonly Planned[],
): readonly string[] {
  const allowed = [...(sample.refusals ?? []), ...(traits.refusals ?? [])]
  return planned.flatMap(({ document, operation }) => {
    const verdict = judgeEdit(format, sourceOf(sample), operation, document)
    const what = show(operation)
    if (verdict.outcome === "wrong") return [`${what}: ${verdict.law}: ${verdict.detail}\n${verdict.text}`]
    if (verdict.outcome === "refused" && !allowed.some((reason) => reason.test(verdict.reason)))
      return [`${what}: refused: ${verdict.reason}`]
    return []
  })
}

function show(operation: Operation): string {
  const { op, path, ...rest } = operation
  return `${op} ${formatPath(path)} ${JSON.stringify(rest, (_, value) => (typeof value === "bigint" ? `${value}n` : value))}`
}
