import { describe, expect, test } from "vitest"
import { type FormatSample, testFormat } from "../../src/api/formatContract.ts"
import { editDocument } from "../../src/engine/editDocument.ts"
import { defaultLimits } from "../../src/model/document.ts"
import type { Operation } from "../../src/model/operation.ts"
import markdown from "./index.ts"

const sample = (name: string, text: string, more: Partial<FormatSample> = {}): FormatSample => ({
  name,
  path: "agent.md",
  text,
  // A value alone is no front matter.
  dependent: true,
  ...more,
})

testFormat(
  markdown,
  [
    sample(
      "an agent",
      "---\n# who\ndescription: Reviews code, 'quickly' # short\nmode: subagent\ntools:\n  write: false\n  list: [a, b]\n---\n\n# Body\n\n---\nkey: not front matter\n---\n",
    ),
    sample("windows", "---\r\nname: a\r\nlist:\r\n- x\r\n---\r\nbody\r\n", { bom: true }),
    sample("closed by dots, no body", "---\na: 1\n..."),
    sample("nothing between the fences", "---\n---\nbody"),
    sample("a comment between the fences", "---\n# nothing yet\n---\nbody\n"),
    sample("no front matter", "# Title\n\ntext\n"),
    sample("no front matter, windows", "\r\ntext"),
    sample("empty", ""),
    sample("a rule, not a fence", "---\n\nSome text\n"),
    sample("not first", "\n---\na: 1\n---\n", {
      problems: ["front-matter-not-first"],
      refusals: [/move it there first/],
    }),
    sample("TOML", "+++\na = 1\n+++\n", { refusals: [/TOML/] }),
  ],
  { refusals: [/no front matter that this could change/, /no wording/] },
)

const problems = (text: string) => markdown.parse({ path: "a.md", text, bom: false }, defaultLimits).problems

describe("problems of front matter", () => {
  test.each([
    ["---\na: 1\n\ntext\n", "syntax", "error", 0],
    ["---\na: b: c\n---\n", "syntax", "error", 7],
    ["---\na: 1\na: 2\n---\n", "duplicate-key", "error", 9],
    ["\n\n---\na: 1\n---\n", "front-matter-not-first", "warning", 2],
    ["\uFEFF---\na: 1\n---\n", "front-matter-not-first", "warning", 1],
    ["# Title\n---\na: 1\n---\n", "front-matter-not-first", "warning", 8],
    ["<!-- note -->\n---\na: 1\n---\n", "front-matter-not-first", "warning", 14],
  ] as const)("%j", (text, code, severity, start) => {
    expect(problems(text)[0]).toMatchObject({ code, severity, span: { start } })
  })

  test.each(["text\n\n---\n\nmore\n\n---\n", "---\n", "---\n\ntext\n---\n", "Setext\n---\ntext: yes\n", ""])(
    "none in %j",
    (text) => {
      expect(problems(text)).toEqual([])
    },
  )
})

test.each<[string, Operation, string]>([
  ["body\n", { op: "set", path: ["a", "b"], value: "x" }, "---\na:\n  b: x\n---\n\nbody\n"],
  ["\nbody", { op: "append", path: ["a"], value: 1 }, "---\na:\n  - 1\n---\n\nbody"],
  ["", { op: "set", path: ["a"], value: 1 }, "---\na: 1\n---\n"],
  ["a\r\n", { op: "set", path: ["a"], value: 1 }, "---\r\na: 1\r\n---\r\n\r\na\r\n"],
  ["---\n---\n", { op: "set", path: ["a"], value: 1 }, "---\na: 1\n---\n"],
  ["---\na: 1 # c\n---\na: 1\n", { op: "set", path: ["a"], value: "two: 2" }, '---\na: "two: 2" # c\n---\na: 1\n'],
  ["---\na: 1\n---\nx", { op: "remove", path: ["a"] }, "---\n{}\n---\nx"],
])("%j %j", (text, operation, expected) => {
  const edited = editDocument(markdown, { path: "a.md", text, bom: false }, [{ document: 0, operation }], defaultLimits)
  expect(edited.ok && edited.source.text).toBe(expected)
})
