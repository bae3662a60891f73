import { expect, test } from "vitest"
import yaml from "../../../plugins/yaml/index.ts"
import { defaultLimits } from "../../model/document.ts"
import { mergeTexts } from "./mergeTexts.ts"

function merge(base: string, ours: string, theirs: string) {
  const source = (text: string) => ({ path: "a.yaml", text, bom: false })
  const markers = { labels: { ours: "ours", theirs: "theirs" }, size: 7 }
  const sides = { base: source(base), ours: source(ours), theirs: source(theirs) }
  const { marked, source: made } = mergeTexts({ ...sides, format: yaml, limits: defaultLimits, markers })
  return { marked, text: made.text }
}

test("a comment in an empty file is no conflict with what the other side wrote", () => {
  const { marked, text } = merge("\n\n", "\nkey: 0\n", "\n\n# note\n")
  expect(marked).toBe(false)
  expect(text).toContain("key: 0")
  expect(text).toContain("# note")
})

test("two sides that each begin a file are one file", () => {
  expect(merge("", "a: 1\n", "b: 2\n")).toEqual({ marked: false, text: "a: 1\nb: 2\n" })
})

test("CRLF on one side is no change of every line", () => {
  const { marked, text } = merge("a: 1\nb: 2\n", "a: 1\r\nb: 2\r\nc: 3\r\n", "a: 1\nb: 4\n")
  expect(marked).toBe(false)
  expect(text).toBe("a: 1\r\nb: 4\r\nc: 3\r\n")
})
