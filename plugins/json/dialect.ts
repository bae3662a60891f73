/** What the readers of a file accept beyond JSON. */
export interface Dialect {
  readonly comments: boolean
  readonly trailingCommas: boolean
}

const strict: Dialect = { comments: false, trailingCommas: false }
const lenient: Dialect = { comments: true, trailingCommas: true }
const commented: Dialect = { comments: true, trailingCommas: false }

interface Name {
  readonly pattern: RegExp
  readonly dialect: Dialect
  /** The reader, and what it parses with. */
  readonly reason: string
}

/**
 * Files whose readers accept more than JSON. Where a reader is known to be strict in spite of what editors show, it is not here:
 * `biome.json` (Biome 2 rejects a comment there; it wants `biome.jsonc`), `renovate.json` (falls back to JSON5 with a deprecation warning),
 * `package.json`, `.mcp.json`, `.claude/settings.json` (JSON.parse).
 */
const names: readonly Name[] = [
  { pattern: /\.jsonc$/, dialect: lenient, reason: "the name says JSON with comments" },
  { pattern: /^[jt]sconfig[^/]*\.json$/, dialect: lenient, reason: "TypeScript's own tolerant parser" },
  { pattern: /^typedoc\.json$/, dialect: lenient, reason: "read with TypeScript's parser" },
  { pattern: /^(?:opencode|tui)\.json$/, dialect: lenient, reason: "OpenCode: jsonc-parser, trailing commas allowed" },
  { pattern: /^\.?devcontainer\.json$/, dialect: lenient, reason: "Dev Containers: jsonc-parser" },
  { pattern: /^\.eslintrc(?:\.json)?$/, dialect: commented, reason: "ESLint: comments stripped, then JSON.parse" },
  { pattern: /^\.jshintrc$/, dialect: commented, reason: "JSHint: comments stripped, then JSON.parse" },
  { pattern: /^\.swcrc$/, dialect: lenient, reason: "swc: Rust jsonc-parser" },
  { pattern: /^(?:\.babelrc|\.babelrc\.json|babel\.config\.json)$/, dialect: lenient, reason: "Babel: JSON5" },
  { pattern: /^deno\.json$/, dialect: lenient, reason: "Deno: Rust jsonc-parser, as for deno.jsonc" },
  { pattern: /^turbo\.json$/, dialect: lenient, reason: "Turborepo: tolerant parser" },
  { pattern: /^wrangler\.json$/, dialect: lenient, reason: "Wrangler: jsonc-parser, as for wrangler.jsonc" },
  {
    pattern: /^(?:nx|angular)\.json$/,
    dialect: lenient,
    reason: "Nx and Angular CLI: jsonc-parser, trailing commas allowed",
  },
  { pattern: /^mcp-config\.json$/, dialect: lenient, reason: "Copilot CLI: comments and trailing commas are taken" },
  { pattern: /^pyrightconfig\.json$/, dialect: lenient, reason: "Pyright: jsonc-parser" },
  { pattern: /^\.oxlintrc\.json$/, dialect: lenient, reason: "oxlint: comments and trailing commas stripped" },
  { pattern: /^\.luarc\.json$/, dialect: lenient, reason: "lua-language-server: its own JSONC parser" },
  { pattern: /\.(?:code-workspace|code-snippets)$/, dialect: lenient, reason: "VS Code: its tolerant parser" },
]

/** Settings of programs that strip comments and then call JSON.parse: Gemini CLI. */
const strippedComments = /(?:^|\/)\.gemini\/settings\.json$/

/** Folders all of whose `.json` files are read tolerantly: by VS Code's own parser, and by Zed's lenient one. */
const folders = /(?:^|\/)(?:\.vscode|\.zed|(?:Code|Code - Insiders|VSCodium|Cursor)\/User)\/(?:[^/]+\/)*[^/]+\.json$/

/** What Zed reads from a person's own folder, which is called `zed` wherever dotfiles are kept. */
const zedFiles = /(?:^|\/)zed\/(?:settings|keymap|tasks|debug)\.json$/i

/** Globs for the names above that do not end in `.json` or `.jsonc`. */
export const otherNames: readonly string[] = [".swcrc", ".babelrc", ".jshintrc", "*.code-workspace", "*.code-snippets"]

export function dialectOf(path: string): Dialect {
  if (folders.test(path) || zedFiles.test(path)) return lenient
  if (strippedComments.test(path)) return commented
  const name = path.slice(path.lastIndexOf("/") + 1)
  return names.find(({ pattern }) => pattern.test(name))?.dialect ?? strict
}
