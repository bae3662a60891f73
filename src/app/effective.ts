import { userInfo } from "node:os"
import { isAbsolute, relative, resolve } from "node:path"
import {
  type EffectiveClient,
  effectiveClients,
  type Ignored,
  type Layer,
  type Layered,
  layered,
  type Overridden,
  type Place,
} from "../clients/index.ts"
import { weakenings } from "../engine/weakening.ts"
import { hasErrors } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import { type Path, startsWith, valueAt } from "../model/path.ts"
import { decode, type Source } from "../model/source.ts"
import { LineIndex } from "../model/span.ts"
import { isObject, keysOf, makeObject, type Value } from "../model/value.ts"
import { mainRepositoryOf } from "../store/place.ts"
import { namesIn } from "../system/namesIn.ts"
import { clientNamed } from "./clientNamed.ts"
import { formatOf } from "./formats.ts"
import { loadLenses } from "./lenses.ts"
import type { Project } from "./project.ts"

export interface Effective extends Omit<Layered, "overridden"> {
  readonly client: EffectiveClient
  readonly overridden: readonly Superseded[]
  /** Settings that the client does not take from where they stand. */
  readonly ignored: readonly Ignored[]
  /** Servers that stand in what counts, and that the client does not load. */
  readonly unloaded: readonly Unloaded[]
  /** What was read, in the order of the client: what comes later counts. */
  readonly layers: readonly string[]
  /** Their texts, for whoever must know which secrets stand in them. */
  readonly sources: readonly Source[]
}

interface Superseded extends Overridden {
  /** A layer asked for less to be permitted. */
  readonly weaker: boolean
}

interface Unloaded {
  readonly path: Path
  readonly from: string
  readonly why: string
}

/**
 * What a client will use in the folder that the command runs in, references as they are written.
 * @throws CfgsyncError `usage` for a client of which that is not known, `file-invalid` for a layer that does not parse where the client would not start
 */
export async function effectiveOf({ system, cwd, settings: { limits } }: Project, name: string): Promise<Effective> {
  const client = clientNamed(effectiveClients, name, (quoted) => `cfgsync does not know what counts for ${quoted}`)
  const environment = (variable: string) => system.environment(variable)
  const sources: Source[] = []
  const layer = async (title: string, bytes: Uint8Array, group: number): Promise<Layer> => {
    const { value, text } = await parse({ title, bytes, client, limits })
    sources.push(text)
    return { name: title, value, group }
  }
  const place: Place = {
    folder: cwd,
    home: environment("HOME") || userInfo().homedir,
    platform: process.platform,
    repository: mainRepositoryOf(cwd) ?? undefined,
    environment,
    exists: (path) => system.stat(path) !== null,
    names: namesIn,
    read: async (file, group) => {
      const bytes = system.read(resolve(cwd, file), limits.size)
      return bytes === null || bytes.length === 0 ? undefined : layer(nameOf(file, cwd), bytes, group)
    },
    text: async (variable, group, under) => {
      const text = environment(variable)
      if (!text) return undefined
      const said = await layer(variable, new TextEncoder().encode(text), group)
      return under === undefined ? said : { ...said, value: makeObject([[under, said.value]]) }
    },
  }
  const found = await client.find(place)
  const layers = found.layers.filter(({ value }) => !isObject(value) || keysOf(value).length > 0)
  const whole = layered(layers, client.meetings)
  const result = client.finish?.(whole, layers) ?? whole
  return {
    ...result,
    client,
    overridden: result.overridden.map((each) => ({ ...each, weaker: isWeaker(client, each) })),
    ignored: found.ignored,
    unloaded: await unloadedServers(client, result),
    layers: [...new Set(layers.map((each) => each.name))],
    sources,
  }
}

/** Whether what takes the place of a setting permits more than it did. */
function isWeaker({ file }: EffectiveClient, { path, value, by }: Overridden): boolean {
  const [before, after] = [nested(path, value), nested(by.path, by.value)]
  return weakenings(file, [{ value: before }], [{ value: after }]).length > 0
}

function nested(path: Path, value: Value): Value {
  return path.reduceRight<Value>((inner, step) => makeObject([[String(step), inner]]), value)
}

/** What stands in the list of servers and is none to the client, such as half of one whose other half is missing. */
async function unloadedServers(
  { at, lens: id }: EffectiveClient,
  { value, settings }: Layered,
): Promise<readonly Unloaded[]> {
  const section = valueAt(value, at)
  if (!isObject(section)) return []
  const lens = (await loadLenses()).lens(id)
  return keysOf(section).flatMap((name) => {
    const entry = section[name]
    // One that is only switched off does not start, wherever it is defined.
    if (entry === undefined || (isObject(entry) && keysOf(entry).join() === "enabled" && entry.enabled === false))
      return []
    const reading = lens.read(entry)
    if (reading.ok) return []
    const path = [...at, name]
    const from = settings.find((setting) => startsWith(setting.path, path))?.from ?? ""
    return [{ path, from, why: reading.problem }]
  })
}

/** Within the folder as it lies from there, else absolute. */
function nameOf(file: string, cwd: string): string {
  const near = relative(cwd, file)
  return near.startsWith("../../..") || isAbsolute(near) ? file : near
}

interface Text {
  readonly title: string
  readonly bytes: Uint8Array
  readonly client: EffectiveClient
  readonly limits: Project["settings"]["limits"]
}

/** As the client reads it, whatever the file is called. */
async function parse({
  title,
  bytes,
  client,
  limits,
}: Text): Promise<{ readonly value: Value; readonly text: Source }> {
  const decoded = decode(client.file, bytes)
  if (!decoded.ok) throw new CfgsyncError("file-invalid", `${title}: ${decoded.reason}`)
  const format = await formatOf(client.file)
  if (format === undefined) throw new Error(`there is no plugin for ${client.file}`)
  const parsed = format.parse(decoded.source, limits)
  if (hasErrors(parsed)) {
    const problem = parsed.problems.find(({ severity }) => severity === "error")
    const { line, column } = new LineIndex(decoded.source.text).position(problem?.span.start ?? 0)
    throw new CfgsyncError(
      "file-invalid",
      `${title}:${line}:${column}: ${problem?.message}`,
      `${client.title} would not start`,
    )
  }
  const value: Value = parsed.documents[0]?.value ?? {}
  if (!isObject(value)) throw new CfgsyncError("file-invalid", `${title} is no table of settings`)
  return { value, text: decoded.source }
}
