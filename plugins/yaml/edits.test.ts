import { describe, expect, test } from "vitest"
import { editDocument } from "../../src/engine/editDocument.ts"
import { defaultLimits } from "../../src/model/document.ts"
import type { Operation } from "../../src/model/operation.ts"
import type { Path } from "../../src/model/path.ts"
import type { Value } from "../../src/model/value.ts"
import yaml from "./index.ts"

function edit(text: string, operation: Operation, document = 0): string {
  const edited = editDocument(yaml, { path: "a.yaml", text, bom: false }, [{ document, operation }], defaultLimits)
  return edited.ok ? edited.source.text : `refused: ${edited.reason}`
}

const set = (path: Path, value: Value): Operation => ({ op: "set", path, value })
const remove = (...path: Path): Operation => ({ op: "remove", path })
const append = (path: Path, value: Value): Operation => ({ op: "append", path, value })
const rename = (path: Path, to: string): Operation => ({ op: "rename", path, to })

type Row = readonly [text: string, operation: Operation, expected: string]

describe("set", () => {
  test.each<Row>([
    ["a: 'b' # c\n", set(["a"], "it's"), "a: 'it''s' # c\n"],
    ['a: "b"\n', set(["a"], "c\td"), 'a: "c\\td"\n'],
    ["a: b\n", set(["a"], "yes"), 'a: "yes"\n'],
    ["a: b\n", set(["a"], "1.10"), 'a: "1.10"\n'],
    ["a: 2024-01-02\n", set(["a"], "2024-01-03"), "a: 2024-01-03\n"],
    ["a: b\n", set(["a"], "2024-01-03"), 'a: "2024-01-03"\n'],
    ["a: b\n", set(["a"], 1e21), "a: 1.0e+21\n"],
    ["a: b\n", set(["a"], 12345678901234567891n), "a: 12345678901234567891\n"],
    ["a: |\n  b\n  c\nd: 1\n", set(["a"], "x\ny\n"), "a: |\n  x\n  y\nd: 1\n"],
    ["a: | # c\n    b\nd: 1\n", set(["a"], "x"), "a: |- # c\n    x\nd: 1\n"],
    ["a: |\n  b\nd: 1\n", set(["a"], 5), "a: 5\nd: 1\n"],
    ["a: >-\n  b\n  c\n", set(["a"], "x\ny"), "a: >-\n  x\n\n  y\n"],
    ["a:\n  b: 1 # c\nd: 2\n", set(["a"], "x"), "a: x\n  # c\nd: 2\n"],
    ["a: 1 # c\n", set(["a"], { b: [1] }), "a: # c\n  b:\n    - 1\n"],
    ["a:\n- 1\nb: 2\n", set(["b"], ["x"]), "a:\n- 1\nb:\n- x\n"],
    ["a:\n    b: 1\n", set(["c", "d"], 1), "a:\n    b: 1\nc:\n    d: 1\n"],
    ["a: # c\n", set(["a"], "x"), "a: x # c\n"],
    ["a:\n  b: 1\n  # about b\nc: 2\n", set(["a", "d"], 3), "a:\n  b: 1\n  d: 3\n  # about b\nc: 2\n"],
    ["a: {}\n", set(["a", "b"], 1), "a:\n  b: 1\n"],
    ["a: {b: 1}\n", set(["a", "c"], "x, y"), 'a: {b: 1, c: "x, y"}\n'],
    ['{"a": {"b": 1}}\n', set(["a", "c"], "x"), '{"a": {"b": 1, "c": "x"}}\n'],
    ["- a: 1\n- b\n", set([0, "c"], 2), "- a: 1\n  c: 2\n- b\n"],
    ["- a\n", set([0], { b: 1, c: 2 }), "- b: 1\n  c: 2\n"],
    ["a: 1\r\nb: 2", set(["c"], "x\ny"), "a: 1\r\nb: 2\r\nc: |-\r\n  x\r\n  y"],
    ["a: !Ref b\n", set(["a"], "c"), "a: !Ref c\n"],
    ["a: !Ref b\n", set(["a"], 1), "a: 1\n"],
    ["a: !!int 1\n", set(["a"], "x"), "a: x\n"],
    ["# c\n", set([], { a: 1 }), "# c\na: 1\n"],
    ["a: 1\n", set([], "\n  x\ny"), '"\\n  x\\ny"\n'],
    ["a:  # c\n- 1\n", set(["a"], { b: 1 }), "a:  # c\n  b: 1\n"],
    ["--- # c\n", set([], "x"), "--- x # c\n"],
  ])("%j", (text, operation, expected) => expect(edit(text, operation)).toBe(expected))
})

