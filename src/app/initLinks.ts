import { defaultLimits, hasErrors } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import { valueAt } from "../model/path.ts"
import { decode } from "../model/source.ts"
import { isObject, keysOf } from "../model/value.ts"
import { openSystem } from "../system/real.ts"
import { readingFormatOf } from "./formats.ts"
import { loadLenses } from "./lenses.ts"

/** A client's list of MCP servers in a project. */
export interface ServerList {
  readonly file: string
  readonly at: string
  readonly lens: string
  /** The client, for people. */
  readonly title: string
  /** How many of its servers can be read. */
  readonly servers: number
}

/** Where clients keep their lists in a project; of files that hold as many servers the first is the source, of those of one client it is the list. */
const places: readonly (readonly [file: string, key: string, lens: string])[] = [
  ["opencode.json", "mcp", "mcp/opencode"],
  ["opencode.jsonc", "mcp", "mcp/opencode"],
  [".opencode/opencode.json", "mcp", "mcp/opencode"],
  [".opencode/opencode.jsonc", "mcp", "mcp/opencode"],
  ["opencode.json", "mcp.servers", "mcp/opencode2"],
  ["opencode.jsonc", "mcp.servers", "mcp/opencode2"],
  [".opencode/opencode.json", "mcp.servers", "mcp/opencode2"],
  [".opencode/opencode.jsonc", "mcp.servers", "mcp/opencode2"],
  [".mcp.json", "mcpServers", "mcp/claude"],
  [".codex/config.toml", "mcp_servers", "mcp/codex"],
  [".gemini/settings.json", "mcpServers", "mcp/gemini"],
  [".qwen/settings.json", "mcpServers", "mcp/qwen"],
  [".vscode/mcp.json", "servers", "mcp/vscode"],
  [".cursor/mcp.json", "mcpServers", "mcp/cursor"],
  [".zed/settings.json", "context_servers", "mcp/zed"],
  [".windsurf/mcp_config.json", "mcpServers", "mcp/windsurf"],
  [".devin/mcp_config.json", "mcpServers", "mcp/windsurf"],
  [".copilot/mcp-config.json", "mcpServers", "mcp/copilot"],
]

export const linkName = "mcp-servers"
export const linkFile = `rules/${linkName}.rule`

/** A client merges what several files of its own say, in the words of an older version too: those do not have to say the same. */
function clientOf(lens: string): string {
  return lens === "mcp/opencode2" ? "mcp/opencode" : lens
}

/**
 * The lists of MCP servers that a project has, the one that would be the source first: that with most servers. Of several lists of one client only the first
 * is taken. A client without a list, or with a file that does not parse, has none. @param paths the files that shall be managed
 */
export async function serverLists(folder: string, paths: readonly string[]): Promise<readonly ServerList[]> {
  const there = places.filter(([file]) => paths.includes(file))
  if (new Set(there.map(([file]) => file)).size < 2) return []
  const [system, { lens: lensOf }] = [openSystem(folder), await loadLenses()]
  const lists: ServerList[] = []
  for (const [file, key, lens] of there) {
    if (lists.some((other) => clientOf(other.lens) === clientOf(lens))) continue
    const list = await valueIn(file, key)
    if (!isObject(list)) continue
    const { title, read } = lensOf(lens)
    const servers = keysOf(list).filter((name) => read(list[name] ?? null).ok).length
    if (servers > 0) lists.push({ file, at: `$.${key}`, lens, title, servers })
  }
  return lists.toSorted((a, b) => b.servers - a.servers)

  async function valueIn(file: string, key: string) {
    try {
      const [bytes, format] = [system.read(file, defaultLimits.size), await readingFormatOf(file)]
      const decoded = bytes === null ? undefined : decode(file, bytes)
      if (format === undefined || decoded?.ok !== true) return undefined
      const parsed = format.parse(decoded.source, defaultLimits)
      return hasErrors(parsed) ? undefined : valueAt(parsed.documents[0]?.value, key.split("."))
    } catch (error) {
      if (error instanceof CfgsyncError) return undefined
      throw error
    }
  }
}

/** Whether the text of a rule file has a link of the name that is written here. */
export function declaresLink(text: string): boolean {
  return new RegExp(`^\\s*link\\s+${linkName}\\s*\\{`, "m").test(text)
}

/** The rule file that holds the lists against their source. Nothing is written by itself: which side is right is asked. */
export function linkText(source: ServerList, targets: readonly ServerList[]): string {
  const ends = [source, ...targets].map(({ file, at, lens }, index) => ({
    word: index === 0 ? "source" : "target",
    file: JSON.stringify(file),
    at,
    lens,
  }))
  const [width, deep] = [ends.map(({ file }) => file.length), ends.map(({ at }) => at.length)].map((all) =>
    Math.max(...all),
  )
  const lines = ends.map(
    ({ word, file, at, lens }) => `  ${word} ${file.padEnd(width ?? 0)} at ${at.padEnd(deep ?? 0)} as ${lens}\n`,
  )
  return `# The MCP servers of this project stand in several files. \`cfgsync check\` tells where a target says something else than the source, and
# \`cfgsync fix --interactive\` asks which of the two is right. Servers that only a target has stay. Without the last line the source is always right.
link ${linkName} {
${lines.join("")}  policy ask
}
`
}
