import { execFileSync } from "node:child_process"
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest"
import { CfgsyncPlugin } from "../../src/opencode/plugin.ts"
import { askClients, installClients } from "./install.ts"
import { serveOpencode } from "./serveOpencode.ts"

const checkout = join(import.meta.dirname, "../..")
const command = join(checkout, "dist", "cfgsync.js")
const good = '{ "model": "sham/sham", "username": "ann" }\n'
const bad = '{ "model": "sham/sham", "mcp": { "a": { "type": "local", "command": "npx" } } }\n'
let folder = ""
const cfgsync = (...args: string[]) =>
  execFileSync(process.execPath, [command, ...args], { cwd: folder, env: environment(), encoding: "utf8" })
const environment = () => ({ ...process.env, HOME: join(folder, "home") })
const lay = (name: string, text: string) => writeFileSync(join(folder, name), text)
const held = () => readFileSync(join(folder, "app.json"), "utf8")

beforeAll(() => {
  if (!existsSync(command)) execFileSync("npm", ["run", "build"], { cwd: checkout, stdio: "inherit" })
}, 240_000)

/** A project with the command in it, as `npm install` puts it there. */
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-plugin-")))
  for (const name of ["home", "node_modules/.bin"]) mkdirSync(join(folder, name), { recursive: true })
  vi.stubEnv("HOME", join(folder, "home"))
  lay("cfgsync.config.json", '{ "files": [{ "include": "app.json", "acceptance": "auto" }], "rules": ["app.rule"] }\n')
  lay("app.rule", 'rule app/server "a server says how it starts" { for s in $.mcp.* require s.command is [string] }\n')
  lay("app.json", '{ "model": "sham/sham" }\n')
  symlinkSync(command, join(folder, "node_modules/.bin/cfgsync"))
  cfgsync("accept", "app.json")
  cfgsync("init", "--opencode")
}, 240_000)

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

const actor = () =>
  JSON.parse(cfgsync("history", "--format", "json", "app.json"))
    .map((entry: { readonly actor: { readonly name: string; readonly evidence: readonly string[] } }) => entry.actor)
    .filter(({ name }: { readonly name: string }) => name.startsWith("opencode/"))

test("its hooks hold a bad write back, and tell who made a good one", { timeout: 240_000 }, async () => {
  const toasts: string[] = []
  const tui = {
    showToast: async ({ body }: { readonly body: { readonly message: string } }) => toasts.push(body.message),
  }
  const hooks = await CfgsyncPlugin({ directory: folder, client: { tui } })
  await hooks["chat.message"]({ sessionID: "ses_1", agent: "build" })
  const call = { tool: "write", sessionID: "ses_1", callID: "1" }
  const write = (content: string) => ({ args: { filePath: join(folder, "app.json"), content } })
  await expect(hooks["tool.execute.before"](call, write(bad))).rejects.toThrow(
    /holds this write back[\s\S]*app\/server/,
  )
  expect(toasts).toEqual([expect.stringContaining("held back a write of")])
  await hooks["tool.execute.before"](call, write(good))
  await hooks["tool.execute.before"]({ ...call, tool: "bash" }, { args: { command: "true" } })
  lay("app.json", good)
  const output = { output: "written" }
  await hooks["tool.execute.after"]({ ...call, args: write(good).args }, output)
  expect(output.output).toBe("written")
  expect(actor()).toContainEqual({
    kind: "agent",
    name: "opencode/build",
    evidence: ["environment CFGSYNC_AGENT", "session ses_1"],
  })
  // What could not be told beforehand is told afterwards.
  lay("app.json", bad)
  await hooks["tool.execute.after"]({ ...call, args: write(bad).args }, output)
  expect(output.output).toMatch(/^written\n\ncfgsync:\n.*app\/server/)
  const env: Record<string, string> = {}
  await hooks["shell.env"]({ sessionID: "ses_1" }, { env })
  expect(env).toEqual({ CFGSYNC_AGENT: "opencode/build", CFGSYNC_SESSION: "ses_1" })
})

