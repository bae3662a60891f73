import { expect, test } from "vitest"
import { defaultLimits } from "../model/document.ts"
import { memorySystem } from "../system/memory.ts"
import type { ZshVerdict } from "../system/system.ts"
import { readFileState } from "./fileState.ts"
import { formatNamed } from "./formats.ts"

const format = await formatNamed("zsh")

function problemsOf(text: string, verdict: ZshVerdict | undefined) {
  const system = memorySystem({ ".zshrc": text }, { zsh: () => verdict })
  const state = readFileState(system, ".zshrc", format, defaultLimits)
  return state.kind === "text" ? state.parsed.problems : []
}

const guessed = "alias a=1\nalias a=2\nif x; then\n  y\n"

test("where no zsh is, a guess says so", () => {
  expect(problemsOf(guessed, undefined)).toMatchObject([
    { code: "syntax", severity: "warning", message: "this `if` is not closed; no zsh could be asked to confirm it" },
    { code: "duplicate-key" },
  ])
})

test("what zsh takes is right", () => {
  expect(problemsOf(guessed, { accepted: true })).toMatchObject([{ code: "duplicate-key" }])
})

test("what zsh refuses is wrong in its line, with what is known of the cause", () => {
  expect(problemsOf(guessed, { accepted: false, line: 4, message: "parse error near `y'" })).toMatchObject([
    {
      code: "syntax",
      severity: "error",
      message: "zsh cannot read this: parse error near `y': this `if` is not closed, in line 3",
      span: { start: 33, end: 34 },
    },
    { code: "duplicate-key" },
  ])
  expect(problemsOf("a b\n", { accepted: false, line: 9, message: "m" })).toMatchObject([
    { message: "zsh cannot read this: m", span: { start: 4, end: 4 } },
  ])
})
