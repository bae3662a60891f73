import { type Client, linesOf, type Seen } from "./client.ts"

export const claude: Client = {
  id: "claude",
  title: "Claude Code",
  program: "claude",
  lens: "mcp/claude",
  files: [".mcp.json"],
  at: ["mcpServers"],
  beside: [],
  switches: [],
  // What nobody has approved is listed, and not started.
  list: () => ({ args: ["mcp", "list"] }),
  read: ({ status, stdout, stderr }, names) => {
    const lines = linesOf(stdout)
    // It ends with 0 whatever it finds.
    const told = (word: string) =>
      lines.filter((line) => line.includes(`[${word}]`)).map((line) => line.slice(line.indexOf("]") + 1).trim())
    const problems = [...told("Error"), ...told("Warning").filter((line) => line.includes("Skipped"))]
    if (status !== 0) return { ok: false, problems: linesOf(stderr).slice(0, 3) }
    if (problems.length > 0) return { ok: false, problems }
    const warnings = told("Warning")
    const servers = names.flatMap((name): (readonly [string, Seen])[] =>
      lines.some((line) => line.startsWith(`${name}: `)) ? [[name, { on: true }]] : [],
    )
    return { ok: true, servers: new Map(servers), warnings }
  },
  start: () => ({
    args: ["mcp", "list"],
    files: { "home/.claude/settings.json": JSON.stringify({ enableAllProjectMcpServers: true }) },
  }),
}
