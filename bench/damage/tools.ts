import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import type { Case, Target } from "./cases.ts"

/** A tool that brings servers into the files of clients, as its users call it. */
export interface Tool {
  readonly title: string
  /** Files of its own, by path. */
  readonly files: (given: Case) => Readonly<Record<string, string>>
  /** `undefined`: it has no way to say that, or does not know the client. */
  readonly argv: (given: Case) => readonly string[] | undefined
}

export interface Outcome {
  readonly status: number | null
  readonly after: string | undefined
  readonly output: string
}

/** Run a tool on a case in a folder and a home of its own. @returns `undefined` where it has no way to do that */
export function runTool(tool: Tool, given: Case): Outcome | undefined {
  const argv = tool.argv(given)
  if (argv === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), "cfgsync-damage-"))
  try {
    const files = { ...tool.files(given), ...(given.before === undefined ? {} : { [given.file]: given.before }) }
    mkdirSync(join(folder, "home"))
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const [program = "", ...args] = argv
    const environment = { PATH: process.env.PATH, HOME: join(folder, "home"), NO_COLOR: "1", CI: "" }
    const ran = spawnSync(program, args, {
      cwd: folder,
      env: environment,
      encoding: "utf8",
      input: "",
      timeout: 60_000,
    })
    // OpenCode reads both, and a tool may prefer the other.
    const written = [given.file, `${given.file}c`].map((path) => join(folder, path)).find((path) => existsSync(path))
    return {
      status: ran.status,
      after: written === undefined ? undefined : readFileSync(written, "utf8"),
      output: ran.stdout + ran.stderr,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const places: Readonly<Record<Target, { readonly at: string; readonly lens: string }>> = {
  opencode: { at: "mcp", lens: "mcp/opencode" },
  claude: { at: "mcpServers", lens: "mcp/claude" },
  codex: { at: "mcp_servers", lens: "mcp/codex" },
  zed: { at: "context_servers", lens: "mcp/zed" },
}

/** `disabled` is no word of Claude Code's, so such a list is read as Cline's. */
export function ours(command: string): Tool {
  return {
    title: "cfgsync",
    files: ({ target, file, server }) => {
      const lens = server.disabled === true ? "mcp/cline" : "mcp/claude"
      const { at, lens: to } = places[target]
      return {
        "servers.json": JSON.stringify({ mcpServers: { docs: server } }, null, 2),
        "cfgsync.config.json": JSON.stringify({
          files: ["servers.json", file],
          rules: ["link.rule"],
          schemas: { "**": false },
        }),
        "link.rule": `link servers {\n  source "servers.json" at $.mcpServers as ${lens}\n  target ${JSON.stringify(file)} at $.${at} as ${to}\n}\n`,
      }
    },
    argv: () => [process.execPath, command, "fix", "--no-record"],
  }
}

const names: Readonly<Record<"rulesync" | "ruler" | "add-mcp", Readonly<Record<Target, string>>>> = {
  rulesync: { opencode: "opencode", claude: "claudecode", codex: "codexcli", zed: "zed" },
  ruler: { opencode: "opencode", claude: "claude", codex: "codex", zed: "zed" },
  "add-mcp": { opencode: "opencode", claude: "claude-code", codex: "codex", zed: "zed" },
}

/** @param folder where their packages are installed */
export function peers(folder: string): readonly Tool[] {
  const program = (name: string) => join(folder, "node_modules", ".bin", name)
  const list = ({ server }: Case) => JSON.stringify({ mcpServers: { docs: server } }, null, 2)
  return [
    {
      title: "rulesync",
      files: (given) => ({ ".rulesync/mcp.json": list(given) }),
      argv: ({ target }) => [program("rulesync"), "generate", "--targets", names.rulesync[target], "--features", "mcp"],
    },
    {
      title: "ruler",
      files: (given) => ({ ".ruler/AGENTS.md": "# rules\n", ".ruler/mcp.json": list(given) }),
      argv: ({ target }) => [program("ruler"), "apply", "--local-only", "--agents", names.ruler[target]],
    },
    {
      title: "add-mcp",
      files: () => ({}),
      argv: ({ target, server: { command, args = [], env = {}, url, headers = {}, disabled } }) => {
        if (disabled === true) return undefined
        const options = [
          ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
          ...Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]),
        ]
        const what = url ?? [command, ...args].join(" ")
        return [program("add-mcp"), what, "--agent", names["add-mcp"][target], "--name", "docs", "--yes", ...options]
      },
    },
  ]
}
