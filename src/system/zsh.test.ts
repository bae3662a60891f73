import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { askZsh } from "./zsh.ts"

const path = process.env.PATH ?? ""
const installed = askZsh("/nowhere", path)("") !== undefined

function inFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "zsh-"))
  try {
    run(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test.runIf(installed)("zsh says what it can read, and where it stops", () => {
  const ask = askZsh("/nowhere", path)
  expect(ask("for x ($y) echo $x\n")).toEqual({ accepted: true })
  expect(ask("if true; then\n  x\n")).toMatchObject({ accepted: false, message: "parse error near `\\n'" })
  expect(ask("a=1\nfi\n")).toEqual({ accepted: false, line: 2, message: "parse error near `fi'" })
  expect(ask("a\0b\n")).toBeDefined()
})

test.runIf(installed)("nothing is carried out", () => {
  inFolder((folder) => {
    const mark = join(folder, "mark")
    const ask = askZsh("/nowhere", path)
    ask(`echo x > ${mark}\na=$(touch ${mark})\n`)
    expect(() => rmSync(mark)).toThrow(/ENOENT/)
  })
})

test("a zsh in the project is not asked, nor one on a relative path", () => {
  inFolder((folder) => {
    writeFileSync(join(folder, "zsh"), "#!/bin/sh\nexit 0\n", { mode: 0o755 })
    expect(askZsh(folder, `${folder}:.:relative`)("fi\n")).toBeUndefined()
    expect(askZsh("/nowhere", folder)("fi\n")).toEqual({ accepted: true })
  })
})

test("what gives no answer is no verdict", () => {
  inFolder((folder) => {
    writeFileSync(join(folder, "zsh"), "#!/bin/sh\nexit 3\n", { mode: 0o755 })
    expect(askZsh("/nowhere", folder)("x\n")).toBeUndefined()
  })
})
