import { type Client, linesOf, type Seen } from "./client.ts"

export const gemini: Client = {
  id: "gemini",
  title: "Gemini CLI",
  program: "gemini",
  lens: "mcp/gemini",
  files: [".gemini/settings.json"],
  at: ["mcpServers"],
  beside: [],
  switches: [
    ["mcp", "excluded"],
    ["mcp", "allowed"],
  ],
  // In a folder that nobody trusts servers are listed, and not started.
  list: () => ({ args: ["mcp", "list"] }),
  read: ({ status, stdout, stderr }, names) => {
    const lines = [...linesOf(stdout), ...linesOf(stderr)]
    if (status !== 0) return { ok: false, problems: lines.filter((line) => line.startsWith("Error")) }
    const at = lines.findIndex((line) => line.startsWith("Invalid configuration in"))
    if (at >= 0) {
      const end = lines.findIndex((line) => line.startsWith("Please fix"))
      return { ok: false, problems: [lines.slice(at + 1, end < 0 ? undefined : end).join(" ")] }
    }
    const servers = names.flatMap((name): (readonly [string, Seen])[] => {
      const start = `${name}: `
      const line = lines.map((each) => each.replace(/^\S+ /, "")).find((each) => each.startsWith(start))
      if (line === undefined) return []
      const said = line.slice(start.length).replace(/ \((?:stdio|http|sse)\) - [A-Za-z]+$/, "")
      return [[name, { line: said }]]
    })
    return { ok: true, servers: new Map(servers), warnings: [] }
  },
  start: () => ({ args: ["mcp", "list"], env: { GEMINI_CLI_TRUST_WORKSPACE: "true" } }),
}
