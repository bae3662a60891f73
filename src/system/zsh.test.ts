import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import type { ZshJudge } from "./system.ts"
import { findZsh } from "./zsh.ts"

const path = process.env.PATH ?? ""
const installed = findZsh("/nowhere", path)() !== undefined

function mustFind(path: string): ZshJudge {
  const judge = findZsh("/nowhere", path)()
  if (judge === undefined) throw new Error("there is no zsh")
  return judge
}

function inFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "zsh-"))
  try {
    run(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test.runIf(installed)("zsh says what it can read, and where it stops", () => {
  const ask = mustFind(path)
  expect(ask("for x ($y) echo $x\n")).toEqual({ accepted: true })
  expect(ask("if true; then\n  x\n")).toMatchObject({ accepted: false, message: "parse error near `\\n'" })
  expect(ask("a=1\nfi\n")).toEqual({ accepted: false, line: 2, message: "parse error near `fi'" })
  expect(ask("a\0b\n")).toBeDefined()
})

test.runIf(installed)("of a text with many commands it says the same, sooner", () => {
  const [ask, askOnce] = [mustFind(path), mustFind(path)]
  const many = "cat <<A\nx\nA\n".repeat(1000)
  for (const text of ["for x ($y) echo $x\n", "if true; then\n  x\n", "a=1\nfi\n", '"\n\n', "a=1\n}\n", "a \\\n", ""])
    expect(ask(text, true), text).toEqual(askOnce(text))
  expect(ask(many, true)).toEqual({ accepted: true })
  expect(ask(`${many}fi\n`, true)).toEqual({ accepted: false, line: 3001, message: "parse error near `fi'" })
})

test.runIf(installed)("of many texts together it says what it says of each", () => {
  const [ask, askOnce] = [mustFind(path), mustFind(path)]
  const texts = [
    "for x ($y) echo $x\n",
    "if true; then\n  x\n",
    "a=1\nfi\n",
    '"\n\n',
    "a=1\n}\n",
    "a \\\n",
    "",
    "\n\n",
    "\\",
  ]
  const odd = [
    "a\0b\n",
    "}; touch /nowhere; {",
    "alias x='a\n",
    "case x in\n",
    `${"x\n".repeat(40_000)}fi\n`,
    "cat <<E\nfi\nE\n",
  ]
  ask.ahead?.([...texts, ...odd, ...texts])
  for (const text of [...texts, ...odd]) expect(ask(text, true), text.slice(0, 50)).toEqual(askOnce(text, true))
})

test.runIf(installed)("nothing is carried out of many texts either", () => {
  inFolder((folder) => {
    const mark = join(folder, "mark")
    const evil = [
      `touch ${mark}\n`,
      `}; touch ${mark}; functions[x]='touch ${mark}'; { `,
      `' ; touch ${mark}; '`,
      `$(touch ${mark})`,
    ]
    mustFind(path).ahead?.(evil)
    expect(() => rmSync(mark)).toThrow(/ENOENT/)
  })
})

test.runIf(installed).each([false, true])("nothing is carried out", (forks) => {
  inFolder((folder) => {
    const mark = join(folder, "mark")
    const ask = mustFind(path)
    ask(`echo x > ${mark}\na=$(touch ${mark})\ntext() { touch ${mark} }\ntext\n`, forks)
    ask(`}; touch ${mark}; functions[x]='touch ${mark}'; { `, forks)
    expect(() => rmSync(mark)).toThrow(/ENOENT/)
  })
})

test("a zsh in the project is not asked, nor one on a relative path", () => {
  inFolder((folder) => {
    writeFileSync(join(folder, "zsh"), "#!/bin/sh\nexit 0\n", { mode: 0o755 })
    expect(findZsh(folder, `${folder}:.:relative`)()).toBeUndefined()
    expect(mustFind(folder)("fi\n")).toEqual({ accepted: true })
  })
})

test("what gives no answer is no verdict", () => {
  inFolder((folder) => {
    writeFileSync(join(folder, "zsh"), "#!/bin/sh\nexit 3\n", { mode: 0o755 })
    const ask = mustFind(folder)
    ask.ahead?.(["x\n"])
    expect(ask("x\n")).toBeUndefined()
  })
})
