import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest"
import { McpClient, type ToolAnswer } from "./client.ts"

const checkout = join(import.meta.dirname, "../..")
const command = join(checkout, "dist", "cfgsync.js")
let folder = ""
const environment = () => ({ PATH: process.env.PATH, HOME: folder, XDG_CONFIG_HOME: join(folder, ".config") })

beforeAll(() => {
  if (!existsSync(command)) execFileSync("npm", ["run", "build"], { cwd: checkout, stdio: "inherit" })
}, 120_000)

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-mcp-")))
  lay("cfgsync.config.json", '{ "files": [{ "include": "opencode.json", "acceptance": "ask" }, "other.json"] }\n')
  lay("opencode.json", '{\n  // ours\n  "model": "a/b"\n}\n')
  lay("other.json", '{ "a": 1 }\n')
  cfgsync("accept", "opencode.json", "other.json")
}, 120_000)

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const lay = (name: string, text: string) => writeFileSync(join(folder, name), text)
const read = (name: string) => readFileSync(join(folder, name), "utf8")
const cfgsync = (...args: string[]) =>
  execFileSync(process.execPath, [command, ...args], { cwd: folder, env: environment(), encoding: "utf8" })

async function withClient<T>(args: readonly string[], work: (client: McpClient) => Promise<T>): Promise<T> {
  const client = new McpClient(command, args, folder, environment())
  await client.begin()
  const result = await work(client)
  expect(await client.end()).toBe(0)
  return result
}

const textOf = ({ content }: ToolAnswer) => content.map(({ text }) => text).join("\n")

test("it offers what reads, and what proposes only where that is allowed", { timeout: 120_000 }, async () => {
  const names = async (client: McpClient) =>
    ((await client.ask("tools/list", {})) as { readonly tools: readonly { readonly name: string }[] }).tools.map(
      ({ name }) => name,
    )
  const reading = ["check", "preview_fix", "explain", "effective", "status", "diff", "history"]
  expect(await withClient([], names)).toEqual(reading)
  expect(await withClient(["--propose"], names)).toEqual([...reading, "propose_set", "propose_remove"])
  await withClient([], async (client) => {
    const refused = await client
      .call("propose_set", { file: "opencode.json", path: "$.model", value: "c/d" })
      .catch(String)
    expect(typeof refused === "string" || refused.isError === true).toBe(true)
  })
  expect(read("opencode.json")).toContain("a/b")
})

test("a tool answers as its command does, and says what is wrong", { timeout: 120_000 }, async () => {
  lay("opencode.json", '{ "mcp": { "a": { "type": "local" } } }\n')
  await withClient([], async (client) => {
    const found = JSON.parse(textOf(await client.call("check", { paths: ["opencode.json"] })))
    expect(found.findings.map(({ pointer }: { readonly pointer: string }) => pointer)).toContain("/mcp/a")
    expect(textOf(await client.call("effective", { client: "opencode" }))).toContain('"layers"')
    expect(textOf(await client.call("explain", { file: "opencode.json", path: "$.mcp.a" }))).toContain("schema/")
    for (const args of [{ paths: ["/etc/passwd"] }, { paths: ["../x.json"] }]) {
      const refused = await client.call("check", args)
      expect([refused.isError, textOf(refused)]).toEqual([true, `${args.paths[0]} is outside the project`])
    }
    expect((await client.call("check", { paths: ["--help"] })).isError).toBe(true)
    expect((await client.call("check", { nonsense: 1 })).isError).toBe(true)
    expect((await client.call("effective", { client: "emacs" })).isError).toBe(true)
  })
})

test("what is proposed is written, waits, and is known by who proposed it", { timeout: 120_000 }, async () => {
  await withClient(["--propose"], async (client) => {
    const done = JSON.parse(
      textOf(await client.call("propose_set", { file: "opencode.json", path: "$.model", value: "c/d" })),
    )
    expect(done.findings).toMatchObject([
      { rule: "cfgsync/drift", message: expect.stringContaining("waits for a person") },
    ])
    expect(read("opencode.json")).toBe('{\n  // ours\n  "model": "c/d"\n}\n')
    const other = await client.call("propose_remove", { file: "other.json", path: "$.a" })
    expect([other.isError, textOf(other)]).toEqual([
      true,
      expect.stringContaining("nobody would be asked about a change of other.json"),
    ])
    const wrong = await client.call("propose_remove", { file: "opencode.json", path: "$.none" })
    expect([wrong.isError, textOf(wrong)]).toEqual([true, expect.stringContaining("there is nothing at $.none")])
    const made = JSON.parse(textOf(await client.call("history", { file: "opencode.json" }))).at(0)
    expect(made.actor).toMatchObject({ kind: "client", name: "a-test" })
  })
  expect(read("other.json")).toBe('{ "a": 1 }\n')
  cfgsync("reject", "opencode.json")
  expect(read("opencode.json")).toContain("a/b")
})

test("a file of which nothing was accepted is not changed", { timeout: 120_000 }, async () => {
  rmSync(join(folder, ".cfgsync"), { recursive: true, force: true })
  await withClient(["--propose"], async (client) => {
    const refused = await client.call("propose_set", { file: "opencode.json", path: "$.model", value: "c/d" })
    expect([refused.isError, textOf(refused)]).toEqual([true, expect.stringContaining("was ever accepted")])
  })
  expect(read("opencode.json")).toContain("a/b")
})
