import { applyPatch } from "diff"
import { expect, it } from "vitest"
import type { FilePlan } from "../model/plan.ts"
import { diff } from "./diff.ts"

function plan(before: string | null, after: string, bom = false): FilePlan {
  return {
    path: "dir/a.yaml",
    before: before === null ? null : { text: before, bom },
    after: { text: after, bom },
    edits: [],
  }
}

it("prints one file after the other, with paths that git apply takes", () => {
  expect(diff([plan("a: 1\nb: 2\n", "a: 1\nb: 3\n"), plan(null, "new\n")])).toMatchInlineSnapshot(`
    "--- a/dir/a.yaml
    +++ b/dir/a.yaml
    @@ -1,2 +1,2 @@
     a: 1
    -b: 2
    +b: 3
    --- /dev/null
    +++ b/dir/a.yaml
    @@ -0,0 +1,1 @@
    +new
    "
  `)
})

it.each([
  ["LF", "a\nb\nc\n", "a\nB\nc\n"],
  ["CRLF", "a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n"],
  ["no line break at the end", "a\nb", "a\nb\nc"],
  ["one at the end", "a\nb\n", "a\nb"],
  ["an empty file", "", "a\n"],
])("gives a patch that applies: %s", (_, before, after) => {
  expect(applyPatch(before, diff([plan(before, after)]), { autoConvertLineEndings: false })).toBe(after)
})

it("keeps the byte order mark as part of the first line", () => {
  expect(diff([plan("a\n", "b\n", true)])).toContain("-\uFEFFa\n+\uFEFFb\n")
})

it("says nothing of a file that stays the same, and names a mode that changes", () => {
  expect(diff([plan("a\n", "a\n")])).toBe("")
  expect(diff([{ ...plan("a\n", "a\n"), mode: "0600" }])).toBe("# mode 0600 dir/a.yaml\n")
})

it("colours lines when allowed", () => {
  expect(diff([plan("a\n", "b\n")], { color: true })).toContain("\u001b[32m+b\u001b[39m")
})
