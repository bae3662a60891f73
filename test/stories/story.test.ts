import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { runStory } from "./story.ts"
import { parseTxtar } from "./txtar.ts"

const folder = mkdtempSync(join(tmpdir(), "cfgsync-command-"))
const command = join(folder, "command.mjs")

/** Writes its second argument to the file that the first one names, echoes its input, and exits with the third. */
beforeAll(() =>
  writeFileSync(
    command,
    `import { readFileSync, writeFileSync } from "node:fs"
    const [name, text, code] = process.argv.slice(2)
    if (name !== "-") writeFileSync(name, text)
    process.stdout.write("said " + text + "\\n" + readFileSync(0, "utf8"))
    process.stderr.write("home " + process.env.HOME + "\\n")
    process.exitCode = Number(code)`,
  ),
)
afterAll(() => rmSync(folder, { recursive: true }))

const play = (archive: string) => runStory(parseTxtar(archive), { command, oldNode: undefined, name: "a.txtar" })

it("reads claim, script and files", () => {
  expect(parseTxtar("# one\n# two\n\nexec x\n-- a/b --\ntext\n-- c --\n")).toEqual({
    claim: "one two",
    script: "# one\n# two\n\nexec x\n",
    files: [
      { name: "a/b", text: "text\n" },
      { name: "c", text: "" },
    ],
  })
})

it("plays a story that is true", async () => {
  await play(`# true
    exec cfgsync a.txt new 0
    stdout '^said new$'
    stderr '^home /.*cfgsync-story-'
    cmp a.txt want.txt
    stdin want.txt
    ! exec cfgsync - 'it''s here' 3
    status 3
    stdout 'said it''s here\\nnew'
    ! stdout other
    unchanged
    ! exists b.txt
    bytes b.txt '"\\ufeffx\\r\\n"'
    exists b.txt
-- want.txt --
new`)
})

describe("fails a story that is not true, naming the line", () => {
  it.each([
    ["exec cfgsync - x 1"],
    ["! exec cfgsync - x 0"],
    ["exec cfgsync - x 0\nstatus 1"],
    ["exec cfgsync - x 0\nstdout y"],
    ["exec cfgsync - x 0\n! stdout x"],
    ["exec cfgsync a.txt x 0\nunchanged"],
    ["exec cfgsync new.txt x 0\nunchanged"],
    ["cmp a.txt b.txt"],
    ["exists c.txt"],
    ["! exists a.txt"],
    ["mode 777 a.txt"],
    ["exec other"],
    ["dance"],
  ])("%j", async (script) => {
    const last = script.split("\n").length
    await expect(play(`${script}\n-- a.txt --\na\n-- b.txt --\nb\n`)).rejects.toThrow(`a.txtar:${last}: `)
  })
})
