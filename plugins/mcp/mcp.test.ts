// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references of the clients look like that
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Lens, Reading } from "../../src/model/lens.ts"
import type { McpServer, Reference, Template } from "../../src/model/mcpServer.ts"
import { equal, makeObject, type ObjectValue, type Value } from "../../src/model/value.ts"
import lenses, { differences } from "./index.ts"
import { template } from "./references.ts"

function lens(id: string): Lens {
  const found = lenses.find((each) => each.id === `mcp/${id}`)
  if (found === undefined) throw new Error(`no lens ${id}`)
  return found
}

/** What one client's entry becomes in another's words. */
function carry(from: string, entry: Value, to: string, before?: Value) {
  const read = lens(from).read(entry)
  if (!read.ok) throw new Error(read.problem)
  return lens(to).write(read.server, before)
}

function written(from: string, entry: Value, to: string, before?: Value): ObjectValue {
  const result = carry(from, entry, to, before)
  if (!result.ok) throw new Error(result.cannot.join("; "))
  return result.entry
}

function cannot(from: string, entry: Value, to: string): string {
  const result = carry(from, entry, to)
  return result.ok ? "" : result.cannot.join("; ")
}

const github = {
  type: "local",
  command: ["npx", "-y", "github-mcp"],
  environment: { TOKEN: "{env:TOKEN}", LEVEL: "info" },
} as const

test.each([
  ["claude", { command: "npx", args: ["-y", "github-mcp"], env: { TOKEN: "${TOKEN}", LEVEL: "info" } }],
  ["codex", { command: "npx", args: ["-y", "github-mcp"], env: { LEVEL: "info" }, env_vars: ["TOKEN"] }],
  ["gemini", { command: "npx", args: ["-y", "github-mcp"], env: { TOKEN: "${TOKEN}", LEVEL: "info" } }],
  [
    "vscode",
    { type: "stdio", command: "npx", args: ["-y", "github-mcp"], env: { TOKEN: "${env:TOKEN}", LEVEL: "info" } },
  ],
  ["opencode", github],
  ["opencode2", github],
])("a local server of OpenCode in the words of %s", (to, expected) => {
  expect(written("opencode", github, to)).toEqual(expected)
})

const remote = {
  type: "remote",
  url: "https://mcp.example.org/",
  headers: { Authorization: "Bearer {env:TOK}", "X-Team": "{env:TEAM}" },
}

test.each([
  [
    "claude",
    { type: "http", url: "https://mcp.example.org/", headers: { Authorization: "Bearer ${TOK}", "X-Team": "${TEAM}" } },
  ],
  ["codex", { url: "https://mcp.example.org/", bearer_token_env_var: "TOK", env_http_headers: { "X-Team": "TEAM" } }],
  ["gemini", { httpUrl: "https://mcp.example.org/", headers: { Authorization: "Bearer ${TOK}", "X-Team": "${TEAM}" } }],
  [
    "cursor",
    { url: "https://mcp.example.org/", headers: { Authorization: "Bearer ${env:TOK}", "X-Team": "${env:TEAM}" } },
  ],
  [
    "windsurf",
    { serverUrl: "https://mcp.example.org/", headers: { Authorization: "Bearer ${env:TOK}", "X-Team": "${env:TEAM}" } },
  ],
])("a remote server of OpenCode in the words of %s", (to, expected) => {
  expect(written("opencode", remote, to)).toEqual(expected)
})

test.each([
  ["a fallback", "claude", { command: "a", env: { K: "${TOK:-d}" } }, "opencode", /fallback/],
  [
    "what a file holds",
    "opencode",
    { type: "local", command: ["a", "{file:x}"] },
    "claude",
    /argument 1: it has no words for what the file x holds/,
  ],
  ["a variable in an argument", "claude", { command: "a", args: ["${TOK}"] }, "codex", /argument 1.*the variable TOK/],
  ["a variable under another name", "claude", { command: "a", env: { K: "${TOK}" } }, "codex", /the variable TOK/],
  [
    "what its user is asked for",
    "vscode",
    { type: "stdio", command: "a", env: { K: "${input:k}" } },
    "cursor",
    /asked for/,
  ],
  [
    "a text that would be filled in",
    "opencode",
    { type: "local", command: ["a", "$HOME"] },
    "gemini",
    /meant as it stands/,
  ],
  [
    "a text that would be filled in, of braces",
    "codex",
    { command: "a", args: ["${X}"] },
    "claude",
    /meant as it stands/,
  ],
  ["server-sent events", "claude", { type: "sse", url: "http://x/" }, "codex", /SSE/],
  ["a folder to start in", "codex", { command: "a", cwd: "/srv" }, "claude", /folder/],
  [
    "a server that must not start",
    "opencode",
    { type: "local", command: ["a"], enabled: false },
    "claude",
    /no switch/,
  ],
])("%s is refused where a client has no words for it", (_, from, entry, to, why) => {
  expect(cannot(from, entry, to)).toMatch(why)
})

