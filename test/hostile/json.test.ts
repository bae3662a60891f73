import { describe, expect, test } from "vitest"
import json from "../../plugins/json/index.ts"
import { editDocument } from "../../src/engine/editDocument.ts"
import { defaultLimits, hasErrors, type Limits } from "../../src/model/document.ts"
import { decode, type Source } from "../../src/model/source.ts"

const of = (text: string, path = "a.json"): Source => ({ path, text, bom: false })
/** What the reader itself can take, whatever the defaults are. */
const wide: Limits = { ...defaultLimits, nodes: 1_000_000, string: 1e9 }
const read = (text: string, path?: string, limits: Limits = wide) => json.parse(of(text, path), limits)
const codes = (text: string, path?: string, limits?: Limits) =>
  read(text, path, limits).problems.map(({ code }) => code)

/** Far above what is needed on a slow machine, far below what a quadratic reader takes. */
const soon = 30_000

describe("a hostile JSON text ends soon, with a problem or a value", () => {
  const many = 100_000
  const rejected: readonly (readonly [string, string, string])[] = [
    ["opening brackets", "[".repeat(many), "too-deep"],
    ["opening objects", '{"a":'.repeat(many), "too-deep"],
    ["nesting that is closed", "[".repeat(many) + "]".repeat(many), "too-deep"],
    ["nesting one deeper than allowed", "[".repeat(201) + "]".repeat(201), "too-deep"],
    ["nesting hidden by closers that do not fit", "[}".repeat(many), "syntax"],
    ["nesting hidden by cut-off strings", '["\n'.repeat(many), "too-deep"],
    ["nesting hidden by a cut-off comment", `/*${"[".repeat(many)}`, "syntax"],
    ["commas", ",".repeat(many), "syntax"],
    ["colons", ":".repeat(many), "syntax"],
    ["quotes", '"'.repeat(many + 1), "syntax"],
    ["backslashes", `"${"\\".repeat(many)}`, "syntax"],
    ["slashes", "/".repeat(many), "syntax"],
    ["NUL", "\u0000", "syntax"],
    ["NUL in a string", '"\u0000"', "syntax"],
    ["a second BOM", "\uFEFF{}", "syntax"],
    ["nothing", "", "syntax"],
    ["blanks", " ".repeat(many), "syntax"],
  ]
  test.each(rejected)(
    "%s",
    (_, text, code) => {
      expect(codes(text)).toEqual([code])
      expect(codes(text, "a.jsonc")).toEqual([code])
      expect(read(text).documents).toEqual([])
    },
    soon,
  )

  test(
    "nesting as deep as allowed is read and edited",
    () => {
      const text = "[".repeat(200) + "]".repeat(200)
      expect(codes(text)).toEqual([])
      const path = Array.from({ length: 199 }, () => 0)
      const edited = editDocument(
        json,
        of(text),
        [{ document: 0, operation: { op: "append", path, value: 1 } }],
        defaultLimits,
      )
      expect(edited.ok && edited.source.text).toBe(`${"[".repeat(200)}1${"]".repeat(200)}`)
    },
    soon,
  )

  test(
    "an edit that would nest too deeply is refused",
    () => {
      const text = "[".repeat(200) + "]".repeat(200)
      const path = Array.from({ length: 199 }, () => 0)
      const edited = editDocument(
        json,
        of(text),
        [{ document: 0, operation: { op: "append", path, value: [] } }],
        defaultLimits,
      )
      expect(edited.ok).toBe(false)
    },
    soon,
  )

  test(
    "more bytes or values than allowed",
    () => {
      expect(codes(`"${"x".repeat(11_000_000)}"`)).toEqual(["too-large"])
      expect(codes(`[${"0,".repeat(1_000_001)}0]`)).toEqual(["too-many-nodes"])
      expect(codes(`[${"[],".repeat(600_000)}0]`)).toEqual([])
    },
    soon,
  )

  test(
    "a string of 50 MB",
    () => {
      const text = `{"a": "${"x".repeat(50_000_000)}"}`
      expect(codes(text, "a.json", { ...wide, size: 1e9 })).toEqual([])
      expect(read(text, "a.json", { ...wide, size: 1e9 }).documents[0]?.locate(["a"])?.value.start).toBe(6)
    },
    soon,
  )

  test(
    "a key of 5 MB, and 100,000 keys that differ or do not",
    () => {
      expect(codes(`{"${"k".repeat(5_000_000)}": 1}`)).toEqual([])
      const keys = Array.from({ length: many }, (_, index) => `"k${index}": ${index}`)
      const distinct = read(`{${keys.join(",")}}`)
      expect(distinct.problems).toEqual([])
      expect(distinct.documents[0]?.locate(["k99999"])?.key).toBeDefined()
      const same = read(`{${'"k": 1,'.repeat(many)}"k": 2}`)
      expect(same.documents[0]?.value).toEqual({ k: 2 })
      expect(new Set(same.problems.map(({ code }) => code))).toEqual(new Set(["duplicate-key"]))
      expect(same.problems.length).toBeLessThan(100)
    },
    soon,
  )

  test(
    "an integer of 5,000 digits stays exact, one of more is refused",
    () => {
      const digits = "9".repeat(5000)
      expect(codes(`${digits}9`)).toEqual(["too-large"])
      expect(read(digits).documents[0]?.value).toBe(BigInt(digits))
    },
    soon,
  )

  test(
    "comments without end",
    () => {
      expect(codes(`${"/**/".repeat(many)}1`, "a.jsonc")).toEqual([])
      expect(codes(`${"//\n".repeat(many)}1`, "a.jsonc")).toEqual([])
    },
    soon,
  )
})

