import { expect, it } from "vitest"
import type { Finding } from "../model/finding.ts"
import type { CheckResult, FixResult } from "../model/result.ts"
import { text } from "./text.ts"

const source = '{\n  "mcp": {\n    "a": { "command": "npx" },\n    "b": {}\n  }\n}\n'

function at(word: string, change: Partial<Finding>): Finding {
  const start = source.indexOf(word)
  return {
    file: "opencode.json",
    document: 0,
    rule: "mcp/local-command",
    kind: "rule",
    severity: "error",
    message: `${word} has no start command`,
    why: "OpenCode refuses the whole file",
    path: [],
    span: { start, end: start + word.length },
    priority: 0,
    repairs: [],
    ...change,
  }
}

const shape = { title: "read the Claude shape", safety: "safe", steps: [] } as const
const off = { title: "switch it off", safety: "unsafe", steps: [] } as const
const first = at('"a"', { repairs: [shape, off] })
const second = at('"b"', { severity: "warning", repairs: [off] })
const missing = at("", { file: "x.toml", rule: "cfgsync/missing", kind: "missing", message: "x.toml is missing" })

const check: CheckResult = {
  root: "/project",
  files: 14,
  findings: [first, second, missing],
  sources: new Map([["opencode.json", { path: "opencode.json", text: source, bom: false }]]),
  silenced: 2,
  milliseconds: 1234,
}

it("shows place, sentence, frame, why once, and what would be done", () => {
  expect(text(check)).toMatchInlineSnapshot(`
    "opencode.json:3:5  error  mcp/local-command
      "a" has no start command

      2 |   "mcp": {
      3 |     "a": { "command": "npx" },
        |     ^^^
      4 |     "b": {}

      why: OpenCode refuses the whole file
      fix: read the Claude shape

    opencode.json:4:5  warning  mcp/local-command
      "b" has no start command

      3 |     "a": { "command": "npx" },
      4 |     "b": {}
        |     ^^^
      5 |   }

      fix: switch it off (unsafe, so it waits for --unsafe)

    x.toml:1:1  error  cfgsync/missing
      x.toml is missing
      why: OpenCode refuses the whole file

    cfgsync fix repairs 1, with --unsafe 1 more
    3 findings (2 errors, 1 warning) in 15 files, 2 silenced (1.2 s)
    "
  `)
})

it("says of a fix what was done, and in plain words why the rest was not", () => {
  const fix: FixResult = {
    ...check,
    findings: [second],
    silenced: 0,
    plan: { files: [], fixed: [{ finding: first, repair: shape }] },
    deferred: [{ finding: second, step: "unbroken", reason: "mcp/max-servers", attempts: [] }],
    written: true,
  }
  expect(text(fix)).toMatchInlineSnapshot(`
    "opencode.json:4:5  warning  mcp/local-command
      "b" has no start command

      3 |     "a": { "command": "npx" },
      4 |     "b": {}
        |     ^^^
      5 |   }

      why: OpenCode refuses the whole file
      not fixed: the repair would break something else: mcp/max-servers

    fixed  opencode.json:3:5  mcp/local-command  read the Claude shape

    1 finding (1 warning) in 14 files, 1 fixed, 1 deferred (1.2 s)
    "
  `)
  expect(text({ ...fix, written: false })).toContain("would fix  opencode.json:3:5")
})

it("says one line when there is nothing to say", () => {
  expect(text({ ...check, findings: [], silenced: 0, files: 1, milliseconds: 8 })).toBe(
    "no findings in 1 file (8 ms)\n",
  )
})

it("colours only when allowed", () => {
  expect(text(check)).not.toContain("\u001b[")
  expect(text(check, { color: true })).toContain("\u001b[31merror\u001b[39m")
})
