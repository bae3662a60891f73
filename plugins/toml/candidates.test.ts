import { expect, test } from "vitest"
import { editDocument } from "../../src/engine/editDocument.ts"
import { defaultLimits } from "../../src/model/document.ts"
import type { Operation } from "../../src/model/operation.ts"
import { DateTime } from "../../src/model/value.ts"
import toml from "./index.ts"

function edited(text: string, operation: Operation): string {
  const result = editDocument(toml, { path: "a.toml", text, bom: false }, [{ document: 0, operation }], defaultLimits)
  return result.ok ? result.source.text : `refused: ${result.reason}`
}

const servers =
  '[mcp.docs] # d\nurl = "u"\n\n# second\n[mcp.other]\nurl = "v"\n\n[mcp.other.env]\nA = "1"\n\n# end\n[z]\n'

test.each<readonly [string, string, Operation, string]>([
  ["a literal string stays literal", "a = 'x\\y'", { op: "set", path: ["a"], value: "z\\" }, "a = 'z\\'"],
  ["unless it cannot", "a = 'x'", { op: "set", path: ["a"], value: "it's" }, 'a = "it\'s"'],
  ["many lines stay so", 'a = """\nx\n"""\n', { op: "set", path: ["a"], value: "y\n" }, 'a = """\ny\n"""\n'],
  ["a float stays a float", "a = 1.5 # c\n", { op: "set", path: ["a"], value: 2 }, "a = 2.0 # c\n"],
  ["an integer takes a float", "a = 0x10\n", { op: "set", path: ["a"], value: 1.5 }, "a = 1.5\n"],
  ["a date", "a = 2024-01-01\n", { op: "set", path: ["a"], value: new DateTime("2024-01-02") }, "a = 2024-01-02\n"],
  ["a text for a date", "a = 2024-01-01\n", { op: "set", path: ["a"], value: "2024" }, 'a = "2024"\n'],
  ["a root key", "# x\na = 1\n# y\n\n[t]\n", { op: "set", path: ["b"], value: 2 }, "# x\na = 1\nb = 2\n# y\n\n[t]\n"],
  ["a first root key", "#:schema s\n[t]\n", { op: "set", path: ["b"], value: 2 }, "#:schema s\nb = 2\n\n[t]\n"],
  ["into an empty file", "", { op: "set", path: ["a b"], value: [1] }, '"a b" = [1]\n'],
  ["CRLF, no end", "[t]\r\na = 1", { op: "set", path: ["t", "b"], value: 2 }, "[t]\r\na = 1\r\nb = 2"],
  [
    "to a table",
    "[t]\n  a = 1\n  # c\n\n[u]\n",
    { op: "set", path: ["t", "b"], value: 2 },
    "[t]\n  a = 1\n  b = 2\n  # c\n\n[u]\n",
  ],
  [
    "to a dotted table",
    "[t]\na.b = 1\nc = 2\n",
    { op: "set", path: ["t", "a", "d"], value: 3 },
    "[t]\na.b = 1\na.d = 3\nc = 2\n",
  ],
  ["to an implicit table", "# c\n[a.b]\n", { op: "set", path: ["a", "x"], value: 1 }, "[a]\nx = 1\n\n# c\n[a.b]\n"],
  [
    "to an inline table",
    "a = { b = 1 }\n",
    { op: "set", path: ["a", "c"], value: null },
    "refused: TOML has no null; remove the key instead",
  ],
  ["an inline member", "a = { b = 1 }\n", { op: "set", path: ["a", "c"], value: 2 }, "a = { b = 1, c = 2 }\n"],
  [
    "a section beside its sisters",
    servers,
    { op: "set", path: ["mcp", "n"], value: { url: "w", env: { B: "2" } } },
    servers.replace("# end", '[mcp.n]\nurl = "w"\n\n[mcp.n.env]\nB = "2"\n\n# end'),
  ],
  [
    "braces beside braces",
    "[d]\na = { v = 1 }\n",
    { op: "set", path: ["d", "b"], value: { v: 2 } },
    "[d]\na = { v = 1 }\nb = { v = 2 }\n",
  ],
  ["missing parents", "a = 1\n", { op: "set", path: ["x", "y", "z"], value: 1 }, "a = 1\n\n[x.y]\nz = 1\n"],
  [
    "a table with all below it",
    servers,
    { op: "remove", path: ["mcp", "other"] },
    '[mcp.docs] # d\nurl = "u"\n\n# second\n\n# end\n[z]\n',
  ],
  ["a key, not its comment", "a = 1 # c\nb = 2\n", { op: "remove", path: ["a"] }, "# c\nb = 2\n"],
  ["the last of a dotted table", "a.b = 1\n", { op: "remove", path: ["a", "b"] }, "a = {}\n"],
  ["the last of an implicit table", "[a.b]\nc = 1\n", { op: "remove", path: ["a", "b"] }, "[a]\n"],
  ["the last of an array of tables", "x = 1\n\n[[a]]\nb = 1\n", { op: "remove", path: ["a", 0] }, "x = 1\na = []\n"],
  [
    "an element and its sub-tables",
    "[[a]]\n[[a]]\nx = 1\n[a.b]\n[[a]]\n",
    { op: "remove", path: ["a", 1] },
    "[[a]]\n[[a]]\n",
  ],
  [
    "an element between comments",
    "a = [\n  1, # one\n  # two\n  2,\n]\n",
    { op: "remove", path: ["a", 0] },
    "a = [\n  # one\n  # two\n  2,\n]\n",
  ],
  ["the last element", "a = [1, 2]\n", { op: "remove", path: ["a", 1] }, "a = [1]\n"],
  [
    "every spelling",
    "[a.b]\n[a.b.c]\n[[a.b.d]]\n",
    { op: "rename", path: ["a", "b"], to: "x y" },
    '[a."x y"]\n[a."x y".c]\n[[a."x y".d]]\n',
  ],
  ["append on one line", "a = [ 1 ]\n", { op: "append", path: ["a"], value: 2 }, "a = [ 1, 2 ]\n"],
  [
    "append without a last comma",
    'a = [\n  "x" # c\n]\n',
    { op: "append", path: ["a"], value: "y" },
    'a = [\n  "x", # c\n  "y"\n]\n',
  ],
  [
    "append a section",
    "[[a]]\nx = 1\n\n[a.s]\n\n[b]\n",
    { op: "append", path: ["a"], value: { x: 2 } },
    "[[a]]\nx = 1\n\n[a.s]\n\n[[a]]\nx = 2\n\n[b]\n",
  ],
  [
    "insert above",
    "a = [\n  1,\n  # two\n  2,\n]\n",
    { op: "insert", path: ["a", 1], value: 9 },
    "a = [\n  1,\n  9,\n  # two\n  2,\n]\n",
  ],
  [
    "sort with comments",
    "a = [\n  2, # two\n  # one\n  1,\n]\n",
    { op: "sort", path: ["a"] },
    "a = [\n  # one\n  1,\n  2, # two\n]\n",
  ],
  [
    "sort in doubt",
    "a = [2, # two\n  1]\n",
    { op: "sort", path: ["a"] },
    "refused: it cannot be told which element each comment belongs to",
  ],
  ["sort keys", "[t]\nb = 1 # b\n# a\na = 2\n", { op: "sort", path: ["t"] }, "[t]\n# a\na = 2\nb = 1 # b\n"],
  ["move keeps the wording", "a = 0x1F\n[t]\n", { op: "move", from: ["a"], path: ["t", "b"] }, "[t]\nb = 0x1F\n"],
  [
    "a changed list keeps its comments",
    "a = [\n  1, # one\n  2,\n]\n",
    { op: "set", path: ["a"], value: [1, 3] },
    "a = [\n  1, # one\n  3,\n]\n",
  ],
  ["the only table by a text, no end", "[t]\r\na = 1", { op: "set", path: ["t"], value: "x" }, 't = "x"'],
  ["the only table by a text, CRLF", "[t]\r\na = 1\r\n", { op: "set", path: ["t"], value: "x" }, 't = "x"\r\n'],
  ["the last dotted keys, no end", "a = 1\n\nb.c = 1\nb.d = 2", { op: "remove", path: ["b"] }, "a = 1"],
  ["everything", "a = 1\n", { op: "remove", path: ["a"] }, "\n"],
  [
    "a text into sections",
    "[[a]]\n",
    { op: "append", path: ["a"], value: "x" },
    "refused: a list made of [[…]] sections holds tables only",
  ],
])("%s", (_, text, operation, expected) => {
  expect(edited(text, operation)).toBe(expected)
})

test("a final zero has its place", () => {
  const document = toml.parse({ path: "a.toml", text: "a = 0", bom: false }, defaultLimits).documents[0]
  expect(document?.locate(["a"])).toEqual({ key: { start: 0, end: 1 }, value: { start: 4, end: 5 } })
})
