import type { Dialect } from "./dialect.ts"
import { braced, editorLike, noReferences, shellLike } from "./references.ts"

/** What many clients share: that of Claude Desktop, from which theirs come. */
const common = {
  command: "words",
  environment: "env",
  headers: "headers",
  timeouts: {},
} as const

/** Only what is known of a client stands here: one that is not known to have something is not given it. */
export const dialects: readonly Dialect[] = [
  {
    id: "mcp/opencode",
    title: "OpenCode",
    command: "list",
    environment: "environment",
    directory: "cwd",
    addresses: [{ key: "url", transport: "either" }],
    headers: "headers",
    type: { local: ["local"], remote: { either: ["remote"] }, needed: { local: true, remote: true } },
    switch: { key: "enabled", on: true },
    timeouts: { start: { key: "timeout", unit: "ms" } },
    references: braced,
  },
  {
    ...common,
    id: "mcp/claude",
    title: "Claude Code",
    addresses: [{ key: "url", transport: "http" }],
    type: {
      local: ["stdio"],
      remote: { http: ["http", "streamable-http"], sse: ["sse"] },
      needed: { local: false, remote: true },
    },
    offList: { of: ".mcp.json", file: ".claude/settings.json", at: ["disabledMcpjsonServers"] },
    references: shellLike({ fallbacks: true, bare: false }),
  },
  {
    ...common,
    id: "mcp/codex",
    title: "Codex",
    directory: "cwd",
    addresses: [{ key: "url", transport: "http" }],
    headers: "http_headers",
    switch: { key: "enabled", on: true },
    timeouts: { start: { key: "startup_timeout_sec", unit: "s" }, request: { key: "tool_timeout_sec", unit: "s" } },
    references: noReferences,
    named: { environment: "env_vars", bearer: "bearer_token_env_var", headers: "env_http_headers" },
  },
  {
    ...common,
    id: "mcp/gemini",
    title: "Gemini CLI",
    directory: "cwd",
    addresses: [
      { key: "httpUrl", transport: "http" },
      { key: "url", transport: "sse" },
    ],
    offList: { of: ".gemini/settings.json", file: ".gemini/settings.json", at: ["mcp", "excluded"] },
    timeouts: { request: { key: "timeout", unit: "ms" } },
    references: shellLike({ fallbacks: true, bare: true }),
  },
  {
    ...common,
    id: "mcp/qwen",
    title: "Qwen Code",
    directory: "cwd",
    addresses: [
      { key: "httpUrl", transport: "http" },
      { key: "url", transport: "sse" },
    ],
    timeouts: { request: { key: "timeout", unit: "ms" } },
    references: shellLike({ fallbacks: false, bare: true }),
  },
  {
    ...common,
    id: "mcp/copilot",
    title: "Copilot CLI",
    addresses: [{ key: "url", transport: "http" }],
    type: {
      local: ["local", "stdio"],
      remote: { http: ["http"], sse: ["sse"] },
      needed: { local: false, remote: true },
    },
    references: noReferences,
  },
  {
    ...common,
    id: "mcp/cline",
    title: "Cline",
    addresses: [{ key: "url", transport: "sse" }],
    type: {
      local: ["stdio"],
      remote: { http: ["streamableHttp"], sse: ["sse"] },
      needed: { local: false, remote: true },
    },
    switch: { key: "disabled", on: false },
    references: noReferences,
  },
  {
    ...common,
    id: "mcp/vscode",
    title: "VS Code",
    addresses: [{ key: "url", transport: "http" }],
    type: { local: ["stdio"], remote: { http: ["http"], sse: ["sse"] }, needed: { local: true, remote: true } },
    references: editorLike({ workspaceFolder: "workspace" }, true),
  },
  {
    ...common,
    id: "mcp/cursor",
    title: "Cursor",
    addresses: [{ key: "url", transport: "either" }],
    references: editorLike({ workspaceFolder: "workspace", userHome: "home" }, false),
  },
  {
    ...common,
    id: "mcp/zed",
    title: "Zed",
    addresses: [{ key: "url", transport: "http" }],
    switch: { key: "enabled", on: true },
    timeouts: { request: { key: "timeout", unit: "ms" } },
    references: noReferences,
  },
  {
    ...common,
    id: "mcp/windsurf",
    title: "Windsurf",
    addresses: [{ key: "serverUrl", transport: "either" }],
    switch: { key: "disabled", on: false },
    references: editorLike({}, false),
  },
]
