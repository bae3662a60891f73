import { describe, expect, test } from "vitest"
import { editDocument } from "../../src/engine/editDocument.ts"
import { defaultLimits } from "../../src/model/document.ts"
import type { Operation } from "../../src/model/operation.ts"
import json from "./index.ts"

const text = `{
  // about mcp
  "mcp": {
    "a": { "command": "npx", "args": ["-y"] }, // first
    // second
    "b": {
      "command": "x" // cmd
    }
  },
  "z": {}, "y": [],
  "list": [
    "p", // pp
    "q"
  ] // end
}
`

/** What changes in the text: lines that go, and lines that come. */
const table: readonly { readonly name: string; readonly do: Operation; readonly from: string; readonly to: string }[] =
  [
    {
      name: "a list of strings stays on one line, as the file's others",
      do: { op: "set", path: ["mcp", "a", "command"], value: ["npx", "-y"] },
      from: '"command": "npx"',
      to: '"command": ["npx", "-y"]',
    },
    {
      name: "a new member gets lines as its neighbours have them",
      do: { op: "set", path: ["mcp", "c"], value: { type: "local", command: ["a"], env: { X: "1" } } },
      from: '"x" // cmd\n    }\n',
      to: '"x" // cmd\n    },\n    "c": {\n      "type": "local",\n      "command": ["a"],\n      "env": {\n        "X": "1"\n      }\n    }\n',
    },
    {
      name: "a member on one line gets a neighbour on that line",
      do: { op: "set", path: ["mcp", "a", "env"], value: { A: "b" } },
      from: '"args": ["-y"] }',
      to: '"args": ["-y"], "env": { "A": "b" } }',
    },
    {
      name: "a member goes with its line; the comment beside it stays",
      do: { op: "remove", path: ["mcp", "a"] },
      from: '    "a": { "command": "npx", "args": ["-y"] }, // first\n',
      to: "    // first\n",
    },
    {
      name: "the last member goes with its lines and the comma before it",
      do: { op: "remove", path: ["mcp", "b"] },
      from: '}, // first\n    // second\n    "b": {\n      "command": "x" // cmd\n    }\n',
      to: "} // first\n    // second\n",
    },
    {
      name: "of two on a line, the other stays",
      do: { op: "remove", path: ["z"] },
      from: '  "z": {}, "y": [],\n',
      to: '  "y": [],\n',
    },
    {
      name: "an empty object gets lines",
      do: { op: "set", path: ["z", "k"], value: 1 },
      from: '"z": {}',
      to: '"z": {\n    "k": 1\n  }',
    },
    {
      name: "an empty list stays on its line",
      do: { op: "append", path: ["y"], value: "a" },
      from: "[],",
      to: '["a"],',
    },
    {
      name: "an element comes last",
      do: { op: "append", path: ["list"], value: "r" },
      from: '"q"\n',
      to: '"q",\n    "r"\n',
    },
    {
      name: "an element comes after what is said of the one before it",
      do: { op: "insert", path: ["list", 1], value: "o" },
      from: '"p", // pp\n',
      to: '"p", // pp\n    "o",\n',
    },
    {
      name: "a moved value keeps its wording and the comments inside it",
      do: { op: "move", from: ["mcp", "b"], path: ["b"] },
      from: '}, // first\n    // second\n    "b": {\n      "command": "x" // cmd\n    }\n  },\n  "z": {}, "y": [],\n  "list": [\n    "p", // pp\n    "q"\n  ] // end\n',
      to: '} // first\n    // second\n  },\n  "z": {}, "y": [],\n  "list": [\n    "p", // pp\n    "q"\n  ], // end\n  "b": {\n    "command": "x" // cmd\n  }\n',
    },
    {
      name: "of an object that is set, only what differs is touched",
      do: { op: "set", path: ["mcp"], value: { a: { command: "npx", args: ["-y", "z"] }, b: { command: "x" } } },
      from: '["-y"]',
      to: '["-y", "z"]',
    },
  ]

describe("edits in the style of the spot", () => {
  test.each(table)("$name", ({ do: operation, from, to }) => {
    for (const eol of ["\n", "\r\n"]) {
      const written = (each: string) => each.replaceAll("\n", eol)
      expect(text.split(from)).toHaveLength(2)
      const source = { path: "a.jsonc", text: written(text), bom: false }
      const edited = editDocument(json, source, [{ document: 0, operation }], defaultLimits)
      expect(edited.ok ? edited.source.text : edited.reason).toBe(written(text.replace(from, to)))
    }
  })

  test("a file on one line stays on one line", () => {
    const source = { path: "a.json", text: '{"a":1,"b":{},"c":[1,2]}', bom: false }
    const operations: readonly Operation[] = [
      { op: "set", path: ["b", "k"], value: { x: [1, { y: null }] } },
      { op: "append", path: ["c"], value: { z: 1 } },
      { op: "remove", path: ["a"] },
    ]
    const edited = editDocument(
      json,
      source,
      operations.map((operation) => ({ document: 0, operation })),
      defaultLimits,
    )
    expect(edited.ok && edited.source.text).toBe('{"b":{"k":{"x":[1,{"y":null}]}},"c":[1,2,{"z":1}]}')
  })

  test("sorted entries take their comments along, or stay", () => {
    const sort = (list: string) => {
      const source = { path: "a.jsonc", text: list, bom: false }
      const edited = editDocument(json, source, [{ document: 0, operation: { op: "sort", path: [] } }], defaultLimits)
      return edited.ok ? edited.source.text : edited.reason
    }
    expect(sort('[\n  // b\n  "b", // bb\n  "a"\n]')).toBe('[\n  "a",\n  // b\n  "b" // bb\n]')
    expect(sort('["b", "a" /* why */]')).toMatch(/^comments stand between/)
  })
})

