import {
  type Case,
  type Client,
  clients,
  type Level,
  type LevelResult,
  prove,
  templatesOf,
  versionOf,
  type WordedFile,
} from "../clients/index.ts"
import { editDocument } from "../engine/editDocument.ts"
import { defaultLimits, type Format, hasErrors } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { Lens } from "../model/lens.ts"
import type { McpServer } from "../model/mcpServer.ts"
import { type Path, valueAt } from "../model/path.ts"
import { decode } from "../model/source.ts"
import { isObject, keysOf, type Value } from "../model/value.ts"
import { findProgram } from "../system/program.ts"
import { clientNamed } from "./clientNamed.ts"
import { learnVersion } from "./clientVersions.ts"
import { formatOf } from "./formats.ts"
import { loadLenses } from "./lenses.ts"
import type { Project } from "./project.ts"

/** What a real client says of a file. */
export interface Verification {
  /** As people type it. */
  readonly client: string
  readonly title: string
  readonly file: string
  /** Of the program that was asked; absent: it is not installed, or says none. */
  readonly version?: string
  /** Empty where the client is not installed. */
  readonly levels: readonly LevelResult[]
  /** Variables that the file refers to and that are not set here. */
  readonly unset: readonly string[]
}

export interface VerifyRequest {
  /** As people type it; absent: every client that can be asked. */
  readonly client?: string
  readonly upTo: Level
}

/**
 * Put every file of a project that holds a client's servers before that client: in a home of its own, without network and without starting a server of
 * the user's.
 * @throws CfgsyncError `usage` for a client that cannot be asked
 */
export async function verify(project: Project, request: VerifyRequest): Promise<readonly Verification[]> {
  const asked = request.client === undefined ? clients : [proverNamed(request.client)]
  const results: Verification[] = []
  for (const client of asked) {
    const program = programOf(project, client)
    const files = client.files.filter((file) => project.system.stat(file)?.kind === "file")
    if (files.length === 0) continue
    const version = program === undefined ? undefined : await versionOf(program)
    if (program !== undefined && version !== undefined) learnVersion(client, program, version)
    for (const file of files) {
      const content = project.system.read(file, project.settings.limits.size)
      if (content === null) continue
      const given = await caseIn(project, client, file, content)
      const levels = program === undefined ? [] : await prove(client, program, given, request.upTo)
      const { id, title } = client
      const unset = neededBy(given).filter((name) => project.system.environment(name) === undefined)
      results.push({ client: id, title, file, levels, unset, ...(version === undefined ? {} : { version }) })
    }
  }
  return results
}

/**
 * Why a client does not take a content; `undefined`: it does, or the file is none of its own. A client that is not installed says nothing, so it
 * does not take it.
 */
export async function refusedBy(
  project: Project,
  name: string,
  file: string,
  content: Uint8Array,
): Promise<readonly string[] | undefined> {
  const client = proverNamed(name)
  if (!client.files.includes(file)) return undefined
  const program = programOf(project, client)
  if (program === undefined) return [`${client.title} is not installed, so it cannot be asked`]
  const levels = await prove(client, program, await caseIn(project, client, file, content), 2)
  const told = levels.filter(({ outcome }) => outcome !== "passed").flatMap(({ problems }) => problems)
  return told.length === 0 ? undefined : told.map((problem) => `${client.title} does not take it: ${problem}`)
}

function programOf({ system, root }: Project, { program }: Client): string | undefined {
  return findProgram(program, system.environment("PATH") ?? "", root)
}

async function caseIn(project: Project, client: Client, file: string, content: Uint8Array): Promise<Case> {
  const besides = project.system.list(
    client.beside.map((glob) => `./${glob}`),
    [],
  )
  const beside = besides.flatMap((path) => {
    const bytes = project.system.read(path, project.settings.limits.size)
    return bytes === null ? [] : [[path, bytes] as const]
  })
  const lens = (await loadLenses()).lens(client.lens)
  const given = await caseOf({ client, lens, file, content, beside: new Map(beside) })
  // A reference to a file that is not there must be found missing.
  const references = given.references.filter((path) => path.startsWith("~") || standsBeside(project, file, path))
  return { ...given, references }
}

function standsBeside({ system }: Project, file: string, path: string): boolean {
  const [, folder = ""] = /^(.*\/)?[^/]*$/.exec(file) ?? []
  try {
    return system.stat(folder + path) !== null
  } catch (error) {
    if (error instanceof CfgsyncError) return false
    throw error
  }
}

