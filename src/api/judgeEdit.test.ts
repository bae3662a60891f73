import { describe, expect, test } from "vitest"
import json from "../../plugins/json/index.ts"
import type { Document, Format } from "../model/document.ts"
import type { Edit, Operation } from "../model/operation.ts"
import type { Source } from "../model/source.ts"
import { judgeEdit } from "./judgeEdit.ts"

/** JSON with another way of wording edits: what a careless plugin might do. */
function careless(candidates: (text: string, operation: Operation, document: Document) => readonly Edit[]): Format {
  return {
    ...json,
    parse: (source, limits) => {
      const parsed = json.parse(source, limits)
      const documents = parsed.documents.map(
        (document): Document => ({
          value: document.value,
          span: document.span,
          locate: (path) => document.locate(path),
          comments: () => document.comments(),
          candidates: (operation) => ({ edits: [candidates(source.text, operation, document)] }),
        }),
      )
      return { ...parsed, documents }
    },
  }
}

const whole = (text: string, result: string): readonly Edit[] => [{ start: 0, end: text.length, text: result }]
const careful = (operation: Operation, document: Document): readonly Edit[] => {
  const proposed = document.candidates(operation)
  return "edits" in proposed ? ([...proposed.edits][0] ?? []) : []
}
const applied = (text: string, edits: readonly Edit[]) =>
  edits.reduceRight((rest, edit) => rest.slice(0, edit.start) + edit.text + rest.slice(edit.end), text)

const source: Source = {
  path: "a.jsonc",
  text: '{\r\n  // about a\r\n  "a": 1.0,\r\n  "b": [1, 2],\r\n  "\\u0063": 3 // c\r\n}\r\n',
  bom: true,
}
const set: Operation = { op: "set", path: ["b", 0], value: 7 }

describe("a careless plugin breaks the law that it should", () => {
  const table: readonly (readonly [string, Format, Operation])[] = [
    [
      "other values keep their wording",
      careless((text) => whole(text, text.replace("[1,", "[7,").replace("1.0", "1"))),
      set,
    ],
    [
      "other keys keep their wording",
      careless((text) => whole(text, text.replace("[1,", "[7,").replace("\\u0063", "c"))),
      set,
    ],
    ["comments stay", careless((text) => whole(text, text.replace("[1,", "[7,").replace("// about a", ""))), set],
    [
      "no comment comes in",
      careless((text) => whole(text, text.replace("[1,", "[7,").replace("2]", "2 /* new */]"))),
      set,
    ],
    ["CRLF stays CRLF", careless((text) => whole(text, text.replace("[1,", "[7,").replace("1.0,\r\n", "1.0,\n"))), set],
    ["the end of the file stays", careless((text) => whole(text, text.replace("[1,", "[7,").trimEnd())), set],
    [
      "a renamed key keeps its place",
      careless((text) => whole(text, text.replace('"a": 1.0,', "").replace("3 //", '3, "z": 1.0 //'))),
      { op: "rename", path: ["a"], to: "z" },
    ],
    [
      "nothing is thrown",
      careless(() => {
        throw new Error("oops")
      }),
      set,
    ],
  ]
  test.each(table)("%s", (law, format, operation) => {
    expect(judgeEdit(format, source, operation)).toMatchObject({ outcome: "wrong", law })
  })
})

test("a wrong value does not get past the engine", () => {
  const format = careless((text) => whole(text, text.replace("[1,", "[8,")))
  expect(judgeEdit(format, source, set)).toMatchObject({ outcome: "refused" })
})

test("the same edits, made with care, are done", () => {
  const format = careless((text, operation, document) => whole(text, applied(text, careful(operation, document))))
  for (const operation of [set, { op: "rename", path: ["a"], to: "z" }, { op: "remove", path: ["a"] }] as const)
    expect(judgeEdit(format, source, operation)).toMatchObject({ outcome: "done" })
})

test("what an operation does not mean is told apart from what a plugin refuses", () => {
  expect(judgeEdit(json, source, { op: "append", path: ["a"], value: 1 })).toMatchObject({ outcome: "meaningless" })
  expect(judgeEdit(json, source, { op: "set", path: ["a"], value: Number.NaN })).toMatchObject({ outcome: "refused" })
})

test("comments go only with the value that they stand in", () => {
  const text = '{\n  "a": [1 /* in */] // beside\n}\n'
  const file: Source = { path: "a.jsonc", text, bom: false }
  expect(judgeEdit(json, file, { op: "remove", path: ["a"] })).toMatchObject({ outcome: "done" })
  const eager = careless((from) => whole(from, "{\n}\n"))
  expect(judgeEdit(eager, file, { op: "remove", path: ["a"] })).toMatchObject({
    outcome: "wrong",
    law: "comments stay",
  })
})
