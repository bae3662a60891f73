import { matcher } from "../engine/glob.ts"
import type { Format } from "../model/document.ts"

/** The format plugins, each loaded when the first file of its kind is met. A test holds names and globs to what the folders under plugins/ say. */
export const formatTable: readonly {
  readonly name: string
  readonly files: readonly string[]
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
  { name: "markdown", files: ["*.md", "*.mdx", "*.markdown"], load: () => import("../../plugins/markdown/index.ts") },
]

/** The format of a path by its name; `undefined` when no plugin knows it. */
export async function formatOf(path: string): Promise<Format | undefined> {
  const entry = formatTable.find((each) => matcher(each.files)(path))
  return entry === undefined ? undefined : (await entry.load()).default
}

export async function formatNamed(name: string): Promise<Format | undefined> {
  return (await formatTable.find((each) => each.name === name)?.load())?.default
}

/**
 * Formats by path, loaded: for what must not wait, such as `doc(…)` in a rule.
 * @param paths load only the formats of these; absent: all.
 */
export async function loadFormats(paths?: readonly string[]): Promise<(path: string) => Format | undefined> {
  const needed = formatTable
    .map((entry) => ({ ...entry, matches: matcher(entry.files) }))
    .filter(({ matches }) => paths === undefined || paths.some(matches))
  const loaded = await Promise.all(
    needed.map(async ({ matches, load }) => ({ matches, format: (await load()).default })),
  )
  return (path) => loaded.find(({ matches }) => matches(path))?.format
}
