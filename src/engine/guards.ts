import type { Path } from "../model/path.ts"

/** From the strictest to the loosest; words that permit the same stand together. */
type Scale = readonly (readonly (string | boolean)[])[]

/** A setting that permits or forbids. In `path` the step `*` stands for any key or index. */
export type Guard =
  | {
      readonly by: "scale"
      readonly path: Path
      readonly scale: Scale
      /** What the absence of a word counts as before and after: where a client's default may stand elsewhere, the worse of the two. */
      readonly unset: readonly [before: string | boolean, after: string | boolean]
      /** Instead of a word there may be a map of patterns to words, at any depth, in which `*` is the rest. The last that matches counts. */
      readonly map?: true
    }
  | {
      readonly by: "list"
      readonly path: Path
      /** What an element of the list does. */
      readonly element: "allows" | "forbids"
      /** What it means that there is no list. */
      readonly absent: "nothing" | "everything"
    }

/** How a kind of client permits and forbids: data, one row a setting. Sources: the clients' own documentation and schemas. */
interface Client {
  readonly name: string
  readonly files: readonly string[]
  readonly guards: readonly Guard[]
}

type Steps = readonly string[]

const ask: Scale = [["deny"], ["ask"], ["allow"]]
const off: Scale = [[false], [true]]
const disabled: Scale = [[true], [false]]

/** Words for patterns. The client's default and other layers are not seen here: what is not said may be `ask` before and `allow` after. */
const permission = (...path: Steps): Guard => ({ by: "scale", path, scale: ask, unset: ["ask", "allow"], map: true })
/** `false` takes a tool away; what is not said is there, unless another layer says otherwise. */
const tools = (...path: Steps): Guard => ({ by: "scale", path, scale: off, unset: [false, true], map: true })
/** What is on unless it says otherwise. */
const enabled = (...path: Steps): Guard => ({ by: "scale", path, scale: off, unset: [true, true] })
const disabledBy = (...path: Steps): Guard => ({ by: "scale", path, scale: disabled, unset: [false, false] })
/** What is off unless it says otherwise. */
const grants = (...path: Steps): Guard => ({ by: "scale", path, scale: off, unset: [false, false] })
const scale = (path: Steps, words: Scale, before: string, after = before): Guard => ({
  by: "scale",
  path,
  scale: words,
  unset: [before, after],
})
const allows = (...path: Steps): Guard => ({ by: "list", path, element: "allows", absent: "nothing" })
/** Where there is no list, everything is allowed. */
const only = (...path: Steps): Guard => ({ by: "list", path, element: "allows", absent: "everything" })
const forbids = (...path: Steps): Guard => ({ by: "list", path, element: "forbids", absent: "nothing" })

const codexApproval: Scale = [["untrusted"], ["on-request", "on-failure"], ["never"]]
const codexSandbox: Scale = [["read-only"], ["workspace-write"], ["danger-full-access"]]
const geminiApproval: Scale = [["plan"], ["default"], ["auto_edit", "auto-edit"], ["yolo"]]

const geminiGuards: readonly Guard[] = [
  allows("tools", "allowed"),
  only("tools", "core"),
  forbids("tools", "exclude"),
  allows("allowedTools"),
  only("coreTools"),
  forbids("excludeTools"),
  scale(["tools", "approvalMode"], geminiApproval, "default"),
  scale(["general", "defaultApprovalMode"], geminiApproval, "default"),
  { by: "scale", path: ["tools", "autoAccept"], scale: off, unset: [false, false] },
  { by: "scale", path: ["security", "disableYoloMode"], scale: disabled, unset: [false, false] },
  { by: "scale", path: ["security", "folderTrust", "enabled"], scale: disabled, unset: [false, false] },
  only("mcp", "allowed"),
  forbids("mcp", "excluded"),
  grants("mcpServers", "*", "trust"),
  only("mcpServers", "*", "includeTools"),
  forbids("mcpServers", "*", "excludeTools"),
]

