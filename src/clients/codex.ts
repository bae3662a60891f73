import { type Client, type Listing, linesOf, type Seen } from "./client.ts"

const calls = [
  { id: 1, method: "initialize", params: { clientInfo: { name: "cfgsync", version: "1" } } },
  { method: "initialized" },
  { id: 2, method: "mcpServerStatus/list", params: {} },
]

export const codex: Client = {
  id: "codex",
  title: "Codex",
  program: "codex",
  lens: "mcp/codex",
  files: [".codex/config.toml"],
  at: ["mcp_servers"],
  beside: [],
  switches: [],
  // A project's file counts only where the project is trusted.
  list: (project) => ({ args: ["mcp", "list", "--json"], files: { "home/.codex/config.toml": trust(project) } }),
  read: ({ status, stdout, stderr }) =>
    status === 0 ? listed(stdout) : { ok: false, problems: [causeOf(linesOf(stderr))] },
  start: () => ({
    args: ["app-server"],
    input: calls.map((call) => JSON.stringify(call)),
    until: '"id":2',
  }),
  startFile: "home/.codex/config.toml",
}

function trust(project: string): string {
  return `[projects.${JSON.stringify(project)}]\ntrust_level = "trusted"\n`
}

interface Listed {
  readonly name: string
  readonly enabled: boolean
  readonly transport: {
    readonly command?: string
    readonly args?: readonly string[]
    readonly env?: Readonly<Record<string, string>> | null
    readonly cwd?: string | null
    readonly url?: string
  }
}

function listed(stdout: string): Listing {
  const servers = JSON.parse(stdout.slice(stdout.indexOf("["))) as readonly Listed[]
  return { ok: true, warnings: [], servers: new Map(servers.map((each) => [each.name, seen(each)])) }
}

/** What it takes from its own environment by name is not told here. */
function seen({ enabled, transport: { command, args, cwd, url } }: Listed): Seen {
  return {
    on: enabled,
    ...(command === undefined ? {} : { command: [command, ...(args ?? [])] }),
    ...(cwd === undefined || cwd === null ? {} : { directory: cwd }),
    ...(url === undefined ? {} : { url }),
  }
}

function causeOf(lines: readonly string[]): string {
  const after = lines.slice(lines.findIndex((line) => /^Caused by/.test(line)) + 1)
  return after.filter((line) => !line.startsWith("WARNING")).join(" ")
}