/** What a content says, in the words that proofs need. */
export async function caseOf(said: {
  readonly client: Client
  readonly lens: Lens
  readonly file: string
  readonly content: Uint8Array
  readonly beside: ReadonlyMap<string, Uint8Array>
}): Promise<Case> {
  const { client, lens, file, content, beside } = said
  const format = await formatOf(file)
  if (format === undefined) throw new Error(`no format for ${file}`)
  const value = rootOf(file, content, format)
  const section = valueAt(value, client.at)
  const servers = new Map<string, McpServer>()
  const untaken = new Map<string, string>()
  for (const name of isObject(section) ? keysOf(section) : []) {
    const entry = isObject(section) ? section[name] : undefined
    if (entry === undefined || isToggle(entry)) continue
    const read = lens.read(entry)
    if (read.ok) servers.set(name, read.server)
    else untaken.set(name, read.problem)
  }
  const kept = client.switches.flatMap((path) => {
    const held = valueAt(value, path)
    return held === undefined ? [] : [[path, held] as const]
  })
  const worded = (stand: ReadonlyMap<string, McpServer>) =>
    wordedFile({ file, format, at: client.at, lens, section, kept }, stand)
  return {
    file,
    content,
    beside,
    servers,
    untaken,
    variables: [...variablesIn(content), ...variablesOf(servers)],
    references: referencesIn(content),
    worded,
  }
}

function rootOf(file: string, content: Uint8Array, format: Format): Value | undefined {
  const decoded = decode(file, content)
  if (!decoded.ok) return undefined
  const parsed = format.parse(decoded.source, defaultLimits)
  return hasErrors(parsed) ? undefined : parsed.documents[0]?.value
}

/** OpenCode's way to switch a server that another layer defines. */
function isToggle(entry: Value): boolean {
  return isObject(entry) && keysOf(entry).join() === "enabled"
}

interface Wording {
  readonly file: string
  readonly format: Format
  readonly at: Path
  readonly lens: Lens
  readonly section: Value | undefined
  readonly kept: readonly (readonly [Path, Value])[]
}

/** A file that holds nothing but servers, each in place of the entry of its name: what else an entry has stays, but for what runs a program. */
function wordedFile(
  { file, format, at, lens, section, kept }: Wording,
  servers: ReadonlyMap<string, McpServer>,
): WordedFile {
  const leftOut = new Map<string, string>()
  const entries = [...servers].flatMap(([name, server]): (readonly [Path, Value])[] => {
    const writing = lens.write(server, withoutHelpers(isObject(section) ? section[name] : undefined))
    if (writing.ok) return [[[...at, name], writing.entry]]
    leftOut.set(name, writing.cannot.join("; "))
    return []
  })
  const empty = decode(file, new TextEncoder().encode(format.name === "json" ? "{}\n" : ""))
  if (!empty.ok) throw new Error(empty.reason)
  const operations = [...kept, ...entries].map(([path, value]) => ({
    document: 0,
    operation: { op: "set" as const, path, value },
  }))
  const edited = editDocument(format, empty.source, operations, defaultLimits)
  if (!edited.ok) throw new Error(`the canaries could not be written: ${edited.reason}`)
  return { content: edited.source.text, leftOut }
}

/** Clients ask programs for headers: those are the user's, and are not run. */
function withoutHelpers(entry: Value | undefined): Value | undefined {
  if (!isObject(entry)) return entry
  return Object.fromEntries(Object.entries(entry).filter(([key]) => !/helper/i.test(key)))
}

/** In any client's words, also where no server is. */
const patterns = [/\{env:([A-Za-z_]\w*)\}/g, /\$\{?(?:env:)?([A-Za-z_]\w*)/g]

function variablesIn(content: Uint8Array): readonly string[] {
  const text = new TextDecoder().decode(content)
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = ""]) => name))
}

function variablesOf(servers: ReadonlyMap<string, McpServer>, fallbacks = true): readonly string[] {
  const parts = [...servers.values()].flatMap(templatesOf).flat()
  const names = parts.flatMap((part) =>
    typeof part === "object" && part.kind === "env" && (fallbacks || part.fallback === undefined) ? [part.name] : [],
  )
  return [...new Set(names)]
}

/** Variables without which a server that is on would not get what its file says. */
function neededBy({ servers }: Case): readonly string[] {
  return variablesOf(new Map([...servers].filter(([, { on }]) => on)), false)
}

function referencesIn(content: Uint8Array): readonly string[] {
  const found = [...new TextDecoder().decode(content).matchAll(/\{file:([^}]+)\}/g)].map(([, path = ""]) => path)
  return [...new Set(found)]
}

function proverNamed(name: string): Client {
  return clientNamed(clients, name, (quoted) => `there is no client ${quoted} that can be asked`)
}
