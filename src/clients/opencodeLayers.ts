import { dirname, join } from "node:path"
import { isArray, isObject, makeObject, type Value } from "../model/value.ts"
import type { Joins, Layer, Layered } from "./layering.ts"

/** What decides where OpenCode looks. */
export interface OpencodePlace {
  /** Absolute. */
  readonly folder: string
  readonly home: string
  readonly environment: (name: string) => string | undefined
  readonly exists: (path: string) => boolean
}

/** A file, or the text of a variable. */
export type OpencodeSource = { readonly file: string } | { readonly variable: string; readonly text: string }

/**
 * Where OpenCode 1.18 takes its configuration from, in the order that it reads: what comes later counts. The `.opencode` folders are read from the
 * nearest outwards, so that of those the outer one counts.
 */
export function opencodeSources(place: OpencodePlace): readonly OpencodeSource[] {
  const { folder, home, environment, exists } = place
  const global = join(environment("XDG_CONFIG_HOME") ?? join(home, ".config"), "opencode")
  const own = isSet(environment("OPENCODE_DISABLE_PROJECT_CONFIG")) ? [] : upwards(folder, exists)
  const file = (path: string): OpencodeSource => ({ file: path })
  const [named, text] = [environment("OPENCODE_CONFIG"), environment("OPENCODE_CONFIG_CONTENT")]
  const extra = environment("OPENCODE_CONFIG_DIR")
  const dots = [...own.map((each) => join(each, ".opencode")), join(home, ".opencode"), ...(extra ? [extra] : [])]
  return [
    ...["config.json", "opencode.json", "opencode.jsonc"].map((name) => file(join(global, name))),
    ...(named ? [file(named)] : []),
    ...own.toReversed().flatMap((each) => bothIn(each).map(file)),
    ...[...new Set(dots)].flatMap((each) => bothIn(each).map(file)),
    ...(text ? [{ variable: "OPENCODE_CONFIG_CONTENT", text }] : []),
    ...bothIn(environment("OPENCODE_TEST_MANAGED_CONFIG_DIR") ?? "/etc/opencode").map(file),
  ]
}

function isSet(value: string | undefined): boolean {
  return value === "1" || value?.toLowerCase() === "true"
}

function bothIn(folder: string): readonly string[] {
  return [join(folder, "opencode.json"), join(folder, "opencode.jsonc")]
}

/** A folder and those above it, up to that of the repository; the nearest first. */
function upwards(folder: string, exists: (path: string) => boolean): readonly string[] {
  const folders: string[] = []
  for (let at = folder; ; at = dirname(at)) {
    folders.push(at)
    if (exists(join(at, ".git")) || dirname(at) === at) return folders
  }
}

/** The first of the sources are one layer to it: only between layers are instructions and plugins added up. */
export const globalFiles = 3

export const opencodeJoins: Joins = {
  instructions: (all) => [...new Set(all)],
  // An empty list takes all away, until the next that is not brings them back.
  plugin: (all, last) => (last.length === 0 ? [] : lastOfEach(all)),
}

/** Of plugins of one name, whatever their version, the last counts. */
function lastOfEach(plugins: readonly Value[]): readonly Value[] {
  const names = plugins.map(pluginName)
  return plugins.filter((_, index) => names.lastIndexOf(names[index] ?? "") === index)
}

function pluginName(plugin: Value): string {
  const spec = isArray(plugin) ? plugin[0] : plugin
  if (typeof spec !== "string") return JSON.stringify(plugin)
  return spec.startsWith("file:") ? spec : spec.replace(/(?<=.)@[^/]*$/, "")
}

/**
 * The old words that OpenCode turns into others when all is read, as layers that come before all others: `tools` into `permission`, `autoshare` into
 * `share`.
 */
export function oldWords({ value, settings }: Layered): readonly Layer[] {
  const tools = settings.flatMap(({ path, value: on, from }): readonly Layer[] => {
    const [root, tool] = path
    if (root !== "tools" || tool === undefined) return []
    const key = ["write", "edit", "patch"].includes(String(tool)) ? "edit" : String(tool)
    return [{ name: from, group: -1, value: makeObject([["permission", makeObject([[key, on ? "allow" : "deny"]])]]) }]
  })
  const autoshare = settings.find(({ path }) => path.length === 1 && path[0] === "autoshare")
  const shared = isObject(value) && value.share !== undefined
  if (autoshare?.value !== true || shared) return tools
  return [...tools, { name: autoshare.from, group: -1, value: makeObject([["share", "auto"]]) }]
}
