import { dirname, join } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { type Path, valueAt } from "../model/path.ts"
import { isArray, isObject, makeObject, type Value } from "../model/value.ts"
import type { EffectiveClient, Found, Place } from "./effectiveClient.ts"
import { type Ignored, type Layer, layered, type Meetings, sifted, union } from "./layering.ts"

/** Layers from here on manage the machine. */
const managedGroup = 1000

const meetings: Meetings = (path, group) => {
  const key = String(path.at(-1))
  if (path[0] === "mcpServers") return path.length === 2 ? "whole" : undefined
  const isReplaced =
    key === "fallbackModel" || (path.length === 1 && key === "availableModels" && group >= managedGroup)
  return isReplaced ? undefined : union
}

export const claudeLayers: EffectiveClient = {
  id: "claude",
  title: "Claude Code",
  at: ["mcpServers"],
  lens: "mcp/claude",
  file: ".claude/settings.json",
  find,
  meetings,
  beyond:
    "References are shown as they are written; plugins, connectors of claude.ai, options of the command line, what an organisation sends and its lists of allowed and denied servers are not in it.",
}

/** Where Claude Code 2.1 takes its settings and its servers from. Of a server in several places one counts as a whole. */
async function find(place: Place): Promise<Found> {
  const reader = new Reader(place)
  const own = place.environment("CLAUDE_CONFIG_DIR") ?? join(place.home, ".claude")
  const state = place.environment("CLAUDE_CONFIG_DIR") === undefined ? place.home : own
  const personal = await reader.read(join(state, ".claude.json"), 0)
  const users = await reader.settings(join(own, "settings.json"), 1)
  const isHome = join(place.folder, ".claude") === own
  const project = isHome ? undefined : await reader.settings(join(place.folder, ".claude", "settings.json"), 2)
  const local = await reader.settings(join(place.folder, ".claude", "settings.local.json"), 3)
  const managed = await managedSettings(reader)
  const about = valueAt(personal?.value, ["projects", place.repository ?? place.folder])
  const trusted = valueAt(about, ["hasTrustDialogAccepted"]) === true
  // What a repository brings along is not the user's own; its `settings.local.json` is, as it is not committed.
  const strange = trusted ? [] : [project, place.repository === undefined ? local : undefined]
  const settings = [users, project, local, ...managed].filter((layer) => layer !== undefined)
  const kept = settings.map((layer) => (strange.includes(layer) ? sifted(layer, untrusted) : { layer, ignored: [] }))
  const approving = settings.filter((layer) => !strange.includes(layer))
  const { value: whole } = layered(settings, meetings)
  const servers = await findServers(reader, { personal, about, whole, approving: layered(approving, meetings).value })
  return {
    layers: [...kept.map(({ layer }) => layer), ...servers],
    ignored: [...kept.flatMap(({ ignored }) => ignored), ...reader.ignored],
  }
}

function untrusted(path: Path): string | undefined {
  const isGrant =
    path.length === 2 && path[0] === "permissions" && ["allow", "additionalDirectories"].includes(String(path[1]))
  return isGrant ? "the folder is not trusted (Claude Code asks when it is started in it)" : undefined
}

async function managedSettings(reader: Reader): Promise<readonly (Layer | undefined)[]> {
  const folder = managedFolder(reader.place.platform)
  const parts = join(folder, "managed-settings.d")
  const names = reader.place.names(parts).filter((name) => name.endsWith(".json") && !name.startsWith("."))
  const files = [join(folder, "managed-settings.json"), ...names.map((name) => join(parts, name))]
  const layers: (Layer | undefined)[] = []
  for (const [index, file] of files.entries()) layers.push(await reader.settings(file, managedGroup + index))
  return layers
}

function managedFolder(platform: NodeJS.Platform): string {
  if (platform === "darwin") return "/Library/Application Support/ClaudeCode"
  return platform === "win32" ? "C:\\Program Files\\ClaudeCode" : "/etc/claude-code"
}

