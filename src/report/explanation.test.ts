import { expect, it } from "vitest"
import { type ExplainedRule, explanation } from "./explanation.ts"

const source = { path: "opencode.json", text: '{ "mcp": { "a": { "command": "npx" } } }\n', bom: false }
const fact = (fact: string, operator: string, value: unknown, expected: unknown, holds: boolean) =>
  ({ type: "fact", holds, fact, operator, value, expected }) as const

const found: ExplainedRule = {
  rule: "mcp/local-command",
  title: "a local MCP server says how to start",
  severity: "error",
  frames: [
    {
      document: 0,
      bindings: [
        {
          name: "server",
          path: ["mcp", "a"],
          span: { start: 16, end: 36 },
          value: { command: "npx", port: 1n << 64n },
        },
        { name: "limit", value: undefined },
      ],
      where: [
        {
          text: 'server.type == "local"',
          holds: true,
          condition: { type: "all", holds: true, parts: [fact("server.type", "equals", "local", "local", true)] },
        },
      ],
      applies: true,
      require: [
        {
          text: "server.command is [string] and count(server.command) >= 1",
          holds: false,
          condition: {
            type: "all",
            holds: false,
            parts: [
              fact("server.command", "is", "npx", { array: "string" }, false),
              fact("count(server.command)", "ge", undefined, 1, false),
            ],
          },
        },
      ],
      fires: true,
      ladder: [
        {
          title: "join",
          safety: "safe",
          derived: false,
          reason: "its condition does not hold: server.command is array",
          outcome: { type: "impossible" },
        },
        {
          title: "read the Claude shape",
          safety: "safe",
          derived: false,
          repair: { title: "read the Claude shape", safety: "safe", steps: [] },
          outcome: { type: "refused", step: "unbroken", reason: "it would break another rule" },
        },
        {
          title: "set it",
          safety: "unsafe",
          derived: true,
          repair: { title: "set it", safety: "unsafe", steps: [] },
          outcome: { type: "unsafe" },
        },
      ],
    },
    {
      document: 1,
      bindings: [],
      where: [{ text: "$.b is present", holds: false, condition: fact("$.b", "is", undefined, "present", false) }],
      applies: false,
      require: [],
      fires: false,
      ladder: [],
    },
  ],
}

it("shows bindings, clauses with the values behind them, and the ladder", () => {
  expect(explanation([found], { source })).toMatchInlineSnapshot(`
    "mcp/local-command  error  a local MCP server says how to start
      server = {"command":"npx","port":"18446744073709551616"} $.mcp.a at 1:17
      limit = missing
        ✓ where server.type == "local"
            ✓ server.type == "local", being "local"
        ✗ require server.command is [string] and count(server.command) >= 1
            ✗ all of
              ✗ server.command is [string], being "npx"
              ✗ count(server.command) >= 1, being missing
        found
        repair 1 (safe) join: not possible: its condition does not hold: server.command is array
        repair 2 (safe) read the Claude shape: not proven (unbroken): it would break another rule
        repair 3 (unsafe, derived) set it: proven; it may lose something, so it waits for --unsafe
      document 2
        ✗ where $.b is present
            ✗ $.b is present, being missing
        silent: it does not apply here
    "
  `)
})

it.each([
  [{ reason: "off" }, "it is switched off"],
  [{ reason: "no-document" }, "the file has no document that could be read"],
  [{ reason: "too-costly" }, "this document gives it too much to look at"],
  [{ reason: "files", globs: ["a", "b"] }, "it is about other files: a, b"],
  [{ reason: "formats", formats: ["toml"] }, "it is about other formats: toml"],
  [{ reason: "environments", environments: ["ci"] }, "it is about other environments: ci"],
  [{ reason: "no-binding", name: "s", in: "$.mcp.*" }, "nothing stands at $.mcp.*, so there is no s to look at"],
] as const)("says why a rule is silent: %j", (silence, words) => {
  expect(explanation([{ rule: "a/b", title: "t", severity: "off", silence, frames: [] }])).toBe(
    `a/b  off  t\n  silent: ${words}\n`,
  )
})

it("lets no escape sequence through, and colours only when allowed", () => {
  expect(explanation([{ ...found, title: "\u001b[31m" }])).not.toContain("\u001b")
  expect(explanation([found], { color: true })).toContain("\u001b[31m✗\u001b[39m")
})
