import { describe, expect, test } from "vitest"
import json from "../../plugins/json/index.ts"
import markdown from "../../plugins/markdown/index.ts"
import toml from "../../plugins/toml/index.ts"
import yaml from "../../plugins/yaml/index.ts"
import { defaultLimits, type Format } from "../model/document.ts"
import type { Operation } from "../model/operation.ts"
import { DateTime } from "../model/value.ts"
import { editDocument } from "./editDocument.ts"
import { applyEdits } from "./edits.ts"

const formats: Readonly<Record<string, Format>> = { json, yaml, toml, md: markdown }

function edit(path: string, text: string, ...operations: readonly Operation[]): string {
  const format = formats[path.split(".").at(-1) ?? ""] ?? json
  const source = { path, text, bom: false }
  const steps = operations.map((operation) => ({ document: 0, operation }))
  const edited = editDocument(format, source, steps, defaultLimits)
  if (!edited.ok) return `${edited.step}: ${edited.reason}`
  expect(applyEdits(text, edited.edits)).toBe(edited.source.text)
  return edited.source.text
}

const set = (path: readonly string[], value: 1 | DateTime): Operation => ({ op: "set", path, value })

describe("a null holds no data", () => {
  test.each<readonly [string, string, Operation, string]>([
    ["a.yaml", "", set(["a"], 1), "a: 1\n"],
    ["a.yaml", "", set(["a", "b"], 1), "a:\n  b: 1\n"],
    ["a.yaml", "key:\nz: 2\n", set(["key", "sub"], 1), "key:\n  sub: 1\nz: 2\n"],
    ["a.yaml", "key:\n", { op: "append", path: ["key"], value: 1 }, "key:\n  - 1\n"],
    ["a.json", "null\n", set(["a"], 1), '{\n  "a": 1\n}\n'],
    ["a.json", '{ "a": null }\n', set(["a", "b"], 1), '{ "a": { "b": 1 } }\n'],
    ["a.json", '{ "a": null }\n', { op: "append", path: ["a"], value: 1 }, '{ "a": [1] }\n'],
    ["a.md", "---\na:\n---\nbody\n", set(["a", "b"], 1), "---\na:\n  b: 1\n---\nbody\n"],
    ["a.md", "body\n", set(["a", "b"], 1), "---\na:\n  b: 1\n---\n\nbody\n"],
    ["a.toml", "", set(["a", "b"], 1), "[a]\nb = 1\n"],
  ])("%s %j", (path, text, operation, expected) => {
    expect(edit(path, text, operation)).toBe(expected)
  })
})

test.each([
  ["a.json", '{ "at": 1 }\n', '{ "at": "2024-01-02" }\n'],
  ["a.yaml", "at: 1\n", 'at: "2024-01-02"\n'],
  ["a.toml", "at = 1\n", "at = 2024-01-02\n"],
])("a date is set as what the format has for it: %s", (path, text, expected) => {
  expect(edit(path, text, set(["at"], new DateTime("2024-01-02")))).toBe(expected)
})

test("many operations are read against one text and do the same as one after the other", () => {
  const keys = Array.from({ length: 40 }, (_, index) => `k${index}`)
  const text = `{\n${keys.map((key) => `  "${key}": [1, 2, 3]`).join(",\n")}\n}\n`
  let parsed = 0
  const counted: Format = {
    ...json,
    parse(...given) {
      parsed++
      return json.parse(...given)
    },
  }
  const operations = keys.flatMap((key, index): readonly Operation[] =>
    index % 3 === 0
      ? [{ op: "rename", path: [key], to: `new${index}` }]
      : [
          { op: "remove", path: [key, 2] },
          { op: "set", path: [key, 0], value: index },
        ],
  )
  const steps = operations.map((operation) => ({ document: 0, operation }))
  const atOnce = editDocument(counted, { path: "a.json", text, bom: false }, steps, defaultLimits)
  expect(atOnce.ok && atOnce.source.text).toBe(
    operations.reduce((current, operation) => edit("a.json", current, operation), text),
  )
  expect(parsed).toBeLessThan(5)
})

test("a reading serves the next operation", () => {
  let parsed = 0
  const counted: Format = {
    ...json,
    parse(...given) {
      parsed++
      return json.parse(...given)
    },
  }
  const steps = [1, 2, 3].map((value) => ({ document: 0, operation: { op: "set", path: ["a"], value } as const }))
  expect(editDocument(counted, { path: "a.json", text: '{ "a": 0 }', bom: false }, steps, defaultLimits).ok).toBe(true)
  expect(parsed).toBe(4)
})
