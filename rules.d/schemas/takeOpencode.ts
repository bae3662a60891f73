/**
 * `node rules.d/schemas/takeOpencode.ts PROGRAM VERSION`: take OpenCode's own schema of its configuration from what `PROGRAM generate` prints,
 * and add what that client does beyond it. PROGRAM is the binary of the npm package `opencode-ai@VERSION`; it is run in an empty folder with an
 * empty environment.
 *
 * What is added was read in the client and tried with its `debug config`:
 * - what becomes of unknown keys. Until 1.0 each object says so itself (`additionalProperties: false` is refused, saying nothing is dropped);
 *   later they are dropped everywhere, and until 1.17 refused at the root;
 * - language servers that are none of its own need `extensions`;
 * - 1.17 takes the letters of an agent's `permission` for its tools;
 * - 1.18 takes some words of OpenCode 2 (`disabled`, `mcp.servers`, …) and refuses others (`permissions`).
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Json, keepSchema, type Schema, today } from "./keepSchema.ts"

const [program = "", version = ""] = process.argv.slice(2)
const short = version.split(".").slice(0, 2).join(".")
const isOld = short === "1.0"
const takesNative = Number(short.split(".")[1]) >= 18

/** The servers that the client brings along. */
const ownServers =
  "deno typescript vue eslint oxlint biome gopls ruby-lsp ty pyright elixir-ls zls csharp razor fsharp sourcekit-lsp rust clangd svelte astro jdtls kotlin-ls yaml-ls lua-ls prisma dart ocaml-lsp bash terraform texlab dockerfile gleam clojure-lsp nixd tinymist haskell-language-server julials"

/** A word that is not known or a map where one word is wanted is mended by the strictest word in it, never by taking it away. */
const strictest = ["deny", "ask", "allow"]

const prefix = "#/components/schemas/"
const all = generated()
const taken: { [name: string]: Schema } = {}
take("Config")
const { Config, ...definitions } = taken
const root = Config as Schema
beyond(root, definitions)
const schema = { ...root, definitions }
note(
  {
    name: "opencode",
    title: `opencode.json of OpenCode ${short}`,
    files: ["opencode.json{,c}"],
    ids: ["opencode.ai/config"],
    unknown: isOld ? "rejects" : "ignores",
  },
  schema,
)
if (takesNative) frontMatter(schema)

/** What stands above the text of agents and commands, which the newest client holds against the same parts. */
function frontMatter({ definitions, ...whole }: { readonly definitions: { [name: string]: Schema } } & Schema): void {
  const folders = "**/{.opencode,opencode}"
  const command = ((whole.properties as Schema).command as Schema).additionalProperties as Schema
  const { AgentConfig: agent = {}, PermissionConfig = {}, ...others } = definitions
  const { permissions: _, tools, ...known } = agent.properties as Schema
  const parts = Object.entries(others).filter(([name]) => name.startsWith("Permission"))
  // What it does not know it hands to the provider; `permissions` is a matter of the rule opencode/agent-permission-key.
  const ours = { name: { type: "string" }, permissions: {} }
  const properties = { ...known, tools: { ...(tools as Schema), "x-switches": true }, ...ours }
  note(
    {
      name: "opencode-agent",
      title: "agents of OpenCode, a file each",
      files: [`${folders}/{agent,agents}/**/*.md`],
      unknown: "misspelt",
    },
    {
      ...agent,
      properties,
      additionalProperties: false,
      definitions: { PermissionConfig, ...Object.fromEntries(parts) },
    },
  )
  note(
    {
      name: "opencode-command",
      title: "commands of OpenCode, a file each",
      files: [`${folders}/{command,commands}/**/*.md`],
      unknown: "ignores",
    },
    { ...command, required: [] },
  )
}

