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

/** On a day on which the file g is there and f was renamed to it. */
const on = (today: string) => ({ today, exists: (file: string) => file === "g" })

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
  const result = applyAccepted(...found(file, after), accepted("f", before), on("2029-06-01"))
  expect(result.findings.map(({ message }) => message)).toEqual(reported)
  expect(result.silenced).toBe(after.length - reported.length)
  expect(result.remaining.length).toBe(remaining)
})

test("the same mistake at another key is a new finding, in this file and in another", () => {
  const [[finding], sources] = found("f", ["a"])
  if (finding === undefined) throw new Error("one is found")
  const entries = acceptFindings([{ ...finding, path: ["bash"] }], sources, terms)
  const elsewhere = { ...finding, path: ["edit"] }
  const there = { today: "2029-06-01", exists: () => true }
  expect(applyAccepted([elsewhere], sources, entries, there).findings).toEqual([elsewhere])
  const other = { ...finding, path: ["bash"], file: "h" }
  expect(applyAccepted([other], new Map([["h", { path: "h", text: "a", bom: false }]]), entries, there).silenced).toBe(
    0,
  )
})

test("what is wrong with a text as a whole is known by its line", () => {
  const [[finding]] = found("f", ["a"])
  if (finding === undefined) throw new Error("one is found")
  const at = (text: string, start: number) => {
    const whole = { ...finding, path: [], rule: "cfgsync/syntax", span: { start, end: start + 1 } }
    return [[whole], new Map([["f", { path: "f", text, bom: false }]])] as const
  }
  const entries = acceptFindings(...at('{ "a": 1,, }\n', 9), terms)
  const silenced = (text: string, start: number) =>
    applyAccepted(...at(text, start), entries, on("2029-06-01")).silenced
  expect(silenced('\n\n  { "a": 1,, }\n', 13)).toBe(1)
  expect(silenced('{ "a": 1,\n"b": 2,, }\n', 17)).toBe(0)
})

test("after its day a finding is reported again, and says since when", () => {
  const entries = accepted("f", ["a"])
  expect(applyAccepted(...found("f", ["a"]), entries, on("2030-01-31")).findings).toEqual([])
  expect(applyAccepted(...found("f", ["a"]), entries, on("2030-02-01")).findings.map(({ message }) => message)).toEqual(
    ["a (accepted until 2030-01-31: adopting)"],
  )
})

test("what moved is remembered where it is now", () => {
  const { remaining } = applyAccepted(...found("g", ["b"]), accepted("f", ["a", "b"]), on("2029-06-01"))
  expect(remaining).toMatchObject([{ file: "g", pointer: "/list/0", reason: "adopting" }])
})

test.each([
  [{ ...terms, until: "2030-02-31" }, /is not a day/],
  [{ ...terms, until: "2028-12-31" }, /passed already/],
  [{ ...terms, reason: " " }, /reason/],
])("terms that make no sense are refused: %j", (bad, says) => {
  expect(() => acceptFindings(...found("f", ["a"]), bad)).toThrow(says)
})