test("where cfgsync cannot be asked nothing is held back, and that is said once", { timeout: 120_000 }, async () => {
  lay("cfgsync.config.json", "{")
  const toasts: string[] = []
  const tui = {
    showToast: async ({ body }: { readonly body: { readonly message: string } }) => toasts.push(body.message),
  }
  const hooks = await CfgsyncPlugin({ directory: folder, client: { tui } })
  const call = { tool: "write", sessionID: "ses_1", callID: "1" }
  for (const content of [bad, good])
    await hooks["tool.execute.before"](call, { args: { filePath: "app.json", content } })
  expect(toasts).toEqual([expect.stringContaining("nothing is held back: error: ")])
})

const program = askClients ? installClients().get("opencode") : undefined

test.skipIf(program === undefined)(
  "the real OpenCode loads it, and holds back what an agent's tool would write",
  { timeout: 300_000 },
  async () => {
    // In place of a model: it asks for a bad write, then for a good one, and keeps what it was told.
    const told: string[] = []
    const sham = createServer((request, response) => {
      let body = ""
      request.on("data", (chunk) => (body += chunk))
      request.on("end", () => {
        const asked = JSON.parse(body) as {
          readonly messages: readonly { readonly role: string; readonly content: unknown }[]
          readonly tools?: unknown
        }
        const answers = asked.messages.filter(({ role }) => role === "tool")
        told.splice(0, told.length, ...answers.map(({ content }) => JSON.stringify(content)))
        const content = [bad, good][answers.length]
        const step =
          asked.tools === undefined || content === undefined ? "done" : { content, id: `call_${answers.length}` }
        response.writeHead(200, { "content-type": "text/event-stream" })
        for (const chunk of chunks(step)) response.write(`data: ${JSON.stringify(chunk)}\n\n`)
        response.end("data: [DONE]\n\n")
      })
    })
    const port = await listening(sham)
    const provider = {
      npm: "@ai-sdk/openai-compatible",
      options: { baseURL: `http://127.0.0.1:${port}/v1`, apiKey: "none" },
      models: { sham: { name: "Sham", tool_call: true, limit: { context: 100_000, output: 1000 } } },
    }
    lay(
      "opencode.json",
      JSON.stringify({
        model: "sham/sham",
        small_model: "sham/sham",
        permission: "allow",
        provider: { sham: provider },
      }),
    )
    for (const name of ["objects", "refs"]) mkdirSync(join(folder, ".git", name), { recursive: true })
    lay(".git/HEAD", "ref: refs/heads/main\n")
    const { url, stop } = await serveOpencode(program ?? "", folder, {
      HOME: join(folder, "home"),
      PATH: process.env.PATH ?? "",
    })
    try {
      const post = async (path: string, body: object) => {
        const answer = await fetch(url + path, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        })
        expect(answer.status, path).toBe(200)
        return (await answer.json()) as { readonly id: string }
      }
      const { id } = await post("/session", {})
      const parts = [{ type: "text", text: "write the file" }]
      await post(`/session/${id}/message`, { agent: "build", model: { providerID: "sham", modelID: "sham" }, parts })
      expect(told).toHaveLength(2)
      expect(told[0]).toMatch(/cfgsync holds this write back.*app\/server/)
      expect(told[1]).not.toMatch(/cfgsync/)
      expect(held()).toBe(good)
      expect(actor()).toContainEqual({
        kind: "agent",
        name: "opencode/build",
        evidence: ["environment CFGSYNC_AGENT", `session ${id}`],
      })
    } finally {
      stop()
      sham.close()
    }
  },
)

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)))
}

function chunks(step: "done" | { readonly content: string; readonly id: string }): readonly object[] {
  const chunk = (delta: object, finish: string | null) => ({
    id: "x",
    object: "chat.completion.chunk",
    created: 1,
    model: "sham",
    choices: [{ index: 0, delta, finish_reason: finish }],
  })
  if (step === "done") return [chunk({ role: "assistant", content: "done" }, null), chunk({}, "stop")]
  const args = JSON.stringify({ filePath: join(folder, "app.json"), content: step.content })
  const call = { index: 0, id: step.id, type: "function", function: { name: "write", arguments: args } }
  return [chunk({ role: "assistant", tool_calls: [call] }, null), chunk({}, "tool_calls")]
}