function generated(): { readonly [name: string]: Schema } {
  const home = mkdtempSync(join(tmpdir(), "cfgsync-take-"))
  try {
    const options = { cwd: home, env: { HOME: home, PATH: "/usr/bin:/bin" }, maxBuffer: 64 * 1024 * 1024 }
    return JSON.parse(execFileSync(program, ["generate"], options).toString()).components.schemas
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** A part and all that it refers to. */
function take(name: string): void {
  if (name in taken) return
  taken[name] = {}
  taken[name] = trimmed(all[name] as Schema) as Schema
}

function trimmed(value: Json): Json {
  if (Array.isArray(value)) return value.map(trimmed)
  if (typeof value !== "object" || value === null) return value
  if (typeof value.$ref === "string" && value.$ref.startsWith(prefix)) {
    const name = value.$ref.slice(prefix.length)
    take(name)
    return { $ref: `#/definitions/${name}` }
  }
  const made: Schema = {}
  for (const [key, part] of Object.entries(value)) {
    if (key === "description" || key === "default" || key === "$schema" || key === "ref") continue
    if (key === "propertyNames") continue
    made[key] =
      key === "properties"
        ? Object.fromEntries(Object.entries(part as Schema).map(([name, each]) => [name, trimmed(each)]))
        : trimmed(part)
  }
  return isOld ? withUnknown(made) : made
}

/** Until 1.0 an object that says nothing of other keys drops them. */
function withUnknown(made: Schema): Schema {
  if (made.properties === undefined) return made
  if (made.additionalProperties === undefined) return { ...made, additionalProperties: false, "x-unknown": "ignores" }
  return made.additionalProperties === false ? { ...made, "x-unknown": "rejects" } : made
}

function beyond(config: Schema, parts: { [name: string]: Schema }): void {
  // What moved to tui.json is taken out before the root is looked at.
  const moved = { theme: "ignores", keybinds: "ignores", tui: "ignores" }
  if (!isOld) config["x-unknown"] = takesNative ? "ignores" : { "*": "rejects", ...moved }
  config["x-words"] = words()
  languageServers(config)
  permissions(config, parts)
  if (takesNative) native(config, parts)
}

/** What is said of keys that the schema does not know, where their nearest neighbour is not what is meant. */
function words(): Schema {
  const moved = { why: "it moved to tui.json" }
  const other = (word: string) => ({ why: `OpenCode calls it ${word}`, to: word })
  const next = (theirs: string, ours: string) =>
    takesNative
      ? {
          says: `of \`${theirs}\`, which is OpenCode 2's, OpenCode 1 takes a part at most: it calls it ${ours}`,
          to: ours,
        }
      : other(ours)
  return {
    theme: moved,
    keybinds: moved,
    tui: moved,
    mcpServers: other("mcp"),
    mcp_servers: other("mcp"),
    context_servers: other("mcp"),
    "amp.mcpServers": other("mcp"),
    subagents: other("agent"),
    subagent: other("agent"),
    agents: next("agents", "agent"),
    commands: next("commands", "command"),
    providers: other("provider"),
    plugins: other("plugin"),
    permissions: other("permission"),
  }
}

function languageServers(config: Schema): void {
  const lsp = (config.properties as { lsp: { anyOf: Schema[] } }).lsp
  const servers = lsp.anyOf.find(({ type }) => type === "object") as {
    additionalProperties: { anyOf: Schema[] }
  } & Schema
  const [off, server] = servers.additionalProperties.anyOf as [Schema, Schema]
  const own = { anyOf: [off, server] }
  const names = [...ownServers.split(" "), "php intelephense"]
  servers.properties = Object.fromEntries(names.map((name) => [name, structuredClone(own)]))
  // One that is switched off needs none.
  const properties = server.properties as Schema
  servers.additionalProperties = {
    anyOf: [
      off,
      { ...server, required: ["command", "extensions"] },
      { ...server, properties: { ...properties, disabled: { const: true } }, required: ["command", "disabled"] },
    ],
  }
}

function permissions(config: Schema, parts: { [name: string]: Schema }): void {
  markActions(config)
  markActions(parts)
  const agent = (parts.AgentConfig as Schema).properties as { [key: string]: Json }
  if (isOld) {
    const spread = ["edit", "bash", "webfetch"]
    const own = (config.properties as { [key: string]: Json }).permission as Schema
    own["x-spread"] = spread
    ;(agent.permission as Schema)["x-spread"] = spread
  } else if (!takesNative) {
    // The word is spread into its letters.
    const [, map] = (parts.PermissionConfig as { anyOf: Schema[] }).anyOf
    agent.permission = { ...(map as Schema), "x-spread": ["*"] }
  }
}

function markActions(value: Json): void {
  if (Array.isArray(value)) for (const each of value) markActions(each)
  else if (typeof value === "object" && value !== null) {
    if (Array.isArray(value.enum) && value.enum.includes("ask")) value["x-strictest"] = strictest
    for (const each of Object.values(value)) markActions(each)
  }
}

/** What 1.18 reads of OpenCode 2's words. */
function native(config: Schema, parts: { [name: string]: Schema }): void {
  const root = config.properties as { [key: string]: Json }
  const timeout = {
    anyOf: [
      { type: "integer", exclusiveMinimum: 0 },
      { type: "object", properties: { startup: {}, catalog: {}, execution: {} }, additionalProperties: false },
    ],
  }
  for (const name of ["McpLocalConfig", "McpRemoteConfig"]) {
    const server = (parts[name] as Schema).properties as { [key: string]: Json }
    Object.assign(server, { disabled: { type: "boolean" }, timeout })
  }
  const oauth = (parts.McpOAuthConfig as Schema).properties as { [key: string]: Json }
  const port = oauth.callbackPort as Json
  const text = { type: "string" }
  Object.assign(oauth, { client_id: text, client_secret: text, callback_port: port, redirect_uri: text })
  const mcp = root.mcp as Schema
  const entry = mcp.additionalProperties as Json
  // A server may be called `servers`: then it has a type.
  mcp.properties = {
    servers: { anyOf: [{ type: "object", additionalProperties: structuredClone(entry) }, structuredClone(entry)] },
  }
  root.snapshots = { type: "boolean" }
  root.media = structuredClone(root.attachment as Json)
  root.skills = { anyOf: [root.skills as Json, { type: "array", items: text }] }
  const compaction = (root.compaction as Schema).properties as { [key: string]: Json }
  Object.assign(compaction, { buffer: {}, keep: { type: "object" } })
  const experimental = (root.experimental as Schema).properties as { [key: string]: Json }
  experimental.subagent_depth = { type: "integer", minimum: 0 }
  root.model = {
    anyOf: [
      root.model as Json,
      {
        type: "object",
        properties: { providerID: text, model: text, variant: text },
        required: ["providerID", "model"],
      },
    ],
  }
  const refused = {
    not: {},
    "x-says": "`permissions` is OpenCode 2's word, and OpenCode 1 refuses a file with it: it reads `permission`",
  }
  root.permissions = refused
  const agent = (parts.AgentConfig as Schema).properties as { [key: string]: Json }
  agent.permissions = refused
}

interface About {
  readonly name: string
  readonly title: string
  readonly files: string[]
  readonly ids?: string[]
  readonly unknown: string
}

function note({ name, title, files, ids, unknown }: About, schema: Schema): void {
  keepSchema(
    {
      name,
      version: short,
      title,
      // The newest is laid on files by their name; the others are asked for.
      ...(takesNative ? { files, ...(ids === undefined ? {} : { ids }) } : {}),
      reader: { name: "OpenCode", unknown },
      severity: "error",
      source: `npm:opencode-ai@${version}, \`opencode generate\``,
      revision: version,
      date: today(),
      licence: "MIT",
      changes: "with what this client does beyond its schema: see takeOpencode.ts",
    },
    schema,
  )
}
