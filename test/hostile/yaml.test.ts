import { describe, expect, test } from "vitest"
import markdown from "../../plugins/markdown/index.ts"
import yaml from "../../plugins/yaml/index.ts"
import { editDocument } from "../../src/engine/editDocument.ts"
import { defaultLimits, type Limits } from "../../src/model/document.ts"
import type { Source } from "../../src/model/source.ts"

const of = (text: string): Source => ({ path: "a.yaml", text, bom: false })
/** What the reader itself can take, whatever the defaults are. */
const wide: Limits = { ...defaultLimits, nodes: 1_000_000, string: 1e9 }
const read = (text: string, limits: Limits = wide) => yaml.parse(of(text), limits)
const codes = (text: string, limits?: Limits) => read(text, limits).problems.map(({ code }) => code)

/** Each takes well under a second on an idle machine; far below what a quadratic reader takes on a busy one. */
const soon = 10_000
const many = 100_000
const few: Limits = { ...defaultLimits, nodes: 10_000 }

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join("")

describe("a hostile YAML text ends soon, with a problem", () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${lines(9, (i) => {
    const name = "bcdefghij"[i]
    return `${name}: &${name} [${Array(9).fill(`*${"abcdefghij"[i]}`).join(",")}]\n`
  })}`
  const rejected: [string, string, string, Limits?][] = [
    ["billion laughs", bomb, "alias-expansion"],
    [
      "merges of merges",
      lines(5000, (i) => `k${i}: &k${i} {${i > 0 ? `<<: *k${i - 1}, ` : ""}a${i}: 1}\n`),
      "alias-expansion",
    ],
    ["an alias inside its anchor", "a: &a [1, *a]", "alias-expansion"],
    ["an alias without anchor", "a: *b", "syntax"],
    ["opening brackets", "[".repeat(many), "too-deep"],
    ["opening objects", '{"a":'.repeat(many), "too-deep"],
    ["nesting that is closed", "[".repeat(many) + "]".repeat(many), "too-deep"],
    ["nesting one deeper than allowed", "[".repeat(201) + "]".repeat(201), "too-deep"],
    ["dashes", "- ".repeat(many), "too-deep"],
    ["question marks", "? ".repeat(many), "too-deep"],
    ["colons with blanks", ": ".repeat(many), "too-deep"],
    ["dashes and question marks", "- ? ".repeat(many), "too-deep"],
    ["indentation", lines(2000, (i) => `${" ".repeat(i)}a:\n`), "too-deep"],
    ["a scalar of 50 MB", `a: ${"x".repeat(50e6)}`, "too-large"],
    ["a number of a million digits", `a: ${"9".repeat(1e6)}`, "too-large"],
    ["more lines than nodes", "\n".repeat(2e6), "too-many-nodes"],
    ["comments without end", "# c\n".repeat(9e5), "too-many-nodes"],
    ["elements without end", `[${"1,".repeat(9e5)}]`, "too-many-nodes"],
    ["documents without end", "---\n".repeat(9e5), "too-many-nodes"],
    ["more elements than nodes", `[${"a,".repeat(20_000)}]`, "too-many-nodes", few],
    ["the same key again and again", "a: 1\n".repeat(10_000), "duplicate-key"],
    ["NUL", "a: \u0000b", "syntax"],
    ["a mark of the lexer", "a: \u001fb\u0002\u0018", "syntax"],
    ["tabs as indentation", "a:\n\tb: 1\n", "syntax"],
    ["a lone carriage return", "a: 1\rb: 2", "syntax"],
    ["anchors on one node", "&a ".repeat(20_000), "syntax"],
    ["tags on one node", "!a ".repeat(20_000), "syntax"],
    ["aliases on one node", "*a ".repeat(20_000), "syntax"],
    ["commas", `[${",".repeat(20_000)}`, "syntax"],
    ["closing brackets", "]".repeat(20_000), "syntax"],
    ["double quotes", '"'.repeat(20_001), "syntax"],
    ["an open quote and a million backslashes", `a: "${"\\".repeat(1e6)}`, "syntax"],
    ["an open quote and a million lines", `a: "${"x\n ".repeat(5e5)}`, "syntax"],
    ["errors on every line", "- }\n".repeat(20_000), "syntax"],
    ["a directive twice", "%YAML 1.2\n%YAML 1.2\n---\n", "syntax"],
  ]
  test.each<[string, string, string, Limits?]>(rejected)(
    "%s",
    (_, text, code, limits) => {
      const found = read(text, limits)
      expect(found.problems[0]).toMatchObject({ code, severity: "error" })
      expect(found.problems.length).toBeLessThanOrEqual(10)
    },
    soon,
  )
})

describe("a large text that is not wrong is read soon", () => {
  const accepted: readonly (readonly [string, string])[] = [
    ["40,000 keys", lines(40_000, (i) => `key${i}: ${i}\n`)],
    ["20,000 keys in braces", `{${lines(20_000, (i) => `k${i}: ${i}, `)}}`],
    ["10,000 anchors and aliases", lines(10_000, (i) => `- &a${i} x\n- *a${i}\n`)],
    ["one anchor 10,000 times", "- &a x\n".repeat(10_000)],
    ["a text of 9 MB", `a: ${"x ".repeat(4.5e6)}`],
    ["blanks between words", `a: x${" ".repeat(9e6)}y`],
    ["single quotes", `a: '${"''".repeat(1e6)}'`],
    ["escapes", `a: "${'\\"'.repeat(1e6)}"`],
    ["a block text of a million lines", `a: |\n${" x\n".repeat(9e5)}`],
    ["50,000 comments", `a:\n${"  #\n".repeat(50_000)}  b: 1\n`],
    ["5,000 documents", "---\na: 1\n...\n".repeat(5000)],
  ]
  test.each(accepted)("%s", (_, text) => expect(codes(text)).toEqual([]), soon)
})

test("nesting as deep as allowed is read and edited", () => {
  const text = "[".repeat(200) + "]".repeat(200)
  const path = Array.from({ length: 199 }, () => 0)
  const operation = { op: "append", path, value: 1 } as const
  const edited = editDocument(yaml, of(text), [{ document: 0, operation }], defaultLimits)
  expect(edited.ok && edited.source.text).toBe(`${"[".repeat(200)}1${"]".repeat(200)}`)
})

test("nothing is built or run from a tag, and no key reaches a prototype", () => {
  const { documents, problems } = read(
    "a: !!js/function 'x'\nb: !!python/object/apply:os.system [ls]\n__proto__: {polluted: 1}\nc: {<<: {__proto__: {polluted: 1}}}\n",
  )
  expect(problems).toEqual([])
  const value = documents[0]?.value
  expect(JSON.stringify(value)).toBe('{"a":"x","b":["ls"],"__proto__":{"polluted":1},"c":{"__proto__":{"polluted":1}}}')
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false)
})

test.each([
  ["a body of 9 MB", `---\na: 1\n---\n${"text [".repeat(1.5e6)}`],
  ["fences that never end", `---\n\n${"--- \n---x\n".repeat(many)}`],
  ["dashes", "-".repeat(1e6)],
  ["comments before nothing", "<!-- -->\n".repeat(many)],
  ["blank lines before nothing", "\n".repeat(1e6)],
])(
  "Markdown: %s",
  (_, text) => {
    expect(markdown.parse({ path: "a.md", text, bom: false }, defaultLimits).documents).toHaveLength(1)
  },
  soon,
)
