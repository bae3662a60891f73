import { existsSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { matcher } from "../engine/glob.ts"
import { globsOverlap } from "../engine/globOverlap.ts"
import type { Format } from "../model/document.ts"
import type { System } from "../system/system.ts"
import { packageFolder } from "./package.ts"

/** The format plugins, each loaded when the first file of its kind is met. A test holds names and globs to what the folders under plugins/ say. */
export const formatTable: readonly {
  readonly name: string
  readonly files: readonly string[]
  /** Whether its files load each other, as `Format.loading` says. */
  readonly loads?: true
  readonly load: () => Promise<{ readonly default: Format }>
}[] = [
  {
    name: "json",
    files: ["*.json", "*.jsonc", ".swcrc", ".babelrc", ".jshintrc", "*.code-workspace", "*.code-snippets"],
    load: () => import("../../plugins/json/index.ts"),
  },
  {
    name: "yaml",
    files: ["*.yaml", "*.yml", ".clang-format", ".clang-tidy", ".clangd", ".yamllint"],
    load: () => import("../../plugins/yaml/index.ts"),
  },
  {
    name: "toml",
    files: ["*.toml", "Pipfile", "Cargo.lock", "uv.lock", "poetry.lock", "pdm.lock", "pylock.toml"],
    load: () => import("../../plugins/toml/index.ts"),
  },
  {
    name: "zsh",
    files: ["*.zsh", "*.zsh-theme", "{.,,dot_}{zshrc,zshenv,zprofile,zlogin,zlogout,zpreztorc}"],
    loads: true,
    load: loadZsh,
  },
  { name: "jsonl", files: ["*.jsonl", "*.ndjson"], load: () => import("../../plugins/jsonl/index.ts") },
  { name: "markdown", files: ["*.md", "*.mdx", "*.markdown"], load: () => import("../../plugins/markdown/index.ts") },
]

/** A plugin reads no files, so it is given its grammar: beside the bundle, or in the packages it comes from. Most runs edit nothing, and never ask. */
async function loadZsh(): Promise<{ readonly default: Format }> {
  const plugin = await import("../../plugins/zsh/index.ts")
  return { default: { ...plugin.default, prepareEdits: loadZshGrammar } }
}

async function loadZshGrammar(): Promise<void> {
  const { loadGrammar } = await import("../../plugins/zsh/grammar.ts")
  await loadGrammar({
    runtime: readFileSync(wasmFile("web-tree-sitter/web-tree-sitter.wasm")),
    grammar: readFileSync(wasmFile("tree-sitter-bash/tree-sitter-bash.wasm")),
  })
}

function wasmFile(name: string): string {
  const bundled = join(packageFolder, "dist", basename(name))
  return existsSync(bundled) ? bundled : join(packageFolder, "node_modules", name)
}

function entryOf(path: string): (typeof formatTable)[number] | undefined {
  return formatTable.find((each) => matcher(each.files)(path))
}

/** What a path's format is called, without loading it. */
export function formatNameOf(path: string): string | undefined {
  return entryOf(path)?.name
}

/** Whether what a file says may change which others are loaded; one of no known format may be read as any. */
export function mayLoad(path: string): boolean {
  const entry = entryOf(path)
  return entry === undefined || entry.loads === true
}

/** The format of a path by its name, for reading and for edits; `undefined` when no plugin knows it. */
export async function formatOf(path: string): Promise<Format | undefined> {
  return readyToEdit(await readingFormatOf(path))
}

/** The same, of which nothing will be edited. */
export async function readingFormatOf(path: string): Promise<Format | undefined> {
  return (await entryOf(path)?.load())?.default
}

export async function formatNamed(name: string): Promise<Format | undefined> {
  return readyToEdit((await formatTable.find((each) => each.name === name)?.load())?.default)
}

async function readyToEdit(format: Format | undefined): Promise<Format | undefined> {
  await format?.prepareEdits?.()
  return format
}

/** Formats by path, loaded: for what must not wait, such as `doc(…)` in a rule. */
export interface Formats {
  readonly of: (path: string) => Format | undefined
  /** To be awaited before anything is edited. */
  readonly prepareEdits: () => Promise<void>
}

/** @param paths load the formats of these.  @param globs and those of what these may mean.  @param system where no judge is, all that tells of mistakes is loaded. */
export async function loadFormats(
  paths: readonly string[],
  globs: readonly string[],
  system: Pick<System, "zsh">,
): Promise<Formats> {
  const needed = formatTable
    .map((entry) => ({ ...entry, matches: matcher(entry.files) }))
    .filter(
      ({ matches, files }) => paths.some(matches) || globs.some((glob) => glob === "**" || globsOverlap([glob], files)),
    )
  const loaded = await Promise.all(
    needed.map(async ({ matches, load }) => ({ matches, format: (await load()).default })),
  )
  const prepare = (formats: readonly { readonly format: Format }[]) =>
    Promise.all(formats.map(({ format }) => format.prepareEdits?.()))
  await prepare(loaded.filter(({ format }) => format.judge !== undefined && system.zsh() === undefined))
  return {
    of: (path) => loaded.find(({ matches }) => matches(path))?.format,
    prepareEdits: async () => {
      await prepare(loaded)
    },
  }
}
