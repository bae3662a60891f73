import { existsSync, readFileSync, realpathSync } from "node:fs"
import { join } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { bareGit } from "../system/git/place.ts"
import { openSystem } from "../system/real.ts"
import { configNames } from "./config.ts"
import { noWorktree } from "./git/noWorktree.ts"
import { declaresLink, linkFile, linkName, linkText, type ServerList } from "./initLinks.ts"

/** One kind of configuration that a project has. */
export interface FoundFiles {
  /** For people: "OpenCode", "GitHub workflows" … */
  readonly title: string
  /** Globs that the configuration would name. */
  readonly files: readonly string[]
  /** What matches now, relative to the folder. */
  readonly paths: readonly string[]
}

export interface InitPlan {
  readonly folder: string
  readonly found: readonly FoundFiles[]
}

const kinds: readonly { readonly title: string; readonly files: readonly string[] }[] = [
  {
    title: "OpenCode",
    files: ["opencode.json{,c}", ".opencode/opencode.json{,c}", ".opencode/{agent,agents,command,commands}/**/*.md"],
  },
  {
    title: "Claude Code",
    files: [
      ".mcp.json",
      ".claude/settings{,.local}.json",
      ".claude/{agents,commands}/**/*.md",
      ".claude/skills/*/SKILL.md",
    ],
  },
  { title: "Codex", files: [".codex/config.toml"] },
  {
    title: "Cursor, VS Code, Zed, Gemini",
    files: [".cursor/mcp.json", ".vscode/*.json", ".zed/settings.json", ".gemini/settings.json"],
  },
  {
    title: "MCP servers of other clients",
    files: [
      ".{amp,qwen}/settings.json",
      "{,.}crush.json",
      ".kiro/settings/mcp.json",
      ".junie/mcp/mcp.json",
      ".{factory,roo,kilocode,trae}/mcp.json",
      ".{windsurf,devin,antigravity,antigravitycli}/mcp_config.json",
      ".gemini/antigravity/mcp_config.json",
      ".copilot/mcp-config.json",
    ],
  },
  {
    title: "config-guardian",
    files: [
      "config-guardian/inventory.json",
      "config-guardian/snapshots/*/metadata.json",
      "config-guardian/{,logs/}change_log.jsonl",
    ],
  },
  { title: "Node packages", files: ["package.json", "tsconfig*.json", "packages/*/package.json"] },
  {
    title: "GitHub workflows",
    files: [".github/workflows/*.y{,a}ml", ".github/actions/**/action.y{,a}ml", ".github/dependabot.y{,a}ml"],
  },
  { title: "Docker Compose", files: ["{docker-,}compose*.y{,a}ml"] },
  {
    title: "zsh",
    files: [
      "{.,dot_}{zshrc,zshenv,zprofile,zlogin,zlogout}",
      "*.zsh",
      "{conf.d,zshrc.d,zsh.d}/*.zsh",
      "{,.,dot_}{zsh,config/zsh}/**/*.zsh",
    ],
  },
  { title: "Rust, Python", files: ["Cargo.toml", "pyproject.toml"] },
  { title: "other JSON, YAML and TOML at the top", files: ["*.{json,jsonc,yaml,yml,toml}"] },
]

/**
 * Look at a folder and say what a configuration would manage.
 * @throws CfgsyncError `usage` when there is a configuration already, `not-possible-here` within a repository of git that has no working tree.
 */
export function planInit(cwd: string): InitPlan {
  const folder = realpathSync(cwd)
  if (bareGit(folder) !== null) throw noWorktree(folder)
  const there = configNames.find((name) => existsSync(join(folder, name)))
  if (there !== undefined) throw new CfgsyncError("usage", `${there} is there already`, "edit it, or remove it first")
  const system = openSystem(folder)
  const seen = new Set<string>()
  const found = kinds.flatMap(({ title, files }) => {
    const paths = system.list(files, []).filter((path) => !seen.has(path) && !path.startsWith("cfgsync."))
    for (const path of paths) seen.add(path)
    return paths.length === 0
      ? []
      : [{ title, files: files.filter((glob) => system.list([glob], []).some((path) => paths.includes(path))), paths }]
  })
  return { folder, found }
}

/** The text of the configuration for what was found (or the part of it that a person chose). TypeScript where the project is a Node package, else YAML. */
function initText(
  { folder }: InitPlan,
  chosen: readonly FoundFiles[],
  linked: "not" | "by others" | "by us",
): { readonly name: string; readonly text: string } {
  const isLinked = linked !== "not"
  // A rule that a file of somebody else's may not have cannot be given a severity.
  const isGraded = linked === "by us"
  const groups = chosen.length === 0 ? [{ title: "", files: ["**/*.{json,jsonc,yaml,yml,toml}"] }] : chosen
  if (existsSync(join(folder, "package.json"))) {
    const lines = groups.flatMap(({ title, files }) => [
      ...(title === "" ? [] : [`    // ${title}`]),
      ...files.map((glob) => `    ${JSON.stringify(glob)},`),
    ])
    return {
      name: "cfgsync.config.ts",
      text: `// What cfgsync keeps in order here. A plain object; \`satisfies import("cfgsync").Config\` adds completion.\nexport default {\n  files: [\n${lines.join("\n")}\n  ],\n  rules: ["cfgsync:recommended"${isLinked ? `, "${linkFile}"` : ""}],\n${isGraded ? `  severity: { "link/${linkName}": "warning" },\n` : ""}}\n`,
    }
  }
  const lines = groups.flatMap(({ title, files }) => [
    ...(title === "" ? [] : [`  # ${title}`]),
    ...files.map((glob) => `  - ${JSON.stringify(glob)}`),
  ])
  return {
    name: "cfgsync.config.yaml",
    text: `# What cfgsync keeps in order here.\nfiles:\n${lines.join("\n")}\nrules:\n  - cfgsync:recommended\n${isLinked ? `  - ${linkFile}\n` : ""}${isGraded ? `severity:\n  link/${linkName}: warning\n` : ""}`,
  }
}

/**
 * @param lists MCP servers of several clients, the source first; fewer than two: there is nothing to link.
 * @returns the names of the files written, the configuration first. None is ever written over another.
 */
export function writeInit(
  plan: InitPlan,
  chosen: readonly FoundFiles[],
  lists: readonly ServerList[],
): readonly [config: string, ...rules: string[]] {
  const [source, ...targets] = lists
  const links =
    source === undefined || targets.length === 0 ? [] : [{ name: linkFile, text: linkText(source, targets) }]
  const there = links.length > 0 && existsSync(join(plan.folder, linkFile))
  const isOurs = !there || declaresLink(readFileSync(join(plan.folder, linkFile), "utf8"))
  const config = initText(plan, chosen, links.length === 0 ? "not" : isOurs ? "by us" : "by others")
  const files = [config, ...(there ? [] : links)]
  openSystem(plan.folder).write(
    files.map(({ name, text }) => ({ path: name, before: null, after: new TextEncoder().encode(text) })),
  )
  return [config.name, ...files.slice(1).map(({ name }) => name)]
}
