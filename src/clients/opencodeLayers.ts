import { dirname, join } from "node:path"
import { isArray, isObject, makeObject, type Value } from "../model/value.ts"
import type { EffectiveClient, Found, Place } from "./effectiveClient.ts"
import { type Ignored, type Join, type Layer, type Layered, layered, type Meetings, union } from "./layering.ts"

/** Of plugins of one name, whatever their version, the last counts. An empty list takes all away, until the next that is not brings them back. */
const plugins: Join = (all, last) => (last.length === 0 ? [] : lastOfEach(all))

const lists: ReadonlyMap<string, Join> = new Map([
  ["instructions", union],
  ["plugin", plugins],
])

const meetings: Meetings = (path) => (path.length === 1 ? lists.get(String(path[0])) : undefined)

export const opencodeLayers: EffectiveClient = {
  id: "opencode",
  title: "OpenCode",
  at: ["mcp"],
  lens: "mcp/opencode",
  file: "opencode.json",
  find,
  meetings,
  finish: (whole, layers) => layered([...oldWords(whole), ...layers], meetings),
  beyond:
    "References ({env:…}, {file:…}) are shown as they are written; agents and commands in Markdown files are not shown.",
}

/**
 * Where OpenCode 1.18 takes its configuration from, in the order that it reads: what comes later counts. The `.opencode` folders are read from the
 * nearest outwards, so that of those the outer one counts. The global files are one layer to it: only between layers are instructions and plugins added up.
 */
async function find(place: Place): Promise<Found> {
  const { folder, home, environment, exists } = place
  const global = join(environment("XDG_CONFIG_HOME") || join(home, ".config"), "opencode")
  const own = isSet(environment("OPENCODE_DISABLE_PROJECT_CONFIG")) ? [] : upwards(folder, exists)
  const [named, extra] = [environment("OPENCODE_CONFIG"), environment("OPENCODE_CONFIG_DIR")]
  const dots = [...own.map((each) => join(each, ".opencode")), join(home, ".opencode"), ...(extra ? [extra] : [])]
  const files = [...(named ? [named] : []), ...own.toReversed().flatMap(bothIn), ...[...new Set(dots)].flatMap(bothIn)]
  const managed = bothIn(environment("OPENCODE_TEST_MANAGED_CONFIG_DIR") || "/etc/opencode")
  const found: (Layer | undefined)[] = []
  for (const name of ["config.json", "opencode.json", "opencode.jsonc"])
    found.push(await place.read(join(global, name), 0))
  for (const file of files) found.push(await place.read(file, found.length))
  found.push(await place.text("OPENCODE_CONFIG_CONTENT", found.length))
  for (const file of managed) found.push(await place.read(file, found.length))
  found.push(await place.text("OPENCODE_PERMISSION", found.length, "permission"))
  const layers = found.filter((layer) => layer !== undefined)
  return { layers: layers.map(withPluginsOnce), ignored: layers.flatMap(doublePlugins) }
}

/** Of one list too the last of a name counts. */
function withPluginsOnce(layer: Layer): Layer {
  const { value } = layer
  if (!isObject(value) || !isArray(value.plugin)) return layer
  return { ...layer, value: { ...value, plugin: lastOfEach(value.plugin) } }
}

function doublePlugins({ name: from, value }: Layer): readonly Ignored[] {
  const list = isObject(value) && isArray(value.plugin) ? value.plugin : []
  const kept = lastOfEach(list)
  const why = "the same plugin stands once more in the list, and the last counts"
  return list.flatMap((each, index) =>
    kept.includes(each) ? [] : [{ path: ["plugin", index], value: each, from, why }],
  )
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

function lastOfEach(all: readonly Value[]): readonly Value[] {
  const names = all.map(pluginName)
  return all.filter((_, index) => names.lastIndexOf(names[index] ?? "") === index)
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
function oldWords({ value, settings }: Layered): readonly Layer[] {
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
