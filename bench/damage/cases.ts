// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references of the clients look like that
import json from "../../plugins/json/index.ts"
import toml from "../../plugins/toml/index.ts"
import { defaultLimits, hasErrors } from "../../src/model/document.ts"
import { type Path, valueAt } from "../../src/model/path.ts"
import { equal, type Value } from "../../src/model/value.ts"

/** A server as the tools' own lists have it: that of Claude Code, with `disabled`. */
interface Wanted {
  readonly command?: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly type?: "http"
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly disabled?: true
}

export type Target = "opencode" | "claude" | "codex" | "zed"

/** A server is to be brought into a file that holds something easily lost, or says something that is easily turned into something else. */
export interface Case {
  readonly title: string
  readonly target: Target
  readonly file: string
  /** Absent: the file is not there yet. */
  readonly before?: string
  readonly server: Wanted
  /** What went wrong. @param after `undefined`: the file is not there */
  readonly damage: (after: string | undefined, before: string) => readonly string[]
}

const plain: Wanted = { command: "npx", args: ["-y", "docs-mcp"] }

const agents = Array.from(
  { length: 12 },
  (_, index) =>
    `    "agent-${index}": { "mode": "subagent", "prompt": "{file:./prompts/${index}.txt}", "permission": { "edit": "deny" } }`,
)
const corrupt = `{
  "$schema": "https://opencode.ai/config.json",
  "agent": {
${agents.join(",\n")}
  }
  "permission": { "bash": "ask" },
  "mcp": {
    "mine": { "type": "local", "command": ["mine"] }
  }
}
`
const bans = `{
  // nobody may write here
  "tools": { "write": false, "bash": false },
  "permission": { "webfetch": "deny" }, // nor fetch
  "mcp": {
    "old": { "type": "local", "command": ["old"], "enabled": false }, /* kept for later */
  },
}
`
const zed = `// my editor
{
  "theme": "One Dark", // at night
  "context_servers": {
    // by hand
    "mine": { "command": "mine", "args": [] }
  }
}
`
const byHand = `{
  "mcpServers": {
    "mine": {
      "command": "mine",
      "args": [],
      "timeout": 5000
    }
  }
}
`
const codex = `# which model, and why
model = "gpt-5" # the large one

[mcp_servers.mine] # by hand
command = "mine"
# the next line is for the proxy
env = { PROXY = "http://localhost:3128" }
`

/** What each comment and each value of a text must still be there. */
function gone(parts: readonly string[], after: string | undefined): readonly string[] {
  return parts.filter((part) => after?.includes(part) !== true).map((part) => `lost: ${part}`)
}

function valueIn(file: string, text: string | undefined): Value | undefined {
  if (text === undefined) return undefined
  const format = file.endsWith(".toml") ? toml : json
  const path = file.endsWith(".toml") ? file : "opencode.jsonc"
  const parsed = format.parse({ path, text, bom: false }, defaultLimits)
  return hasErrors(parsed) ? undefined : parsed.documents[0]?.value
}

/** Values that were there and are others now. */
function changed(file: string, paths: readonly Path[], after: string | undefined, before: string): readonly string[] {
  const [was, is] = [valueIn(file, before), valueIn(file, after)]
  if (is === undefined) return ["it does not parse any more"]
  return paths.flatMap((path) => {
    const [old, now] = [valueAt(was, path), valueAt(is, path)]
    return old !== undefined && now !== undefined && equal(old, now) ? [] : [`changed: ${path.join(".")}`]
  })
}

const bearer: Wanted = { type: "http", url: "https://mcp.example.org/mcp", headers: { Authorization: "Bearer ${TOK}" } }
const entryOf = (file: string, at: string, after: string | undefined) => valueAt(valueIn(file, after), [at, "docs"])
const textOf = (value: Value | undefined) => JSON.stringify(value) ?? ""

