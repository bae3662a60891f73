import { expect, test } from "vitest"
import type { Finding } from "../model/finding.ts"
import type { Source } from "../model/source.ts"
import { acceptFindings, applyAccepted } from "./accept.ts"

/** Findings of one rule, each at the place where its word stands in the text. */
function found(file: string, words: readonly string[]): readonly [readonly Finding[], ReadonlyMap<string, Source>] {
  const text = words.join(" ")
  const findings = words.map((word, index): Finding => {
    const start = words.slice(0, index).join(" ").length + (index > 0 ? 1 : 0)
    return {
      file,
      document: 0,
      rule: "r",
      kind: "rule",
      severity: "error",
      message: word,
      path: ["list", index],
      span: { start, end: start + word.length },
      priority: 0,
      repairs: [],
    }
  })
  return [findings, new Map([[file, { path: file, text, bom: false }]])]
}

const terms = { reason: "adopting", until: "2030-01-31", today: "2029-01-01" }
const accepted = (file: string, words: readonly string[]) => acceptFindings(...found(file, words), terms)

test.each<readonly [string, readonly string[], string, readonly string[], readonly string[], number]>([
  ["the same", ["a", "b"], "f", ["a", "b"], [], 2],
  ["one is gone: the list shrinks", ["a", "b"], "f", ["a"], [], 1],
  ["a new one", ["a"], "f", ["a", "b"], ["b"], 1],
  ["the text changed", ["a", "b"], "f", ["a", "c"], ["c"], 1],
  ["an element before it removed", ["a", "b"], "f", ["b"], [], 1],
  ["the file renamed", ["a", "b"], "g", ["a", "b"], [], 2],
  ["two of one text, one of them gone", ["a", "a"], "f", ["a"], [], 1],
  ["a third of one text", ["a", "a"], "f", ["a", "a", "a"], ["a"], 2],
])("%s", (_, before, file, after, reported, remaining) => {
  const result = applyAccepted(...found(file, after), accepted("f", before), "2029-06-01")
  expect(result.findings.map(({ message }) => message)).toEqual(reported)
  expect(result.silenced).toBe(after.length - reported.length)
  expect(result.remaining.length).toBe(remaining)
})

test("after its day a finding is reported again, and says since when", () => {
  const entries = accepted("f", ["a"])
  expect(applyAccepted(...found("f", ["a"]), entries, "2030-01-31").findings).toEqual([])
  expect(applyAccepted(...found("f", ["a"]), entries, "2030-02-01").findings.map(({ message }) => message)).toEqual([
    "a (accepted until 2030-01-31: adopting)",
  ])
})

test("what moved is remembered where it is now", () => {
  const { remaining } = applyAccepted(...found("g", ["b"]), accepted("f", ["a", "b"]), "2029-06-01")
  expect(remaining).toMatchObject([{ file: "g", pointer: "/list/0", reason: "adopting" }])
})

test.each([
  [{ ...terms, until: "2030-02-31" }, /is not a day/],
  [{ ...terms, until: "2028-12-31" }, /passed already/],
  [{ ...terms, reason: " " }, /reason/],
])("terms that make no sense are refused: %j", (bad, says) => {
  expect(() => acceptFindings(...found("f", ["a"]), bad)).toThrow(says)
})