test("the prototype is neither read nor changed", () => {
  for (const path of ["a.json", "a.jsonc"]) {
    const [document] = read(
      '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 2}}}',
      path,
    ).documents
    expect(Object.getPrototypeOf(document?.value)).toBe(Object.prototype)
    expect(Object.keys(document?.value ?? {})).toEqual(["__proto__", "constructor"])
    expect(document?.locate(["__proto__", "polluted"])).toBeDefined()
  }
  expect(Reflect.get({}, "polluted")).toBeUndefined()
  const [empty] = read("{}").documents
  expect(empty?.locate(["__proto__"])).toBeUndefined()
  expect(empty?.locate(["constructor"])).toBeUndefined()
  const value = read('{"polluted": 1}').documents[0]?.value ?? null
  const edited = editDocument(
    json,
    of("{}"),
    [{ document: 0, operation: { op: "set", path: ["__proto__"], value } }],
    defaultLimits,
  )
  expect(edited.ok && JSON.parse(edited.source.text)).toEqual(JSON.parse('{"__proto__": {"polluted": 1}}'))
  expect(Reflect.get({}, "polluted")).toBeUndefined()
})

test("bytes that are no UTF-8 are rejected with their place", () => {
  const bytes = (...each: readonly number[]) => decode("a.json", new Uint8Array(each))
  expect(bytes(0x22, 0xff, 0x22)).toMatchObject({ ok: false, offset: 1 })
  expect(bytes(0x22, 0xc0, 0x80, 0x22)).toMatchObject({ ok: false, offset: 1 })
  expect(bytes(0x22, 0xed, 0xa0, 0x80, 0x22)).toMatchObject({ ok: false, offset: 2 })
  expect(bytes(0xff, 0xfe, 0x22, 0x00)).toMatchObject({ ok: false, offset: 0 })
  expect(bytes(0x22, 0xe2, 0x82)).toEqual({
    ok: false,
    reason: "the file is not valid UTF-8: it ends in the middle of a character",
    offset: 3,
  })
})

test("what JSON cannot say is refused", () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, [{ a: Number.NEGATIVE_INFINITY }]]) {
    const edited = editDocument(
      json,
      of("{}"),
      [{ document: 0, operation: { op: "set", path: ["a"], value } }],
      defaultLimits,
    )
    expect(edited.ok ? "" : edited.reason).toMatch(/^JSON cannot say (?:NaN|-?Infinity)$/)
  }
})

test("a lone surrogate is read from its escape and written as one", () => {
  const text = '{"a": "\\ud800", "b": 1}'
  expect(hasErrors(read(text))).toBe(false)
  const edited = editDocument(
    json,
    of(text),
    [{ document: 0, operation: { op: "set", path: ["b"], value: "\udfff" } }],
    defaultLimits,
  )
  expect(edited.ok && edited.source.text).toBe('{"a": "\\ud800", "b": "\\udfff"}')
})