describe("remove", () => {
  test.each<Row>([
    ["# a\na: 1 # one\nb: 2\n", remove("a"), "# a\n# one\nb: 2\n"],
    ["a:\n  b: 1\nc: 2\n", remove("a", "b"), "a: {}\nc: 2\n"],
    ["a: # c\n  b: 1 # d\n", remove("a", "b"), "a: {} # c\n  # d\n"],
    ["a:\n- 1\n- 2 # two\n", remove("a", 0), "a:\n- 2 # two\n"],
    ["a:\n- 1\n", remove("a", 0), "a: []\n"],
    ["- a: 1\n  b: 2\n", remove(0, "a"), "- b: 2\n"],
    ["- a: 1 # one\n  b: 2\n", remove(0, "a"), "- # one\n  b: 2\n"],
    ["a: 1\n\nb: 2", remove("b"), "a: 1"],
    ["a: [1, 2, 3]\n", remove("a", 1), "a: [1, 3]\n"],
    ["a: [1, 2, 3]\n", remove("a", 2), "a: [1, 2]\n"],
    ["a: [\n  1, # one\n  2,\n]\n", remove("a", 0), "a: [\n  # one\n  2,\n]\n"],
    ["a: {b: 1}\n", remove("a", "b"), "a: {}\n"],
    ["a: |\n  x\n\nb: 1\n", remove("a"), "\nb: 1\n"],
  ])("%j", (text, operation, expected) => expect(edit(text, operation)).toBe(expected))
})

describe("rename, append, insert, sort, move", () => {
  test.each<Row>([
    ["'a': 1\n", rename(["a"], "b"), "'b': 1\n"],
    ["a: 1\n", rename(["a"], "b: c"), '"b: c": 1\n'],
    ["? a\n: 1\n", rename(["a"], "b"), "? b\n: 1\n"],
    ["a: 1\n", rename(["a"], "x".repeat(1100)), `? "${"x".repeat(1100)}"\n: 1\n`],
    ["a:\n- 1\nb: 2\n", append(["a"], { c: 1, d: 2 }), "a:\n- 1\n- c: 1\n  d: 2\nb: 2\n"],
    ["a:\n  -   'x'\n", append(["a"], "y"), "a:\n  -   'x'\n  -   'y'\n"],
    ["a: [1] # c\n", append(["a"], "x"), "a: [1, x] # c\n"],
    ["a:\n", append(["a"], "x"), "a:\n  - x\n"],
    ["b: 1\n", append(["a"], "x"), "b: 1\na:\n  - x\n"],
    [
      "a:\n  - 1 # one\n  # two\n  - 2\n",
      { op: "insert", path: ["a", 1], value: 9 },
      "a:\n  - 1 # one\n  - 9\n  # two\n  - 2\n",
    ],
    ["a:\n  - 1\n", { op: "insert", path: ["a", 0], value: 9 }, "a:\n  - 9\n  - 1\n"],
    ["a: [x, y]\n", { op: "insert", path: ["a", 1], value: "z" }, "a: [x, z, y]\n"],
    [
      "# head\n\n# bee\nb: 1 # B\n\na:\n  c: 2\n",
      { op: "sort", path: [] },
      "# head\n\na:\n  c: 2\n\n# bee\nb: 1 # B\n",
    ],
    ["- c\n- a # A\n- b\n", { op: "sort", path: [] }, "- a # A\n- b\n- c\n"],
    ["a: [c, a, b]\n", { op: "sort", path: ["a"] }, "a: [a, b, c]\n"],
    ["a:\n  b: 1\nc: 2\n", { op: "move", from: ["a", "b"], path: ["c"] }, "a: {}\nc: 1\n"],
    [
      "a:\n  b: # B\n    - 'x'\n\n    # why\n    - y\nd:\n  e: 1\n",
      { op: "move", from: ["a", "b"], path: ["d", "f"] },
      "a: {}\n  # B\nd:\n  e: 1\n  f:\n    - 'x'\n\n    # why\n    - y\n",
    ],
    ["a: 1\r\nb:\r\n- x", { op: "move", from: ["b"], path: ["c"] }, "a: 1\r\nc:\r\n- x"],
    ["- a: 'x' # A\n  b: 2\n- c\n", { op: "move", from: [0], path: [1] }, "- c\n- a: 'x' # A\n  b: 2\n"],
  ])("%j", (text, operation, expected) => expect(edit(text, operation)).toBe(expected))
})