const problems: readonly (readonly [string, string, number])[] = [
  ['{"a":1,}', 'a "," is not allowed after the last entry: this file\'s readers do not take trailing commas', 6],
  ["{a: 1}", 'the key "a" must stand in double quotes', 1],
  ["['a']", "'a' must stand in double quotes: JSON has no other strings", 1],
  ["[1 2]", 'expected "," or the end of the list or object, found "2"', 3],
  ['{"a" 1}', 'expected ":" after the key, found "1"', 5],
  ['{"a":}', 'expected a value, found "}"', 5],
  ["[1", 'expected "]" to end the list, found the end of the file', 2],
  ["// c\n1", "a comment is not allowed here: this file is read as strict JSON", 0],
  ['{"a": "b\n}', "the string is not closed: expected a double quote before the end of the line", 6],
  ["True", '"True" is not a JSON value: expected a string in double quotes, a number, true, false, null, { or [', 0],
  ['"\\x"', '"\\x" holds an escape that JSON does not have; a backslash itself is written \\\\', 0],
  ["", "expected a value, found the end of the file", 0],
]
test.each(problems)("%j: %s", (wrong, message, start) => {
  const parsed = json.parse({ path: "a.json", text: wrong, bom: false }, defaultLimits)
  expect(parsed.problems.map((problem) => [problem.message, problem.span.start])).toEqual([[message, start]])
})

test("a repeated key is a warning at its later place, and the last value counts", () => {
  const [text, path] = ['{"a": {"k": 1, "k": 2}}', "a.json"]
  const parsed = json.parse({ path, text, bom: false }, defaultLimits)
  expect(parsed.documents[0]?.value).toEqual({ a: { k: 2 } })
  expect(parsed.problems).toMatchObject([
    { code: "duplicate-key", severity: "warning", span: { start: 15, end: 18 }, path: ["a", "k"] },
  ])
})

test.each<readonly [Operation, string, string | RegExp]>([
  [{ op: "remove", path: ["a"] }, '{"a": 1, "b": 0, "a": 2}', '{"b": 0}'],
  [{ op: "remove", path: ["a"] }, '{"b": 0, "a": 1, "a": 2}', '{"b": 0}'],
  [{ op: "remove", path: ["a"] }, '{\n  "a": 1,\n  "b": 0,\n  "a": 2 // c\n}\n', '{\n  "b": 0 // c\n}\n'],
  [{ op: "remove", path: ["a"] }, '{"a": [/* c */ 1], "a": 2}', /a comment stands inside/],
  [{ op: "rename", path: ["a"], to: "c" }, '{"a": 1, "b": 0, "a": 2}', '{"c": 1, "b": 0, "c": 2}'],
  [{ op: "set", path: ["a"], value: 3 }, '{"a": 1, "b": 0, "a": 2}', '{"a": 1, "b": 0, "a": 3}'],
  [{ op: "move", from: ["a"], path: ["c"] }, '{"a": 1, "b": 0, "a": 2}', /more than once/],
])("a repeated key is removed and renamed wherever it is: %j of %j", (operation, text, expected) => {
  const edited = editDocument(json, { path: "a.jsonc", text, bom: false }, [{ document: 0, operation }], defaultLimits)
  if (typeof expected === "string") expect(edited.ok && edited.source.text).toBe(expected)
  else expect(!edited.ok && edited.reason).toMatch(expected)
})

test.each([
  ["a.json", false, false],
  ["biome.json", false, false],
  ["package.json", false, false],
  [".mcp.json", false, false],
  [".eslintrc.json", true, false],
  ["home/.gemini/settings.json", true, false],
  ["a.jsonc", true, true],
  ["packages/x/tsconfig.build.json", true, true],
  [".vscode/settings.json", true, true],
  ["x/.zed/settings.json", true, true],
  [".config/zed/settings.json", true, true],
  ["zed/package.json", false, false],
  ["Library/Application Support/Code/User/settings.json", true, true],
  ["opencode.json", true, true],
  [".devcontainer/devcontainer.json", true, true],
])("%s: comments %s, trailing commas %s", (path, comments, trailing) => {
  const reads = (text: string) => json.parse({ path, text, bom: false }, defaultLimits).problems.length === 0
  expect([reads("[1] // c"), reads("[1,]"), json.comments(path)]).toEqual([comments, trailing, comments])
})
