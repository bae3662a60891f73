import { expect, test } from "vitest"
import { defaultLimits } from "../../src/model/document.ts"
import jsonl from "./index.ts"

const parse = (text: string, limits = defaultLimits) => jsonl.parse({ path: "a.jsonl", text, bom: false }, limits)

test("each line is a document of its own, where it stands; empty ones are none", () => {
  const text = '{"a":1}\r\n\n  [1, {"10": true, "b": null}]\n"x"'
  const { documents, problems } = parse(text)
  expect(problems).toEqual([])
  expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, [1, { "10": true, b: null }], "x"])
  expect(documents.map(({ span }) => text.slice(span.start, span.end).trim())).toEqual([
    '{"a":1}',
    '[1, {"10": true, "b": null}]',
    '"x"',
  ])
  expect(documents[0]?.locate(["a"])).toEqual({ value: documents[0]?.span })
  expect(documents[0]?.locate(["b"])).toBeUndefined()
  expect(documents[0]?.candidates({ op: "remove", path: ["a"] })).toHaveProperty("refused")
})

test("a line that is damaged costs itself alone", () => {
  const { documents, problems } = parse('{"a":1}\n{"a":\n{"a":2}\n')
  expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, { a: 2 }])
  expect(problems).toMatchObject([{ code: "syntax", severity: "error", span: { start: 8, end: 13 } }])
})

test("what is told of a line quotes nothing of it", () => {
  const { problems } = parse('{"token": sk-abcdefghijklmnop}\n{"token": "sk-abcdefghijklmnop" 1}')
  expect(problems.map(({ message }) => message)).toEqual(["the line is no JSON", "the line is no JSON at character 33"])
})

test("bounds are held", () => {
  expect(parse("[[[1]]]", { ...defaultLimits, depth: 2 }).problems).toMatchObject([{ code: "too-deep" }])
  expect(parse(`${"[".repeat(200_000)}\n1`).problems).toHaveLength(1)
  expect(parse(`${"[".repeat(5_000)}${"]".repeat(5_000)}`).problems).toMatchObject([{ code: "too-deep" }])
  expect(parse("[1,2,3]\n[4]", { ...defaultLimits, nodes: 4 }).problems).toMatchObject([{ code: "too-many-nodes" }])
  expect(parse("x\n".repeat(10_000)).problems).toHaveLength(100)
})
