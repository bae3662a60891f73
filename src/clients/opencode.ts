import { type Client, type Listing, linesOf, type Seen } from "./client.ts"

/** Nothing that is loaded from elsewhere, and nothing asked of the network. */
const quiet = { OPENCODE_PURE: "1", OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_MODELS_FETCH: "1" }

export const opencode: Client = {
  id: "opencode",
  title: "OpenCode",
  program: "opencode",
  lens: "mcp/opencode",
  files: ["opencode.json", "opencode.jsonc", ".opencode/opencode.json", ".opencode/opencode.jsonc"],
  at: ["mcp"],
  beside: [".opencode/{agent,agents,mode,modes,command,commands}/**/*.md"],
  switches: [],
  list: () => ({ args: ["debug", "config"], env: quiet }),
  read: ({ status, stdout, stderr }) =>
    status === 0 ? effective(stdout) : { ok: false, problems: problemsOf(stderr) },
  start: () => ({ args: ["mcp", "list"], env: quiet }),
}

interface Effective {
  readonly mcp?: Readonly<Record<string, Entry>>
}

interface Entry {
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly url?: string
  readonly enabled?: boolean
}

function effective(stdout: string): Listing {
  const { mcp = {} } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as Effective
  const seen = ({ command, environment, cwd, url, enabled }: Entry): Seen => ({
    on: enabled !== false,
    ...(command === undefined ? {} : { command, environment: unveiled(environment ?? {}) }),
    ...(cwd === undefined ? {} : { directory: cwd }),
    ...(url === undefined ? {} : { url }),
  })
  return {
    ok: true,
    warnings: [],
    servers: new Map(
      Object.entries(mcp)
        // What is only switched, or collapsed to its switch, is no server.
        .filter(([, entry]) => entry.command !== undefined || entry.url !== undefined)
        .map(([name, entry]) => [name, seen(entry)]),
    ),
  }
}

/** What may be a secret is shown as stars. */
function unveiled(environment: Readonly<Record<string, string>>): Readonly<Record<string, string | null>> {
  return Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, value === "***" ? null : value]))
}

/** It repeats the whole of a file that it cannot read, which may hold secrets. */
function problemsOf(stderr: string): readonly string[] {
  const lines = linesOf(stderr)
  const [errors, end] = [lines.indexOf("--- Errors ---"), lines.indexOf("--- End ---")]
  if (errors >= 0) return [...new Set(lines.slice(errors + 1, end < 0 ? undefined : end))]
  const named = lines.filter((line) => line.startsWith("↳")).map((line) => line.slice(1).trim())
  const where = lines.find((line) => line.includes("Configuration is invalid at"))?.replace(/^.*invalid at /, "")
  if (named.length === 0) return lines.slice(0, 3)
  return named.map((line) => (where?.endsWith(".md") ? `${where}: ${line}` : line))
}