export const cases: readonly Case[] = [
  {
    title: "corrupt opencode.json",
    target: "opencode",
    file: "opencode.json",
    before: corrupt,
    server: plain,
    damage: (after) => {
      const lost = gone([...agents.map((line) => line.trim()), '"bash": "ask"', '"mine"'], after).length
      return lost === 0 ? [] : [`lost: ${lost} of 14 agents, permissions and servers`]
    },
  },
  {
    title: "JSONC with bans of tools",
    target: "opencode",
    file: "opencode.jsonc",
    before: bans,
    server: plain,
    damage: (after, before) => [
      ...changed("opencode.jsonc", [["tools"], ["permission"], ["mcp", "old"]], after, before),
      ...gone(["// nobody may write here", "// nor fetch", "/* kept for later */"], after),
    ],
  },
  {
    title: "commented .zed/settings.json",
    target: "zed",
    file: ".zed/settings.json",
    before: zed,
    server: plain,
    damage: (after, before) => [
      ...changed("a.jsonc", [["theme"], ["context_servers", "mine"]], after, before),
      ...gone(["// my editor", "// at night", "// by hand"], after),
    ],
  },
  {
    title: "a server added by hand",
    target: "claude",
    file: ".mcp.json",
    before: byHand,
    server: plain,
    damage: (after, before) => changed(".mcp.json", [["mcpServers", "mine"]], after, before),
  },
  {
    title: "comments in Codex's TOML",
    target: "codex",
    file: ".codex/config.toml",
    before: codex,
    server: plain,
    damage: (after, before) => [
      ...changed("config.toml", [["model"], ["mcp_servers", "mine"]], after, before),
      ...gone(["# which model, and why", "# the large one", "# by hand", "# the next line is for the proxy"], after),
    ],
  },
  {
    title: "a bearer reference, to OpenCode",
    target: "opencode",
    file: "opencode.json",
    server: bearer,
    damage: (after) => {
      const entry = textOf(entryOf("opencode.json", "mcp", after))
      return entry === "" || entry.includes("{env:TOK}") ? [] : ["sends the placeholder as it stands"]
    },
  },
  {
    title: "a bearer reference, to Codex",
    target: "codex",
    file: ".codex/config.toml",
    server: bearer,
    damage: (after) => {
      const entry = textOf(entryOf("config.toml", "mcp_servers", after))
      if (entry === "" || entry.includes('"bearer_token_env_var":"TOK"')) return []
      return [entry.includes("${TOK}") ? "sends the placeholder as it stands" : "the header is lost"]
    },
  },
  {
    title: "`disabled: true`, to OpenCode",
    target: "opencode",
    file: "opencode.json",
    server: { ...plain, disabled: true },
    damage: (after) => {
      const entry = textOf(entryOf("opencode.json", "mcp", after))
      return entry === "" || entry.includes('"enabled":false') ? [] : ["it starts"]
    },
  },
  {
    title: "`disabled: true`, to Claude Code",
    target: "claude",
    file: ".mcp.json",
    server: { ...plain, disabled: true },
    damage: (after) => (entryOf(".mcp.json", "mcpServers", after) === undefined ? [] : ["it starts"]),
  },
  {
    title: "`${TOK:-d}`, to OpenCode",
    target: "opencode",
    file: "opencode.json",
    server: { ...plain, env: { TOK: "${TOK:-d}" } },
    damage: (after) => {
      const entry = textOf(entryOf("opencode.json", "mcp", after))
      return entry.includes(":-d")
        ? ["gets the placeholder as it stands"]
        : entry === ""
          ? []
          : ["the fallback is lost"]
    },
  },
  {
    title: "`${TOK:-d}`, to Codex",
    target: "codex",
    file: ".codex/config.toml",
    server: { ...plain, env: { TOK: "${TOK:-d}" } },
    damage: (after) => {
      const entry = textOf(entryOf("config.toml", "mcp_servers", after))
      return entry.includes(":-d")
        ? ["gets the placeholder as it stands"]
        : entry === ""
          ? []
          : ["the fallback is lost"]
    },
  },
]
