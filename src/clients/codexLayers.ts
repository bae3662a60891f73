import { dirname, join } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import type { Path } from "../model/path.ts"
import { isArray, isObject, type Value } from "../model/value.ts"
import type { EffectiveClient, Found, Place } from "./effectiveClient.ts"
import { type Ignored, ignoredLayer, type Layer, layered, type Meetings, sifted } from "./layering.ts"

const meetings: Meetings = () => undefined

export const codexLayers: EffectiveClient = {
  id: "codex",
  title: "Codex",
  at: ["mcp_servers"],
  lens: "mcp/codex",
  file: ".codex/config.toml",
  find,
  meetings,
  beyond:
    "Profiles and -c, which are chosen when Codex is called, what an organisation sends, and limits of requirements.toml are not in it.",
}

/** What a project may not say, since it decides where credentials go or what is run. */
const usersAlone = [
  "openai_base_url",
  "chatgpt_base_url",
  "apps_mcp_product_sku",
  "model_provider",
  "model_providers",
  "notify",
  "profile",
  "profiles",
  "experimental_realtime_webrtc_call_base_url",
  "experimental_realtime_ws_base_url",
  "otel",
]

/** Where Codex 0.169 takes its configuration from: system, user, trusted folders from the root of the project inwards, and what manages the machine. */
async function find(place: Place): Promise<Found> {
  const { folder, home, environment } = place
  const own = environment("CODEX_HOME") || join(home, ".codex")
  const base = [await place.read("/etc/codex/config.toml", 0), await place.read(join(own, "config.toml"), 1)]
  const common = base.filter((layer) => layer !== undefined)
  const { value } = layered(common, meetings)
  const folders = inwards(folder, markersIn(value), place.exists)
  const layers: Layer[] = [...common]
  const ignored: Ignored[] = []
  for (const [index, each] of folders.entries()) {
    const dot = join(each, ".codex")
    if (dot === own) continue
    const trust = trustOf(value, [each, folders[0] ?? each, place.repository ?? each])
    const read = await readProject(place, join(dot, "config.toml"), index + 2, trust === "trusted")
    if (read === undefined) continue
    if (trust === "trusted") {
      const { layer, ignored: left } = sifted(read, notFromProject)
      layers.push(layer)
      ignored.push(...left)
    } else ignored.push(...ignoredLayer(read, `${each} is ${trust ?? "not a trusted project"} in ${own}/config.toml`))
  }
  const managed = await place.read("/etc/codex/managed_config.toml", folders.length + 2)
  return { layers: managed === undefined ? layers : [...layers, managed], ignored }
}

/** One that is not trusted may say anything, and Codex starts. */
async function readProject(place: Place, file: string, group: number, trusted: boolean): Promise<Layer | undefined> {
  if (trusted) return place.read(file, group)
  try {
    return await place.read(file, group)
  } catch (error) {
    if (!(error instanceof CfgsyncError) || error.code !== "file-invalid") throw error
    return undefined
  }
}

function notFromProject(path: Path): string | undefined {
  const [root, key] = path
  const isUsers =
    path.length === 1
      ? usersAlone.includes(String(root))
      : path.length === 2 && root === "features" && key === "respect_system_proxy"
  return isUsers ? "Codex does not take this from a project, only from the user's own file" : undefined
}

/** Of the folder itself, of the root of the project, of the repository: the first that is spoken of. */
function trustOf(config: Value, folders: readonly string[]): string | undefined {
  const projects = isObject(config) ? config.projects : undefined
  for (const folder of folders) {
    const project = isObject(projects) ? projects[folder] : undefined
    const level = isObject(project) ? project.trust_level : undefined
    if (typeof level === "string") return level
  }
  return undefined
}

function markersIn(config: Value): readonly string[] {
  const markers = isObject(config) ? config.project_root_markers : undefined
  return isArray(markers) ? markers.filter((marker) => typeof marker === "string") : [".git"]
}

/** From the root of the project, which has one of the markers, to the folder; without one, the folder alone. */
function inwards(folder: string, markers: readonly string[], exists: (path: string) => boolean): readonly string[] {
  const folders: string[] = []
  for (let at = folder; ; at = dirname(at)) {
    folders.unshift(at)
    if (markers.some((marker) => exists(join(at, marker)))) return folders
    if (dirname(at) === at) return [folder]
  }
}