describe("what would need guessing is refused", () => {
  const text = "a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  a: 1\n"
  test.each<readonly [Operation, RegExp]>([
    [set(["a", "b"], 2), /used again as \*x/],
    [set(["c", "b"], 2), /stands for what is written at &x/],
    [append(["c"], 2), /not a list/],
    [set(["c", "z"], 2), /alias \*x|stands for/],
    [remove("a"), /elsewhere refers to/],
    [remove("d", "b"), /inherited through `<<`/],
    [rename(["d", "b"], "z"), /inherited through `<<`/],
    [{ op: "sort", path: ["d"] }, /inherited/],
  ])("%j", (operation, reason) => expect(edit(text, operation)).toMatch(reason))

  test("an alias itself, and an override of what is inherited, are no guess", () => {
    expect(edit(text, set(["c"], 1))).toBe(text.replace("c: *x", "c: 1"))
    expect(edit(text, remove("c"))).toBe(text.replace("c: *x\n", ""))
    expect(edit(text, set(["d", "b"], 2))).toBe(text.replace("a: 1\n", "a: 1\n  b: 2\n"))
  })

  test("an anchor that is only merged may change where every merge overrides it", () => {
    const merged = "a: &x\n  b: 1\nc:\n  <<: *x\n  b: 2\n"
    expect(edit(merged, set(["a", "b"], 3))).toBe(merged.replace("b: 1", "b: 3"))
    expect(edit(merged, set(["a", "z"], 3))).toMatch(/^refused/)
  })
})

describe("an anchor in the way goes to the first alias, with what it stood for", () => {
  const map = "a: &x\n  k: 'v' # c\n  l: 1\nb: *x\n"
  test.each<Row>([
    ["a: &x 1 # c\nb: *x\nc: *x # d\n", set(["a"], 2), "a: 2 # c\nb: &x 1\nc: *x # d\n"],
    ["a: &x 1\nb: *x\nc: *x\n", remove("a"), "b: &x 1\nc: *x\n"],
    ["a: &x 1\nb: *x\n", rename(["a"], "c"), "c: &x 1\nb: *x\n"],
    ["&x a: 1\nb: *x\n", rename(["a"], "c"), "c: 1\nb: &x a\n"],
    ["&x a: 1\n*x : 2\n".replace("*x", "b:\n  *x"), rename(["a"], "c"), "c: 1\nb:\n  &x a : 2\n"],
    ["a: &x {k: 'v'}\nb: *x\n", set(["a", "k"], 2), "a: {k: '2'}\nb: &x {k: 'v'}\n".replace("'2'", "2")],
    ["a: &x !t v\nb: *x\n", set(["a"], "w"), "a: !t w\nb: &x !t v\n"],
    ["a: &x\n  k: 'v'\nb: *x # c\n", set(["a", "k"], "w"), "a:\n  k: 'w'\nb: &x # c\n  k: 'v'\n"],
    ["a: &x\n- 1\nb:\n- *x\n", append(["a"], 2), "a:\n- 1\n- 2\nb:\n- &x\n  - 1\n"],
    ["a: &x |\n  t\n   u\nb:\n    c: *x\n", set(["a"], 1), "a: 1\nb:\n    c: &x |\n        t\n         u\n"],
    ["a: {k: &x 1, l: &y 2}\nb: [*y, *x]\n", remove("a"), "b: [&y 2, &x 1]\n"],
    ["a: &x [&y 1, 2]\nb: *y\nc: *x\n", remove("a"), "b: &y 1\nc: &x [1, 2]\n"],
    ["a: &x\nb: *x\n", set(["a"], 1), "a: 1\nb: &x\n"],
  ])("%j", (text, operation, expected) => expect(edit(text, operation)).toBe(expected))

  test.each<readonly [string, string, Operation]>([
    ["comments in it would stand twice", map, set(["a", "l"], 2)],
    ["a map that is merged is a stock to draw on", "a: &x {k: 1}\nb: *x\nc: {<<: *x}\n", set(["a", "k"], 2)],
    ["much text is not written twice", `a: &x [${"1, ".repeat(500)}1]\nb: *x\n`, append(["a"], 2)],
    ["lines do not fit between brackets", "a: &x\n  k: 1\nb: [*x]\n", set(["a", "k"], 2)],
  ])("but %s", (_, text, operation) =>
    expect(edit(text, operation)).toMatch(/^refused: it is part of &x, which is used/),
  )
})

test("only the document that is named changes", () => {
  const text = "a: 1\n---\na: 1\n...\n---\n# c\na: 1\n"
  expect(edit(text, set(["a"], 2), 1)).toBe("a: 1\n---\na: 2\n...\n---\n# c\na: 1\n")
  expect(edit(text, remove("a"), 2)).toBe("a: 1\n---\na: 1\n...\n---\n# c\n{}\n")
})