export const clients: readonly Client[] = [
  {
    name: "OpenCode",
    files: [
      "opencode.json",
      "opencode.jsonc",
      "**/opencode/config.json",
      "kilo.jsonc",
      "**/.config/opencode/*.{json,jsonc}",
    ],
    guards: [
      permission("permission"),
      permission("permissions"),
      permission("agent", "*", "permission"),
      permission("agents", "*", "permissions"),
      permission("mode", "*", "permission"),
      tools("tools"),
      tools("agent", "*", "tools"),
      tools("mode", "*", "tools"),
      enabled("mcp", "*", "enabled"),
      disabledBy("mcp", "*", "disabled"),
      enabled("mcp", "servers", "*", "enabled"),
      disabledBy("mcp", "servers", "*", "disabled"),
    ],
  },
  {
    name: "OpenCode agents",
    files: ["**/.opencode/{agent,agents,mode,modes}/**/*.md", "**/opencode/{agent,agents,mode,modes}/**/*.md"],
    guards: [permission("permission"), tools("tools")],
  },
  {
    name: "Claude Code",
    files: ["**/.claude/settings.json", "**/.claude/settings.local.json", "**/managed-settings.json"],
    guards: [
      allows("permissions", "allow"),
      forbids("permissions", "ask"),
      forbids("permissions", "deny"),
      allows("permissions", "additionalDirectories"),
      scale(
        ["permissions", "defaultMode"],
        [["plan", "dontAsk"], ["default"], ["acceptEdits"], ["auto"], ["bypassPermissions"]],
        "default",
      ),
      scale(["permissions", "disableBypassPermissionsMode"], [["disable"], ["enable"]], "enable"),
      grants("enableAllProjectMcpServers"),
      allows("enabledMcpjsonServers"),
      forbids("disabledMcpjsonServers"),
      { by: "scale", path: ["sandbox", "enabled"], scale: disabled, unset: [false, false] },
      enabled("sandbox", "autoAllowBashIfSandboxed"),
      enabled("sandbox", "allowUnsandboxedCommands"),
      allows("sandbox", "excludedCommands"),
      allows("sandbox", "network", "allowedDomains"),
      allows("sandbox", "network", "allowUnixSockets"),
      grants("skipDangerousModePermissionPrompt"),
    ],
  },
  {
    name: "Claude Code agents",
    files: ["**/.claude/agents/**/*.md"],
    guards: [
      only("tools"),
      forbids("disallowedTools"),
      scale(
        ["permissionMode"],
        [["plan", "dontAsk"], ["default"], ["acceptEdits"], ["auto"], ["bypassPermissions"]],
        "default",
      ),
    ],
  },
  {
    name: "Claude Code commands and skills",
    files: ["**/.claude/commands/**/*.md", "**/.claude/skills/**/SKILL.md"],
    guards: [allows("allowed-tools")],
  },
  {
    name: "Codex",
    files: ["**/.codex/config.toml", "**/.codex/*.config.toml", "**/codex/{config,managed_config}.toml"],
    guards: [
      scale(["approval_policy"], codexApproval, "untrusted", "on-request"),
      scale(["profiles", "*", "approval_policy"], codexApproval, "untrusted", "on-request"),
      scale(["sandbox_mode"], codexSandbox, "read-only", "workspace-write"),
      scale(["profiles", "*", "sandbox_mode"], codexSandbox, "read-only", "workspace-write"),
      grants("sandbox_workspace_write", "network_access"),
      allows("sandbox_workspace_write", "writable_roots"),
      scale(["projects", "*", "trust_level"], [["untrusted"], ["trusted"]], "untrusted"),
      scale(["shell_environment_policy", "inherit"], [["none"], ["core"], ["all"]], "all"),
      forbids("shell_environment_policy", "exclude"),
      enabled("mcp_servers", "*", "enabled"),
      only("mcp_servers", "*", "enabled_tools"),
      forbids("mcp_servers", "*", "disabled_tools"),
    ],
  },
  {
    name: "Gemini CLI and Qwen Code",
    files: ["**/.gemini/settings.json", "**/.qwen/settings.json"],
    guards: geminiGuards,
  },
  {
    name: "clients that read mcpServers",
    files: [
      "cline_mcp_settings.json",
      "mcp_config.json",
      "mcp_settings.json",
      ".mcp.json",
      "**/.cursor/mcp.json",
      "**/.kiro/settings/mcp.json",
      "**/.junie/mcp/mcp.json",
      "**/.factory/mcp.json",
    ],
    guards: [
      disabledBy("mcpServers", "*", "disabled"),
      allows("mcpServers", "*", "autoApprove"),
      allows("mcpServers", "*", "alwaysAllow"),
      forbids("mcpServers", "*", "disabledTools"),
      forbids("mcpServers", "*", "excludeTools"),
      only("mcpServers", "*", "includeTools"),
    ],
  },
  {
    name: "Cursor",
    files: ["**/.cursor/cli.json", "**/.cursor/cli-config.json"],
    guards: [allows("permissions", "allow"), forbids("permissions", "deny")],
  },
  {
    name: "VS Code",
    files: ["**/.vscode/settings.json", "*.code-workspace"],
    guards: [[], ["settings"]].flatMap((base): readonly Guard[] => [
      grants(...base, "chat.tools.autoApprove"),
      grants(...base, "chat.tools.global.autoApprove"),
      { by: "scale", path: [...base, "chat.tools.terminal.autoApprove"], scale: off, unset: [false, false], map: true },
      { by: "scale", path: [...base, "chat.tools.edits.autoApprove"], scale: off, unset: [false, false], map: true },
      { by: "scale", path: [...base, "security.workspace.trust.enabled"], scale: disabled, unset: [true, true] },
    ]),
  },
  {
    name: "Zed",
    files: ["**/.zed/settings.json", "**/zed/settings.json"],
    guards: [
      grants("agent", "always_allow_tool_actions"),
      scale(["agent", "tool_permissions", "default"], [["deny"], ["confirm"], ["allow"]], "confirm"),
      scale(["agent", "tool_permissions", "tools", "*", "default"], [["deny"], ["confirm"], ["allow"]], "confirm"),
      enabled("context_servers", "*", "enabled"),
    ],
  },
]
