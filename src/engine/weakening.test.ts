import { expect, test } from "vitest"
import { makeObject, type Value } from "../model/value.ts"
import { guardsOf, openedMode, weakenings } from "./weakening.ts"

function asValue(data: unknown): Value {
  if (Array.isArray(data)) return data.map(asValue)
  if (typeof data === "object" && data !== null)
    return makeObject(Object.entries(data).map(([key, each]) => [key, asValue(each)]))
  return data as Value
}

function told(path: string, before: unknown, after: unknown): readonly string[] {
  return weakenings(path, [{ value: asValue(before) }], [{ value: asValue(after) }]).map(
    ({ path: at, before: was, after: is }) => `${at.join(".")}: ${was} → ${is}`,
  )
}

const open = "opencode.json"
const agent = ".opencode/agent/reviewer.md"
const claude = ".claude/settings.json"
const codex = ".codex/config.toml"

test.each<[file: string, before: unknown, after: unknown, told: readonly string[]]>([
  // OpenCode: words, maps of patterns, one word for all
  [open, { permission: { bash: "ask" } }, { permission: { bash: "allow" } }, ["permission.bash: ask → allow"]],
  [open, { permission: { bash: "deny" } }, { permission: { bash: "ask" } }, ["permission.bash: deny → ask"]],
  [open, { permission: { bash: "allow" } }, { permission: { bash: "ask" } }, []],
  [open, { permission: { bash: "ask" } }, { permission: {} }, ["permission.bash: ask → nothing"]],
  [open, { permission: { bash: "ask" } }, {}, ["permission.bash: ask → nothing"]],
  [open, { permission: { bash: "allow" } }, {}, []],
  [open, {}, { permission: { edit: "allow" } }, ["permission.edit: nothing → allow"]],
  [open, {}, { permission: { edit: "ask" } }, []],
  [open, { permission: "ask" }, { permission: "allow" }, ["permission: ask → allow"]],
  [open, { permission: "allow" }, { permission: { bash: "allow" } }, []],
  [
    open,
    { permission: { "*": "ask" } },
    { permission: { "*": "ask", edit: "allow" } },
    ["permission.edit: ask → allow"],
  ],
  [open, { permission: { bash: "ask" } }, { permission: { bash: { "*": "ask" } } }, []],
  [
    open,
    { permission: { bash: { "*": "deny" } } },
    { permission: { bash: { "*": "deny", "git *": "ask" } } },
    ["permission.bash.git *: deny → ask"],
  ],
  [
    open,
    { permission: { bash: { "*": "allow", "rm *": "deny" } } },
    { permission: { bash: { "*": "allow" } } },
    ["permission.bash.rm *: deny → allow"],
  ],
  [
    open,
    { permission: { bash: { "*": "allow", "rm *": "deny" } } },
    { permission: { bash: { "rm *": "deny", "*": "allow" } } },
    ["permission: the order bash, bash.rm * → the order bash.rm *, bash"],
  ],
  [open, { permission: { a: "allow", b: "allow" } }, { permission: { b: "allow", a: "allow" } }, []],
  // tools, agents, servers
  [open, { tools: { bash: false } }, { tools: {} }, ["tools.bash: false → nothing"]],
  [open, { tools: { bash: false } }, { tools: { bash: true } }, ["tools.bash: false → true"]],
  [open, { tools: { "*": false } }, { tools: { "*": false, read: true } }, ["tools.read: false → true"]],
  [open, { tools: {} }, { tools: { bash: false } }, []],
  [open, { agent: { a: { tools: { edit: false } } } }, { agent: { a: {} } }, ["agent.a.tools.edit: false → nothing"]],
  [open, { agent: { a: { tools: { edit: false } } } }, { agent: {} }, []],
  [
    open,
    { agent: { a: { permission: { bash: "ask" } } } },
    { agent: { a: { permission: { bash: "allow" } } } },
    ["agent.a.permission.bash: ask → allow"],
  ],
  [open, { mcp: { x: { enabled: false } } }, { mcp: { x: { enabled: true } } }, ["mcp.x.enabled: false → true"]],
  [open, { mcp: { x: { enabled: false } } }, { mcp: { x: {} } }, ["mcp.x.enabled: false → nothing"]],
  [open, { mcp: { x: { enabled: false } } }, { mcp: {} }, []],
  [open, { mcp: { x: { enabled: true } } }, { mcp: { x: { enabled: false } } }, []],
  [open, { mcp: { x: { disabled: true } } }, { mcp: { x: {} } }, ["mcp.x.disabled: true → nothing"]],
  [open, { mcp: {} }, { mcp: { y: { command: ["y"] } } }, []],
  [open, { model: "a" }, { model: "b" }, []],
  [agent, { tools: { bash: false } }, {}, ["tools.bash: false → nothing"]],
  [agent, { permission: { edit: "deny" } }, { permission: { edit: "allow" } }, ["permission.edit: deny → allow"]],
  // Claude Code
  [
    claude,
    { permissions: { deny: ["Bash(rm:*)"], allow: [] } },
    { permissions: { deny: [], allow: ["Bash(rm:*)"] } },
    ["permissions.allow: nothing → Bash(rm:*)", "permissions.deny: Bash(rm:*) → nothing"],
  ],
  [claude, { permissions: { ask: ["WebFetch"] } }, {}, ["permissions.ask: WebFetch → nothing"]],
  [claude, { permissions: { allow: ["Read", "Edit"] } }, { permissions: { allow: ["Edit"] } }, []],
  [
    claude,
    { permissions: {} },
    { permissions: { defaultMode: "bypassPermissions" } },
    ["permissions.defaultMode: nothing → bypassPermissions"],
  ],
  [claude, {}, { enableAllProjectMcpServers: true }, ["enableAllProjectMcpServers: nothing → true"]],
  [claude, { sandbox: { enabled: true } }, {}, ["sandbox.enabled: true → nothing"]],
  [claude, {}, { enabledMcpjsonServers: ["x"] }, ["enabledMcpjsonServers: nothing → x"]],
  [".claude/agents/a.md", { tools: "Read" }, { tools: "Read, Bash(git a,b)" }, ["tools: nothing → Bash(git a,b)"]],
  [".claude/agents/a.md", { tools: "Read" }, {}, ["tools: Read → everything"]],
  [".claude/agents/a.md", {}, { tools: "Read" }, []],
  // Codex
  [codex, { approval_policy: "untrusted" }, { approval_policy: "never" }, ["approval_policy: untrusted → never"]],
  [codex, { approval_policy: "never" }, { approval_policy: "on-request" }, []],
  [codex, { approval_policy: "untrusted" }, {}, ["approval_policy: untrusted → nothing"]],
  [codex, {}, { sandbox_mode: "danger-full-access" }, ["sandbox_mode: nothing → danger-full-access"]],
  [
    codex,
    { profiles: { p: { sandbox_mode: "read-only" } } },
    { profiles: { p: { sandbox_mode: "workspace-write" } } },
    ["profiles.p.sandbox_mode: read-only → workspace-write"],
  ],
  [
    codex,
    {},
    { sandbox_workspace_write: { network_access: true } },
    ["sandbox_workspace_write.network_access: nothing → true"],
  ],
  [
    codex,
    { mcp_servers: { s: { enabled: false } } },
    { mcp_servers: { s: {} } },
    ["mcp_servers.s.enabled: false → nothing"],
  ],
  [
    codex,
    { mcp_servers: { s: { disabled_tools: ["a", "b"] } } },
    { mcp_servers: { s: { disabled_tools: ["b"] } } },
    ["mcp_servers.s.disabled_tools: a → nothing"],
  ],
  // others
  [
    ".gemini/settings.json",
    { mcpServers: { s: {} } },
    { mcpServers: { s: { trust: true } } },
    ["mcpServers.s.trust: nothing → true"],
  ],
  [".gemini/settings.json", { tools: { exclude: ["shell"] } }, {}, ["tools.exclude: shell → nothing"]],
  [
    "cline_mcp_settings.json",
    { mcpServers: { s: { disabled: true } } },
    { mcpServers: { s: {} } },
    ["mcpServers.s.disabled: true → nothing"],
  ],
  [
    ".vscode/settings.json",
    {},
    { "chat.tools.global.autoApprove": true },
    ["chat.tools.global.autoApprove: nothing → true"],
  ],
  [
    ".zed/settings.json",
    { context_servers: { s: { enabled: false } } },
    { context_servers: { s: {} } },
    ["context_servers.s.enabled: false → nothing"],
  ],
  // a word that no client knows permits what its absence would
  [open, { permission: { bash: "ask" } }, { permission: { bash: "yes" } }, ["permission.bash: ask → nothing"]],
  // a file that no client reads
  ["app.json", { permission: { bash: "ask" } }, { permission: { bash: "allow" } }, []],
])("%s from %j to %j", (file, before, after, expected) => {
  expect(told(file, before, after)).toEqual(expected)
})

test("every document of a file is looked at", () => {
  const [one, two] = [{ value: asValue({}) }, { value: asValue({ permission: { bash: "ask" } }) }]
  expect(weakenings(open, [one, two], [one, one])).toMatchObject([{ document: 1, path: ["permission", "bash"] }])
  expect(weakenings(open, [], [two])).toEqual([])
})

test.each([
  ["0600", "0644", true],
  ["0644", "0664", true],
  ["0644", "0755", true],
  ["0644", "0744", false],
  ["0755", "4755", true],
  ["0644", "0600", false],
  ["0644", "0644", false],
])("a mode from %s to %s is opened: %s", (before, after, opened) => {
  expect(openedMode(before, after)).toBe(opened)
})

test("the clients' files are known by name", () => {
  const names = ["a/opencode.jsonc", "x/.claude/settings.local.json", "home/.codex/config.toml", ".cursor/cli.json"]
  expect(names.filter((name) => guardsOf(name).length === 0)).toEqual([])
  expect(guardsOf("package.json")).toEqual([])
})
