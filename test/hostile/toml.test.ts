import { expect, test } from "vitest"
import toml from "../../plugins/toml/index.ts"
import { defaultLimits } from "../../src/model/document.ts"
import { keysOf, type ObjectValue } from "../../src/model/value.ts"

/** What the reader itself can take, whatever the defaults are. */
const wide = { ...defaultLimits, nodes: 1_000_000, string: 1e9 }
const parse = (text: string, limits = wide) => toml.parse({ path: "a.toml", text, bom: false }, limits)
const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join("\n")

/** Far above what is needed on a slow machine, far below what a quadratic reader takes. */
const soon = 10_000

test.each([
  ["nested lists", `a = ${"[".repeat(100_000)}`, "too-deep"],
  ["nested inline tables", `${"a = {".repeat(100_000)}`, "too-deep"],
  ["a long dotted key", `${"a.".repeat(50_000)}b = 1`, "too-deep"],
  ["a long header", `[${"a.".repeat(50_000)}b]`, "too-deep"],
  ["a very long integer", `a = ${"9".repeat(1_000_000)}`, "too-large"],
  ["NUL", "a = 1\u0000", "syntax"],
  ["NUL in a string", 'a = "\u0000"', "syntax"],
  ["a bare CR", "a = 1\rb = 2", "syntax"],
  ["a control character in a comment", "# \u0001", "syntax"],
  ["a second BOM", "\uFEFFa = 1", "syntax"],
  ["more than the limit", `a = "${"x".repeat(50_000_000)}"`, "too-large"],
  ["an unfinished string", `a = "${"x".repeat(5_000_000)}`, "syntax"],
  ["no line ends", "=".repeat(5_000_000), "too-many-nodes"],
])("%s is a problem with a place, soon", { timeout: soon }, (_, text, code) => {
  const { documents, problems } = parse(text)
  expect(documents).toEqual([])
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatchObject({ code, severity: "error" })
  expect(problems[0]?.span.end).toBeLessThanOrEqual(text.length)
})

test.each([
  ["a value of a million characters", `a = "${"x".repeat(1_000_000)}"\nd = 1979-05-27T07:32:00.5Z\n10 = 1\n`],
  ["many values", `a = [${"1,".repeat(200_000)}1]\nd = 1979-05-27T07:32:00.5Z\n10 = 1\n`],
])("%s is read though its place is not known", { timeout: soon }, (_, text) => {
  const { documents, problems } = parse(text)
  expect(problems).toEqual([])
  const value = documents[0]?.value as ObjectValue
  expect([value["10"], String(value.d)]).toEqual([1, "1979-05-27T07:32:00.500Z"])
  expect(documents[0]?.locate(["a"])).toBeUndefined()
  expect(documents[0]?.candidates({ op: "remove", path: ["a"] })).toEqual({
    refused: expect.stringMatching(/too many|too long/),
  })
})

test("too many values", () => {
  const { problems } = parse(`a = [${"1,".repeat(2000)}]`, { ...defaultLimits, nodes: 1000 })
  expect(problems[0]).toMatchObject({ code: "too-many-nodes" })
})

test.each([
  ["keys", lines(20_000, (index) => `k${index} = ${index}`)],
  ["tables", lines(10_000, (index) => `[t${index}]\na = 1`)],
  ["array of tables", lines(10_000, () => "[[t]]\na = 1")],
  ["dotted keys", lines(10_000, (index) => `a.b.k${index} = 1`)],
  ["an inline table", `x = { ${lines(10_000, (index) => `k${index} = 1`).replaceAll("\n", ", ")} }`],
])("many %s are read and located in linear time", { timeout: soon }, (_, text) => {
  const document = parse(text).documents[0]
  expect(document).toBeDefined()
  for (const key of keysOf(document?.value as ObjectValue)) expect(document?.locate([key])).toBeDefined()
  expect(document?.candidates({ op: "set", path: ["new"], value: 1 })).not.toHaveProperty("refused")
})

test("keys of Object.prototype are ordinary keys", () => {
  const { documents } = parse(
    '[__proto__]\npolluted = 1\n[constructor.prototype]\npolluted = 2\n["a".__proto__]\nb = 1\n',
  )
  expect(documents[0]?.locate(["__proto__", "polluted"])).toBeDefined()
  expect(keysOf(documents[0]?.value as ObjectValue)).toEqual(["__proto__", "constructor", "a"])
  expect(Object.hasOwn({}.constructor.prototype, "polluted")).toBe(false)
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})
