import { expect, test } from "vitest"
import markdown from "../../plugins/markdown/index.ts"
import type { Finding } from "../model/finding.ts"
import { withLenience } from "./lenientFrontMatter.ts"

const error: Finding = {
  file: "a.md",
  document: 0,
  rule: "cfgsync/syntax",
  kind: "syntax",
  severity: "error",
  message: "no YAML",
  path: [],
  span: { start: 0, end: 1 },
  priority: 0,
  repairs: [],
}

function severities(text: string, path = ".opencode/agents/review.md"): readonly string[] {
  return withLenience([error], { path, text, bom: false }, markdown).map(({ severity }) => severity)
}

test.each([
  ["a colon in a text", "---\ndescription: Use this: it reviews\nmode: all\n---\nReview.\n", "warning"],
  ["with CRLF", "---\r\ndescription: Use this: it reviews\r\n---\r\nReview.\r\n", "warning"],
  ["a bracket, which no reader takes", "---\ntools: [a\n---\n", "error"],
  ["a bracket beside a colon in a text", "---\ndescription: a: b\ntools: [a\n---\n", "error"],
  ["a text that continues below", "---\ndescription: a: b\n  and more: c\n bad\n---\n", "error"],
  ["no front matter", "Review.\n", "error"],
])("%s", (_, text, severity) => {
  expect(severities(text)).toEqual([severity])
})

test("only of OpenCode's own agents and commands", () => {
  const text = "---\ndescription: a: b\n---\n"
  expect(severities(text, "opencode/commands/team/x.md")).toEqual(["warning"])
  expect(severities(text, ".claude/agents/x.md")).toEqual(["error"])
  expect(severities(text, ".opencode/x.md")).toEqual(["error"])
})

test("other findings stay as they are", () => {
  const info: Finding = { ...error, severity: "info" }
  const source = { path: ".opencode/agent/a.md", text: "---\nd: a: b\n---\n", bom: false }
  const found = withLenience([info, error], source, markdown)
  expect(found.map(({ severity }) => severity)).toEqual(["info", "warning"])
  expect(found[0]).toBe(info)
  expect(withLenience([error], source, undefined)).toEqual([error])
})
