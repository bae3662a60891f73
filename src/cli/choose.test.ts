import { PassThrough, Writable } from "node:stream"
import { expect, it } from "vitest"
import type { Finding, Repair } from "../model/finding.ts"
import { createChoose } from "./choose.ts"
import { Voice } from "./voice.ts"

const finding: Finding = {
  file: "a.json",
  document: 0,
  rule: "pack/one",
  kind: "rule",
  severity: "error",
  message: "one is\u001b[2J wrong",
  path: [],
  span: { start: 0, end: 1 },
  priority: 0,
  repairs: [],
}
const repair: Repair = { title: "mend it", safety: "unsafe", steps: [] }
const files = [{ path: "a.json", before: { text: "1\n", bom: false }, after: { text: "2\n", bom: false }, edits: [] }]
const down = "\u001b[B"

/** Asks once for each list of keys. */
async function answers(...questions: readonly (readonly string[])[]) {
  const stdin = new PassThrough()
  let said = ""
  const sink = () =>
    new Writable({
      write: (chunk, _, done) => {
        said += chunk
        done()
      },
    })
  const io = { stdin, stdout: sink(), stderr: sink(), env: {}, cwd: "/", isTTY: true }
  const choose = createChoose(
    { io, voice: new Voice(io), main: async () => 0, finish: () => {} },
    { step: () => {}, end: () => {} },
  )
  const given = []
  for (const keys of questions) {
    const answer = choose(finding, repair, files)
    for (const key of keys) {
      await new Promise((resolve) => setImmediate(resolve))
      stdin.write(key)
    }
    given.push(await answer)
  }
  return { given, said }
}

it.each([
  ["yes", ["\r"]],
  ["no", [down, "\r"]],
  ["all", [down, down, "\r"]],
  ["quit", [down, down, down, "\r"]],
])("answers %s to %j", async (answer, keys) => {
  expect((await answers(keys)).given).toEqual([answer])
})

it("asks nobody again who wants nothing more", async () => {
  expect((await answers(["\r"], [down, down, down, "\r"], [])).given).toEqual(["yes", "quit", "quit"])
})

it("ends the run when the person leaves, whatever was answered before", async () => {
  await expect(answers(["\r"], ["\u0003"])).rejects.toThrow("you left, so nothing was written")
})

it("shows the finding and the diff, and warns of an unsafe repair", async () => {
  const { said } = await answers(["\r"])
  expect(said).toContain("a.json  error  pack/one\none is␛[2J wrong\n")
  expect(said).toContain("-1\n+2\n")
  expect(said).toContain("mend it (may lose something)?")
})
