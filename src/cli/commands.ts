import type { CommandModule } from "./session.ts"

export interface CommandEntry {
  readonly name: string
  readonly usage: string
  readonly summary: string
  readonly group: string
  readonly load: () => Promise<CommandModule>
}

const everyday = "Everyday:"
const editing = "Lossless editing of JSON, JSONC, YAML, TOML and front matter:"
const returning = "Remembering and going back:"
const setting = "Setting up:"

/** Every command; its file is loaded when it is used. */
export const commands: readonly CommandEntry[] = [
  {
    name: "check",
    usage: "[options] [paths...]",
    summary: "find what is wrong in the managed files",
    group: everyday,
    load: () => import("./commands/check.ts"),
  },
  {
    name: "fix",
    usage: "[options] [paths...]",
    summary: "repair what can be proven, leaving all other bytes as they are",
    group: everyday,
    load: () => import("./commands/fix.ts"),
  },
  {
    name: "watch",
    usage: "[options]",
    summary: "see drift as it happens, and repair what can be proven",
    group: everyday,
    load: () => import("./commands/watch.ts"),
  },
  {
    name: "explain",
    usage: "[options] <file[:path]> [rule]",
    summary: "say why a rule or a schema finds something, or why it is silent",
    group: everyday,
    load: () => import("./commands/explain.ts"),
  },
  {
    name: "verify",
    usage: "[options] [client]",
    summary: "ask the real clients what they make of their files",
    group: everyday,
    load: () => import("./commands/verify.ts"),
  },
  {
    name: "effective",
    usage: "[options] <client>",
    summary: "say what a client will use, and which file each value comes from",
    group: everyday,
    load: () => import("./commands/effective.ts"),
  },
  {
    name: "get",
    usage: "[options] <file> [path]",
    summary: "print the value at a path",
    group: editing,
    load: () => import("./commands/get.ts"),
  },
  {
    name: "set",
    usage: "[options] <file> <path> [value]",
    summary: "set the value at a path",
    group: editing,
    load: () => import("./commands/set.ts"),
  },
  {
    name: "remove",
    usage: "[options] <file> <path>",
    summary: "remove what is at a path",
    group: editing,
    load: () => import("./commands/remove.ts"),
  },
  {
    name: "merge",
    usage: "[options] <base> <ours> <theirs>",
    summary: "merge two sides of a file by structure, or finish a merge",
    group: editing,
    load: () => import("./commands/merge.ts"),
  },
  {
    name: "status",
    usage: "[options] [paths...]",
    summary: "say which files are as they were accepted, and which are not",
    group: returning,
    load: () => import("./commands/status.ts"),
  },
  {
    name: "diff",
    usage: "[options] <file>",
    summary: "show what a file has become since it was accepted",
    group: returning,
    load: () => import("./commands/diff.ts"),
  },
  {
    name: "accept",
    usage: "[options] <files...>",
    summary: "declare the present state of files known-good",
    group: returning,
    load: () => import("./commands/accept.ts"),
  },
  {
    name: "reject",
    usage: "[options] <files...>",
    summary: "refuse what became of files, and put back what was accepted",
    group: returning,
    load: () => import("./commands/reject.ts"),
  },
  {
    name: "history",
    usage: "[options] [file]",
    summary: "list what cfgsync changed, when, why and for whom",
    group: returning,
    load: () => import("./commands/history.ts"),
  },
  {
    name: "undo",
    usage: "[options] [id]",
    summary: "take back a change that cfgsync made",
    group: returning,
    load: () => import("./commands/undo.ts"),
  },
  {
    name: "rollback",
    usage: "[options] <files...>",
    summary: "put files back to an earlier state",
    group: returning,
    load: () => import("./commands/rollback.ts"),
  },
  {
    name: "audit",
    usage: "<log|verify|export|prove|checkpoint|rotate-key> [options]",
    summary: "show the log of all changes, and prove that nobody changed it",
    group: returning,
    load: () => import("./commands/audit.ts"),
  },
  {
    name: "report",
    usage: "[options]",
    summary: "say how the files fare, and what was found, repaired and watched",
    group: returning,
    load: () => import("./commands/report.ts"),
  },
  {
    name: "notify",
    usage: "<list|test|send|ack|retry> [options]",
    summary: "say whom to tell and what was told, and try a channel",
    group: returning,
    load: () => import("./commands/notify.ts"),
  },
  {
    name: "init",
    usage: "[options]",
    summary: "write a configuration for the project that is found here",
    group: setting,
    load: () => import("./commands/init.ts"),
  },
  {
    name: "import",
    usage: "[options] <tool> [folder]",
    summary: "take over what another tool remembers of the files",
    group: setting,
    load: () => import("./commands/import.ts"),
  },
  {
    name: "schemas",
    usage: "<list|add|update> [options]",
    summary: "list, add and renew JSON Schemas",
    group: setting,
    load: () => import("./commands/schemas.ts"),
  },
  {
    name: "rules",
    usage: "<list|test|backtest|compile|graph|format> [options]",
    summary: "list, test, compile, draw and format rules",
    group: setting,
    load: () => import("./commands/rules.ts"),
  },
  {
    name: "hooks",
    usage: "<install|uninstall|status|run> [options]",
    summary: "guard commits, merges and checkouts of git",
    group: setting,
    load: () => import("./commands/hooks.ts"),
  },
  {
    name: "guard",
    usage: "<before|after> [options] <file...>",
    summary: "judge what an agent is about to write, and remember who wrote it",
    group: setting,
    load: () => import("./commands/guard.ts"),
  },
  {
    name: "mcp",
    usage: "[options]",
    summary: "serve coding agents: check, explain, propose, history",
    group: setting,
    load: () => import("./commands/mcp.ts"),
  },
  {
    name: "service",
    usage: "<install|uninstall> [options]",
    summary: "watch this project whenever you are logged in",
    group: setting,
    load: () => import("./commands/service.ts"),
  },
]
