import { homedir } from "node:os"
import { isAbsolute, relative, resolve } from "node:path"
import {
  globalFiles,
  type Layer,
  type Layered,
  layered,
  type OpencodeSource,
  oldWords,
  opencodeJoins,
  opencodeSources,
} from "../clients/index.ts"
import { hasErrors } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import { decode, type Source } from "../model/source.ts"
import { LineIndex } from "../model/span.ts"
import { isObject, type Value } from "../model/value.ts"
import { formatOf } from "./formats.ts"
import type { Project } from "./project.ts"

export interface Effective extends Layered {
  /** What was read, in the order of the client: what comes later counts. */
  readonly layers: readonly string[]
  /** Their texts, for whoever must know which secrets stand in them. */
  readonly sources: readonly Source[]
}

/**
 * What OpenCode will use in the folder that the command runs in, references as they are written. What stands in Markdown files is not in it.
 * @throws CfgsyncError `file-invalid` for a layer that does not parse: OpenCode would not start
 */
export async function effectiveOpencode({ system, cwd, settings: { limits } }: Project): Promise<Effective> {
  const environment = (name: string) => system.environment(name)
  const exists = (path: string) => system.stat(path) !== null
  const found = opencodeSources({ folder: cwd, home: environment("HOME") ?? homedir(), environment, exists })
  const layers: Layer[] = []
  const sources: Source[] = []
  for (const [index, source] of found.entries()) {
    const bytes = "file" in source ? system.read(resolve(cwd, source.file), limits.size) : encoded(source.text)
    if (bytes === null || bytes.length === 0) continue
    const name = nameOf(source, cwd)
    const { value, text } = await parse(name, bytes, limits)
    sources.push(text)
    layers.push({ name, value, group: index < globalFiles ? 0 : index })
  }
  const permission = environment("OPENCODE_PERMISSION")
  if (permission) {
    const { value, text } = await parse("OPENCODE_PERMISSION", encoded(permission), limits)
    sources.push(text)
    layers.push({ name: "OPENCODE_PERMISSION", value: { permission: value }, group: found.length })
  }
  const first = layered(layers, opencodeJoins)
  const whole = layered([...oldWords(first), ...layers], opencodeJoins)
  return { ...whole, layers: layers.map(({ name }) => name), sources }
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Within the folder as it lies from there, else absolute. */
function nameOf(source: OpencodeSource, cwd: string): string {
  if ("variable" in source) return source.variable
  const near = relative(cwd, source.file)
  return near.startsWith("../../..") || isAbsolute(near) ? source.file : near
}

async function parse(name: string, bytes: Uint8Array, limits: Project["settings"]["limits"]) {
  const decoded = decode(name, bytes)
  if (!decoded.ok) throw new CfgsyncError("file-invalid", `${name}: ${decoded.reason}`)
  const format = await formatOf("opencode.jsonc")
  if (format === undefined) throw new Error("there is no plugin for JSON")
  const parsed = format.parse(decoded.source, limits)
  if (hasErrors(parsed)) {
    const problem = parsed.problems.find(({ severity }) => severity === "error")
    const { line, column } = new LineIndex(decoded.source.text).position(problem?.span.start ?? 0)
    throw new CfgsyncError("file-invalid", `${name}:${line}:${column}: ${problem?.message}`, "OpenCode would not start")
  }
  const value: Value = parsed.documents[0]?.value ?? {}
  if (!isObject(value)) throw new CfgsyncError("file-invalid", `${name} is no table of settings`)
  return { value, text: decoded.source }
}
