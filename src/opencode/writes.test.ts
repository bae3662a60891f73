import { expect, test } from "vitest"
import { writesOf } from "./writes.ts"

const files: Readonly<Record<string, string>> = {
  "a.json": '{ "a": 1, "b": 1 }\n',
  "lines.txt": "one\ntwo\nthree\none\n",
}
const read = (file: string) => files[file]
const of = (tool: string, args: unknown) => writesOf(tool, args, read)

test("a file that is written whole", () => {
  expect(of("write", { filePath: "n.json", content: "{}" })).toEqual([{ file: "n.json", text: "{}" }])
})

test("a part that stands in one place, or in all that are meant", () => {
  const edit = (more: object) => of("edit", { filePath: "a.json", ...more })
  expect(edit({ oldString: '"a": 1', newString: '"a": "$&"' })).toEqual([
    { file: "a.json", text: '{ "a": "$&", "b": 1 }\n' },
  ])
  expect(edit({ oldString: "1", newString: "2", replaceAll: true })).toEqual([
    { file: "a.json", text: '{ "a": 2, "b": 2 }\n' },
  ])
  expect(of("edit", { filePath: "new.json", oldString: "", newString: "{}" })).toEqual([
    { file: "new.json", text: "{}" },
  ])
})

test("what cannot be told beforehand is said to be written, and no more", () => {
  const unknown = [{ file: "a.json" }]
  expect(of("edit", { filePath: "a.json", oldString: "1", newString: "2" })).toEqual(unknown)
  expect(of("edit", { filePath: "a.json", oldString: '"c"', newString: "2" })).toEqual(unknown)
  expect(of("edit", { filePath: "a.json", oldString: "", newString: "{}" })).toEqual(unknown)
  expect(of("edit", { filePath: "a.json" })).toEqual(unknown)
})

test("several edits are made one after the other", () => {
  const edits = [
    { oldString: '"a"', newString: '"c"' },
    { oldString: '"c": 1', newString: '"c": 2' },
  ]
  expect(of("multiedit", { filePath: "a.json", edits })).toEqual([{ file: "a.json", text: '{ "c": 2, "b": 1 }\n' }])
})

test("a patch: files that are added, changed, moved and removed", () => {
  const patchText = [
    "*** Begin Patch",
    "*** Add File: new.json",
    "+{",
    "+}",
    "*** Update File: lines.txt",
    "*** Move to: moved.txt",
    "@@ one",
    " two",
    "-three",
    "+3",
    "*** Update File: a.json",
    "@@",
    "-nothing of the kind",
    "+else",
    "*** Delete File: gone.json",
    "*** End Patch",
  ].join("\n")
  expect(of("apply_patch", { patchText })).toEqual([
    { file: "new.json", text: "{\n}\n" },
    { file: "moved.txt", text: "one\ntwo\n3\none\n" },
    { file: "a.json" },
  ])
})

test("a hunk that fits in two places is not guessed about", () => {
  const patchText = "*** Begin Patch\n*** Update File: lines.txt\n@@\n-one\n+1\n*** End Patch"
  expect(of("apply_patch", { patchText })).toEqual([{ file: "lines.txt" }])
})

test("what writes nothing", () => {
  for (const args of [{ filePath: "a.json" }, {}, null, "text", { command: "rm a.json" }])
    expect(of("read", args)).toEqual([])
})
