import { describe, expect, it } from "vitest"
import { DateTime, keysOf, type ObjectValue } from "../model/value.ts"
import { splitTarget } from "./commands/explain.ts"
import { parseInput } from "./input.ts"
import { printValue } from "./printValue.ts"

describe("a value on the command line", () => {
  it.each([
    ["8080", 8080],
    ["12345678901234567890", 12345678901234567890n],
    ["true", true],
    ["null", null],
    ['"8080"', "8080"],
    ["plain words", "plain words"],
    ["", ""],
    ["{not json", "{not json"],
    ["0123", "0123"],
    ["[1, 2]", [1, 2]],
  ])("%s is JSON, or else a string", async (text, value) => {
    expect(await parseInput(text, undefined)).toEqual(value)
  })

  it.each([
    ["string", "8080", "8080"],
    ["number", "1.5", 1.5],
    ["integer", "-5", -5],
    ["boolean", "false", false],
    ["null", "null", null],
    ["array", "[]", []],
    ["object", "{}", {}],
    ["json", '"x"', "x"],
    ["date", "2026-01-31", new DateTime("2026-01-31")],
  ] as const)("--type %s takes %s", async (type, text, value) => {
    expect(await parseInput(text, type)).toEqual(value)
  })

  it.each([
    ["number", "x"],
    ["integer", "1.5"],
    ["boolean", "1"],
    ["null", "nil"],
    ["array", "{}"],
    ["object", "[]"],
    ["json", "plain"],
    ["date", "yesterday"],
  ] as const)("--type %s refuses %s", async (type, text) => {
    await expect(parseInput(text, type)).rejects.toMatchObject({ code: "value-invalid" })
  })

  it("keeps the order of keys, and __proto__ as a key", async () => {
    const value = (await parseInput('{"b": 1, "10": 2, "2": 3, "__proto__": 4}', undefined)) as ObjectValue
    expect(keysOf(value)).toEqual(["b", "10", "2", "__proto__"])
    expect(JSON.parse(printValue(value))).toEqual(JSON.parse('{"b": 1, "10": 2, "2": 3, "__proto__": 4}'))
  })
})

it("prints values as JSON with nothing lost", () => {
  expect(printValue({ a: [1n << 70n, new DateTime("2026-01-31"), Number.NaN, "x\n"], b: {}, c: [] })).toBe(
    '{\n  "a": [\n    1180591620717411303424,\n    "2026-01-31",\n    "NaN",\n    "x\\n"\n  ],\n  "b": {},\n  "c": []\n}',
  )
})

it.each([
  ["a.json", { file: "a.json" }],
  ["a.json:$.b", { file: "a.json", path: "$.b" }],
  ["a.json:/b/c:$", { file: "a.json", path: "/b/c:$" }],
  ["C:/x/a.json", { file: "C:/x/a.json" }],
  ["C:/x/a.json:$.b", { file: "C:/x/a.json", path: "$.b" }],
  ["odd:name.json", { file: "odd:name.json" }],
])("explain %s: tells the file from the path", (target, expected) => {
  expect(splitTarget(target)).toEqual(expected)
})