test.each([
  ["opencode", { type: "local", command: ["a"], enabled: false }, "cline", { command: "a", disabled: true }],
  ["cline", { command: "a", disabled: true }, "codex", { command: "a", enabled: false }],
  [
    "opencode",
    { type: "local", command: ["a"], enabled: false, timeout: 5 },
    "opencode2",
    { type: "local", command: ["a"], disabled: true, timeout: { startup: 5 } },
  ],
  ["opencode2", { type: "local", command: ["a"], enabled: false }, "opencode", { type: "local", command: ["a"] }],
  [
    "opencode2",
    { type: "local", command: ["a"], disabled: true, timeout: { request: 5 } },
    "codex",
    { command: "a", enabled: false, tool_timeout_sec: 0.005 },
  ],
  ["codex", { command: "a", enabled: true }, "opencode", { type: "local", command: ["a"] }],
] as const)("on and off go from %s %o to %s", (from, entry, to, expected) => {
  expect(written(from, entry, to)).toEqual(expected)
})

test("what else stands in a table of times stays", () => {
  const before = { type: "local", command: ["a"], timeout: { x: 1, startup: 3 } }
  const after = written("codex", { command: "a", tool_timeout_sec: 2 }, "opencode2", before)
  expect(after).toEqual({ type: "local", command: ["a"], timeout: { x: 1, request: 2000 } })
})

test("what is not about the server, and what is right already, stays as it is written", () => {
  const before = {
    trust: true,
    command: "npx",
    args: ["-y", "github-mcp"],
    env: { TOKEN: "$TOKEN", LEVEL: "debug" },
    timeout: 5,
  }
  const after = written("opencode", github, "gemini", before)
  expect(Object.entries(after)).toEqual([
    ["trust", true],
    ["command", "npx"],
    ["args", ["-y", "github-mcp"]],
    ["env", { TOKEN: "${TOKEN}", LEVEL: "info" }],
  ])
})

test.each([
  ["opencode", { type: "local", command: "npx" }, /command is no list/],
  ["opencode", { command: ["npx"] }, /no type/],
  ["opencode", { enabled: true }, /neither a command nor an address/],
  ["opencode", { type: "local", command: ["x"], environment: { PORT: 3100 } }, /environment.PORT is no text/],
  ["opencode2", { type: "local", command: ["x"], timeout: 5000 }, /timeout is no table/],
  ["claude", { url: "http://x/" }, /no type/],
  ["claude", { command: "x", args: "-y" }, /args is no list/],
  ["codex", { command: "x", url: "http://x/" }, /both a command and an address/],
  ["gemini", "npx", /no table/],
  ["cline", { type: "streamable-http", url: "http://x/" }, /its type is "streamable-http"/],
] as const)("%s does not take %o", (id, entry, problem) => {
  const read = lens(id).read(entry as Value)
  expect(read.ok ? "taken" : read.problem).toMatch(problem)
})

const names = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,5}$/)
const texts = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.constantFrom("$HOME", "${X}", "{env:Y}", "${env:Z}", "a b", "é"),
)
const references: fc.Arbitrary<Reference> = fc.oneof(
  names.map((name): Reference => ({ kind: "env", name })),
  fc.record({ kind: fc.constant("env" as const), name: names, fallback: fc.stringMatching(/^[a-z]{0,3}$/) }),
  fc.constant<Reference>({ kind: "file", path: "secret.txt" }),
  fc.constant<Reference>({ kind: "input", id: "token" }),
  fc.constantFrom<Reference>({ kind: "place", name: "workspace" }, { kind: "place", name: "home" }),
)
/** As texts are read: none empty, no two side by side. */
const templates: fc.Arbitrary<Template> = fc
  .array(fc.oneof({ weight: 3, arbitrary: texts }, { weight: 1, arbitrary: references }), {
    minLength: 1,
    maxLength: 3,
  })
  .map(template)