interface Known {
  readonly personal: Layer | undefined
  /** What is remembered of the project. */
  readonly about: Value | undefined
  /** All settings, and those that may approve a server of the project. */
  readonly whole: Value
  readonly approving: Value
}

/** The servers of the user, then those of the project that are approved, then the user's own for the project. */
async function findServers(reader: Reader, known: Known): Promise<readonly Layer[]> {
  const { place } = reader
  const { personal, about } = known
  const alone = await reader.read(join(managedFolder(place.platform), "managed-mcp.json"), managedGroup)
  const off = names(valueAt(about, ["disabledMcpServers"]))
  const isOff = (name: string): string | undefined =>
    off.includes(name) ? "the server is switched off (`/mcp`)" : undefined
  const layers = personal === undefined ? [] : [{ layer: serversOf(personal, personal.value), why: isOff }]
  for (const folder of upwards(place.folder).toReversed()) {
    const file = await reader.read(join(folder, ".mcp.json"), 0)
    const why = (name: string) => pending(name, known) ?? isOff(name)
    if (file !== undefined) layers.push({ layer: serversOf(file, file.value), why })
  }
  if (personal !== undefined && about !== undefined)
    layers.push({ layer: serversOf({ ...personal, name: `${personal.name}, projects` }, about), why: isOff })
  const only = alone === undefined ? undefined : `${alone.name} alone says which servers there are`
  const kept = layers.map(({ layer, why }) =>
    sifted(layer, (path) => (path.length === 2 ? (only ?? why(String(path[1]))) : undefined)),
  )
  reader.ignored.push(...kept.flatMap(({ ignored }) => ignored))
  return [...kept.map(({ layer }) => layer), ...(alone === undefined ? [] : [serversOf(alone, alone.value)])]
}

/** Why a server of the project does not count. */
function pending(server: string, { whole, approving }: Known): string | undefined {
  const says = (settings: Value, key: string) =>
    names(valueAt(settings, [key])).some((name) => serverKey(name) === serverKey(server))
  if (says(whole, "disabledMcpjsonServers")) return "disabledMcpjsonServers names the server"
  const all = valueAt(approving, ["enableAllProjectMcpServers"]) === true
  return all || says(approving, "enabledMcpjsonServers") ? undefined : "nobody has approved the server"
}

function serversOf({ name, group }: Layer, holder: Value): Layer {
  const servers = valueAt(holder, ["mcpServers"])
  return { name, group, value: isObject(servers) ? makeObject([["mcpServers", servers]]) : makeObject([]) }
}

function names(list: Value | undefined): readonly string[] {
  return isArray(list) ? list.filter((name) => typeof name === "string") : []
}

function serverKey(name: string): string {
  return name.replace(/[^\w-]/g, "_")
}

/** A folder and those above it, but for the root of all. */
function upwards(folder: string): readonly string[] {
  return dirname(folder) === folder ? [] : [folder, ...upwards(dirname(folder))]
}

/** A file that Claude Code cannot read is left aside, and it starts. */
class Reader {
  readonly place: Place
  readonly ignored: Ignored[] = []

  constructor(place: Place) {
    this.place = place
  }

  async read(file: string, group: number): Promise<Layer | undefined> {
    try {
      return await this.place.read(file, group)
    } catch (error) {
      if (!(error instanceof CfgsyncError) || error.code !== "file-invalid") throw error
      this.ignored.push({ path: [], value: null, from: file, why: error.message })
      return undefined
    }
  }

  async settings(file: string, group: number): Promise<Layer | undefined> {
    const layer = await this.read(file, group)
    if (layer === undefined) return undefined
    const elsewhere = "Claude Code takes servers from .mcp.json and .claude.json"
    const { layer: kept, ignored } = sifted(layer, (path) =>
      path.length === 1 && path[0] === "mcpServers" ? elsewhere : undefined,
    )
    this.ignored.push(...ignored)
    return kept
  }
}
