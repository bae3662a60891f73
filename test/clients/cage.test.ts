// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references of the clients look like that
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { loadLenses } from "../../src/app/lenses.ts"
import { caseOf } from "../../src/app/verify.ts"
import { clients, type LevelResult, prove, versionOf } from "../../src/clients/index.ts"

/** A client that is not one: it lists every server of `.mcp.json`, starts them when it may, and fills in nothing unless it is told to. */
const script = `#!/usr/bin/env node
const { existsSync, readFileSync } = require("node:fs")
const { spawnSync } = require("node:child_process")
if (process.argv[2] === "--version") {
  console.log("sham 1.2.3")
  process.exit(0)
}
const fill = (text) => (process.env.SHAM_FILLS === undefined ? text : text.replace(/\\$\\{(\\w+)\\}/g, (_, name) => process.env[name]))
const { mcpServers } = JSON.parse(readFileSync(".mcp.json", "utf8"))
const may = existsSync(process.env.HOME + "/.claude/settings.json")
const main = async () => {
  for (const [name, { command, args = [], env = {}, url, headers = {} }] of Object.entries(mcpServers)) {
    console.log(name + ": " + (command ?? url))
    if (!may) continue
    const filled = (values) => Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fill(value)]))
    if (url === undefined) spawnSync(command, args.map(fill), { env: { ...process.env, ...filled(env) }, input: "", timeout: 20000 })
    else await fetch(fill(url), { method: "POST", headers: filled(headers), body: '{"id":1,"method":"tools/list"}' })
  }
  const outside = await fetch("http://192.0.2.1/", { signal: AbortSignal.timeout(3000) }).then(() => "open", () => "shut")
  if (outside === "open") throw new Error("there is a network")
}
main()
`
const folder = mkdtempSync(join(tmpdir(), "cfgsync-sham-"))
const program = join(folder, "sham")
const filling = join(folder, "filling")
beforeAll(() => {
  writeFileSync(program, script)
  writeFileSync(filling, script.replace("process.env.SHAM_FILLS === undefined", "false"))
  for (const file of [program, filling]) chmodSync(file, 0o755)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const claude = clients.find(({ id }) => id === "claude")
const settings = {
  mcpServers: {
    local: { command: "never-started", args: ["a b", "${TOKEN}"], env: { KEY: "${TOKEN}" } },
    remote: { type: "http", url: "https://mcp.example.org/mcp?a=b", headers: { Authorization: "Bearer ${TOKEN}" } },
  },
}

async function proven(which: string, content: string): Promise<readonly LevelResult[]> {
  if (claude === undefined) throw new Error("no client")
  const lens = (await loadLenses()).lens(claude.lens)
  const bytes = new TextEncoder().encode(content)
  const given = await caseOf({ client: claude, lens, file: ".mcp.json", content: bytes, beside: new Map() })
  return prove(claude, which, given, 4)
}

/** Without namespaces of its own nothing is run, which is said. */
function unlessNowhere(results: readonly LevelResult[], wanted: unknown): void {
  const [first] = results
  if (first?.outcome === "skipped") expect(first.problems).toEqual([expect.stringMatching(/cannot be kept off/)])
  else expect(results.map(({ outcome, problems }) => [outcome, ...problems])).toEqual(wanted)
}

test("a client that fills in what its file says passes", { timeout: 60_000 }, async () => {
  unlessNowhere(await proven(filling, JSON.stringify(settings)), [["passed"], ["passed"], ["passed"], ["passed"]])
})

test("one that sends the placeholder is found out", { timeout: 60_000 }, async () => {
  unlessNowhere(await proven(program, JSON.stringify(settings)), [
    ["passed"],
    ["passed"],
    ["failed", "local: its argument 2 is not what the file says", "local: its variable KEY is not what the file says"],
    ["failed", "remote: its header Authorization is not what the file says"],
  ])
})

test("one that cannot read its file is found out, and nothing more is asked of it", { timeout: 60_000 }, async () => {
  const results = await proven(program, "{")
  expect(results.map(({ level }) => level)).toEqual([1])
  expect(results[0]?.outcome).not.toBe("passed")
})

test("it is asked for its version", { timeout: 60_000 }, async () => {
  expect(["1.2.3", undefined]).toContain(await versionOf(program))
})