const maps = fc.dictionary(names, templates, { maxKeys: 3 })
const shared = {
  on: fc.boolean(),
  timeouts: fc.record(
    { start: fc.integer({ min: 1, max: 60 }).map((s) => s * 1000), request: fc.constant(5000) },
    { requiredKeys: [] },
  ),
}
const servers: fc.Arbitrary<McpServer> = fc.oneof(
  fc.record(
    {
      kind: fc.constant("local" as const),
      command: fc
        .tuple(templates, templates, templates)
        .chain((words) =>
          fc.integer({ min: 1, max: 3 }).map((count) => words.slice(0, count) as [Template, ...Template[]]),
        ),
      environment: maps,
      directory: templates,
      ...shared,
    },
    { requiredKeys: ["kind", "command", "environment", "on", "timeouts"] },
  ),
  fc.record({
    kind: fc.constant("remote" as const),
    url: templates,
    transport: fc.constantFrom("http" as const, "sse" as const, "either" as const),
    headers: maps,
    ...shared,
  }),
)
/** What is not about the server. */
const strangers = fc.dictionary(fc.constantFrom("trust", "description", "tools", "x"), fc.jsonValue({ maxDepth: 1 }), {
  maxKeys: 2,
})
const runs = { numRuns: Number(process.env.CFGSYNC_CASES ?? 2000) }

/** `written` as it stands over what `stood` there: a server that leaves open how it is spoken to lets stand what is said at its address. */
function withTransport(written: McpServer, asked: McpServer, stood: Reading): McpServer {
  if (!stood.ok || stood.server.kind !== "remote" || written.kind !== "remote" || asked.kind !== "remote")
    return written
  const stays = asked.transport === "either" && !differences(stood.server, asked).includes("url")
  return stays ? { ...written, transport: stood.server.transport } : written
}

describe.each(lenses.map((each) => [each.title, each] as const))("%s", (_, each) => {
  test("reading what was written gives the same server, or it was said what does not", () => {
    fc.assert(
      fc.property(servers, strangers, (server, before) => {
        const result = each.write(server, before as Value)
        if (!result.ok) return result.cannot.length > 0
        const read = each.read(result.entry)
        if (!read.ok) throw new Error(read.problem)
        const left = differences(read.server, server)
        const noted =
          result.notes.length > 0 ? left.filter((name) => name !== "timeouts" && name !== "transport") : left
        expect(noted).toEqual([])
        for (const [key, value] of Object.entries(before)) expect(equal(result.entry[key], value as Value)).toBe(true)
        return true
      }),
      runs,
    )
  })

  test("writing what was read changes nothing", () => {
    fc.assert(
      fc.property(servers, strangers, (server, stranger) => {
        const first = each.write(server, stranger as Value)
        if (!first.ok) return
        const read = each.read(first.entry)
        if (!read.ok) throw new Error(read.problem)
        const again = each.write(read.server, first.entry)
        expect(again).toMatchObject({ ok: true, entry: first.entry })
        expect(Object.keys(again.ok ? again.entry : {})).toEqual(Object.keys(first.entry))
      }),
      runs,
    )
  })

  test("writing over another server leaves nothing of it", () => {
    fc.assert(
      fc.property(servers, servers, (server, other) => {
        const there = each.write(other, undefined)
        if (!there.ok) return
        const result = each.write(server, there.entry)
        const fresh = each.write(server, undefined)
        expect(result.ok).toBe(fresh.ok)
        if (!result.ok || !fresh.ok) return
        const [left, right] = [each.read(result.entry), each.read(fresh.entry)]
        if (!left.ok || !right.ok) throw new Error("it was written, and cannot be read")
        expect(differences(left.server, withTransport(right.server, server, each.read(there.entry)))).toEqual([])
      }),
      runs,
    )
  })
})

test("a server keeps its meaning around all clients, or is refused", () => {
  fc.assert(
    fc.property(servers, fc.constantFrom(...lenses), fc.constantFrom(...lenses), (server, first, second) => {
      const one = first.write(server, undefined)
      if (!one.ok) return
      const read = first.read(one.entry)
      if (!read.ok) throw new Error(read.problem)
      const two = second.write(read.server, undefined)
      if (!two.ok) return
      const back = second.read(two.entry)
      if (!back.ok) throw new Error(back.problem)
      const left = differences(back.server, server)
      const noted = [...one.notes, ...two.notes].length > 0
      expect(noted ? left.filter((name) => name !== "timeouts" && name !== "transport") : left).toEqual([])
    }),
    runs,
  )
})

test("an entry may hold any key", () => {
  const entry = makeObject([
    ["command", "a"],
    ["__proto__", { x: 1 }],
    ["10", true],
  ])
  const read = lens("claude").read(entry)
  expect(read.ok && lens("claude").write(read.server, entry)).toMatchObject({ ok: true, notes: [] })
})
