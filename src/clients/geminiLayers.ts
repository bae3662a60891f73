import { dirname, join } from "node:path"
import { type Path, valueAt } from "../model/path.ts"
import { isArray, isObject, keysOf, type Value } from "../model/value.ts"
import type { EffectiveClient, Found, Place } from "./effectiveClient.ts"
import { concatenation, ignoredLayer, type Join, layered, type Meetings, sifted, union } from "./layering.ts"

/** A server must be allowed by every layer that has such a list. */
const common: Join = (_, last, first) => {
  const both = new Set(last.map(lowered))
  return first.filter((name) => both.has(lowered(name)))
}

const lists: ReadonlyMap<string, Join> = new Map([
  ["policyPaths", union],
  ["adminPolicyPaths", union],
  ["context.includeDirectories", concatenation],
  ["context.fileFiltering.customIgnoreFilePaths", union],
  ["tools.exclude", union],
  ["advanced.excludedEnvVars", union],
  ["extensions.disabled", union],
  ["extensions.workspacesWithMigrationNudge", union],
  ["skills.disabled", union],
  ["hooksConfig.disabled", union],
  ["mcp.excluded", concatenation],
  ["mcp.allowed", common],
])

const meetings: Meetings = (path) => {
  const [root] = path
  if (path.length === 2 && root === "mcpServers") return "whole"
  if (path.length === 2 && root === "hooks") return concatenation
  return lists.get(path.join("."))
}

export const geminiLayers: EffectiveClient = {
  id: "gemini",
  title: "Gemini CLI",
  at: ["mcpServers"],
  lens: "mcp/gemini",
  file: ".gemini/settings.json",
  find,
  meetings,
  beyond:
    "References are shown as they are written; extensions, options of the command line and what an organisation sends are not in it.",
}

/** Where Gemini CLI 0.61 takes its settings from: defaults of the machine, user, the folder if it is trusted, and what overrules all on the machine. */
async function find(place: Place): Promise<Found> {
  const { folder, environment } = place
  const home = environment("GEMINI_CLI_HOME") || place.home
  const own = join(home, ".gemini")
  const system = environment("GEMINI_CLI_SYSTEM_SETTINGS_PATH") || systemFile(place.platform)
  const defaults = environment("GEMINI_CLI_SYSTEM_DEFAULTS_PATH") || join(dirname(system), "system-defaults.json")
  const [lowest, users, projects, highest] = [
    await place.read(defaults, 0),
    await place.read(join(own, "settings.json"), 1),
    folder === home ? undefined : await place.read(join(folder, ".gemini", "settings.json"), 2),
    await place.read(system, 3),
  ]
  const certain = [lowest, users, highest].filter((layer) => layer !== undefined)
  const trust = await trustOf(place, own, layered(certain, meetings).value)
  const counting = [lowest, users, trust === undefined ? projects : undefined, highest]
  const found = counting.filter((layer) => layer !== undefined)
  const lost = trust === undefined || projects === undefined ? [] : ignoredLayer(projects, trust)
  const blocked = await blocking(place, own, layered(found, meetings).value, trust)
  const kept = found.map((layer) => sifted(layer, blocked))
  return { layers: kept.map(({ layer }) => layer), ignored: [...lost, ...kept.flatMap(({ ignored }) => ignored)] }
}

function systemFile(platform: NodeJS.Platform): string {
  if (platform === "darwin") return "/Library/Application Support/GeminiCli/settings.json"
  return platform === "win32" ? "C:\\ProgramData\\gemini-cli\\settings.json" : "/etc/gemini-cli/settings.json"
}

/** @returns why the folder is not trusted; `undefined`: it is. An editor that runs it may say otherwise. */
async function trustOf(place: Place, own: string, settings: Value): Promise<string | undefined> {
  const said = place.environment("GEMINI_CLI_TRUST_WORKSPACE")
  if (place.environment("GEMINI_RESTRICTED_MODE") === "true") return "GEMINI_RESTRICTED_MODE is set"
  if (said === "false") return "GEMINI_CLI_TRUST_WORKSPACE says that the folder is not trusted"
  if (said === "true" || valueAt(settings, ["security", "folderTrust", "enabled"]) === false) return undefined
  const file = place.environment("GEMINI_CLI_TRUSTED_FOLDERS_PATH") || join(own, "trustedFolders.json")
  const folders = (await place.read(file, 0))?.value
  const rules = isObject(folders) ? keysOf(folders).map((path) => ({ path, word: folders[path] })) : []
  const levels = ["TRUST_FOLDER", "TRUST_PARENT", "DO_NOT_TRUST"]
  const meant = rules
    .filter(
      ({ path, word }) =>
        levels.includes(String(word)) && isBelow(place.folder, word === "TRUST_PARENT" ? dirname(path) : path),
    )
    .toSorted((a, b) => b.path.length - a.path.length)[0]
  if (meant === undefined) return `the folder is not trusted: ${file} does not name it`
  return meant.word === "DO_NOT_TRUST" ? `${file} says that the folder is not trusted` : undefined
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`)
}

/** Which servers are not used, and why. */
async function blocking(place: Place, own: string, settings: Value, untrusted: string | undefined) {
  const [allowed, excluded] = [valueAt(settings, ["mcp", "allowed"]), valueAt(settings, ["mcp", "excluded"])]
  const switches = (await place.read(join(own, "mcp-server-enablement.json"), 0))?.value
  const names = (list: Value | undefined) => (isArray(list) ? list.map(lowered) : undefined)
  const [may, mayNot] = [names(allowed), names(excluded) ?? []]
  return (path: Path): string | undefined => {
    const [root, name] = path
    if (root !== "mcpServers" || path.length !== 2) return undefined
    const id = lowered(String(name))
    if (may?.includes(id) === false) return "mcp.allowed does not name the server"
    if (mayNot.includes(id)) return "mcp.excluded names the server"
    if (valueAt(switches, [id, "enabled"]) === false) return "the server is switched off (`gemini mcp disable`)"
    return untrusted === undefined ? undefined : `no server is started: ${untrusted}`
  }
}

function lowered(name: Value): string {
  return String(name).toLowerCase().trim()
}
