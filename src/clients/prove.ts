import { isAbsolute, join, normalize } from "node:path"
import type { McpServer, Template } from "../model/mcpServer.ts"
import { Cage, type Reply } from "./cage.ts"
import type { Client } from "./client.ts"
import { askedOtherwise, notListed, startedOtherwise } from "./compare.ts"
import { type Filling, fillIn, loading, madeUp } from "./fillIn.ts"
import { canaryAddress } from "./stage.ts"

/** 1: the client reads the file. 2: it makes of it what the file says. 3: it starts servers as said. 4: it asks those over HTTP as said. */
export type Level = 1 | 2 | 3 | 4

export interface LevelResult {
  readonly level: Level
  /** `skipped`: it could not be asked, and `problems` say why. */
  readonly outcome: "passed" | "failed" | "skipped"
  readonly problems: readonly string[]
}

/** A file, and what it says. */
export interface Case {
  /** As the client knows it, from the project. */
  readonly file: string
  readonly content: Uint8Array
  /** What lies beside it, by path from the project. */
  readonly beside: ReadonlyMap<string, Uint8Array>
  readonly servers: ReadonlyMap<string, McpServer>
  /** Entries that this client would not take, and why. */
  readonly untaken: ReadonlyMap<string, string>
  /** Names of variables, and paths of files, that the text refers to. */
  readonly variables: readonly string[]
  readonly references: readonly string[]
  /** The file with nothing but these servers in it; `undefined` for one that the client has no words for: it is left out. */
  readonly worded: (servers: ReadonlyMap<string, McpServer>) => WordedFile
}

export interface WordedFile {
  readonly content: string
  readonly leftOut: ReadonlyMap<string, string>
}

/** Put a file before its client, level after level up to one; what a level needs must have passed. @param program absolute */
export async function prove(
  client: Client,
  program: string,
  given: Case,
  upTo: Level,
): Promise<readonly LevelResult[]> {
  const filling = madeUp(given.variables, given.references)
  const listed = await list(client, program, given, filling)
  const asked = upTo === 1 ? listed.slice(0, 1) : listed
  if (upTo < 3 || asked.some(({ outcome }) => outcome !== "passed")) return asked
  return [...asked, ...(await start(client, program, given, filling)).filter(({ level }) => level <= upTo)]
}

/** @returns what a client calls itself; `undefined`: it says nothing */
export async function versionOf(program: string): Promise<string | undefined> {
  const cage = new Cage()
  try {
    const reply = await cage.run(program, { args: ["--version"] }, {})
    return /\d+\.\d+\.\d+\S*/.exec(reply?.stdout ?? "")?.[0]
  } finally {
    cage.close()
  }
}

const noQuiet = "the network cannot be kept off here (it needs `unshare` and user namespaces)"

async function list(client: Client, program: string, given: Case, filling: Filling): Promise<readonly LevelResult[]> {
  const cage = new Cage()
  try {
    lay(cage, given, filling)
    const reply = await cage.run(program, client.list(cage.project), filling.variables)
    const unasked = whyUnasked(reply)
    if (reply === undefined || unasked !== undefined) return [skipped(1, unasked ?? noQuiet)]
    const listing = client.read(reply, [...given.servers.keys()])
    if (!listing.ok)
      return [
        result(
          1,
          listing.problems.map((line) => inProject(line, cage)),
        ),
      ]
    const untaken = [...given.untaken].map(([name, why]) => `${name} is not loaded: ${why}`)
    return [
      result(1, []),
      result(2, [...untaken, ...notListed(given.servers, listing.servers, cageFilling(cage, filling))]),
    ]
  } finally {
    cage.close()
  }
}

function lay(cage: Cage, { file, content, beside, references }: Case, { files }: Filling): void {
  for (const [path, bytes] of beside) cage.put(`project/${path}`, bytes)
  cage.put(`project/${file}`, content)
  layReferences(cage, file, references, files)
}

/** What references to files of the project and of the home lead to, made up. */
function layReferences(
  cage: Cage,
  file: string,
  references: readonly string[],
  files: Readonly<Record<string, string>>,
): void {
  for (const path of references) {
    const place = path.startsWith("~/") ? join("home", path.slice(2)) : join("project", file, "..", path)
    if (!isAbsolute(path) && !normalize(place).startsWith("..")) cage.put(place, files[path] ?? "")
  }
}

function cageFilling(cage: Cage, { variables, files }: Filling): Filling {
  return { files, variables: cage.environment(variables) }
}

async function start(client: Client, program: string, given: Case, filling: Filling): Promise<readonly LevelResult[]> {
  const cage = new Cage()
  try {
    const known = cageFilling(cage, filling)
    const names = [...given.servers.keys()]
    const servers = new Map(
      [...given.servers]
        .filter(
          ([, server]) => server.kind === "remote" || !Object.keys(server.environment).some((key) => loading.test(key)),
        )
        .map(([name, server]) => [name, standIn(server, cage, names.indexOf(name))]),
    )
    const startThese = async (these: ReadonlyMap<string, McpServer>) => {
      const { content, leftOut } = given.worded(these)
      cage.put(client.startFile ?? `project/${given.file}`, content)
      return { leftOut, reply: await cage.run(program, client.start(cage.project), filling.variables) }
    }
    layReferences(cage, given.file, given.references, filling.files)
    for (const server of servers.values()) makeDirectory(cage, server, known)
    const { leftOut, ...first } = await startThese(servers)
    const unasked = whyUnasked(first.reply)
    if (first.reply === undefined || unasked !== undefined) return [skipped(3, unasked ?? noQuiet)]
    const { loopback } = first.reply
    // Many that start at once may keep each other waiting longer than the client waits.
    const silent = [...servers].filter(([name, { on }]) => on && cage.calls(names.indexOf(name)).length === 0)
    if (silent.length > 0 && silent.length < servers.size) await startThese(new Map(silent))
    const problems = (kind: McpServer["kind"]) =>
      [...given.servers].flatMap(([name, server]) => {
        const calls = cage.calls(names.indexOf(name))
        if (server.kind !== kind) return []
        const left = leftOut.get(name) ?? (servers.has(name) ? undefined : "it would load code of its user's")
        if (left !== undefined) return [`${name} was not tried: ${left}`]
        if (!server.on) return calls.length === 0 ? [] : [`${name} is off, and was started`]
        const told =
          server.kind === "local"
            ? startedOtherwise(server, calls, cage.project, known)
            : askedOtherwise(server, calls, urlOf(servers.get(name), known), known)
        return told.map((what) => `${name}: ${what}`)
      })
    return [
      result(3, problems("local")),
      loopback ? result(4, problems("remote")) : skipped(4, "there is no loopback here"),
    ]
  } finally {
    cage.close()
  }
}

function standIn(server: McpServer, cage: Cage, index: number): McpServer {
  if (server.kind === "remote") {
    const [first = "", ...rest] = server.url
    const path = typeof first === "string" ? [first.replace(/^[a-z]+:\/\//i, "")] : [first]
    return { ...server, url: joined([`${canaryAddress}/${index}/`, ...path, ...rest]) }
  }
  const [program, ...words] = cage.canary(index)
  const own: readonly Template[] = words.map((word) => [word])
  return { ...server, command: [[program], ...own, ...server.command.slice(1)] }
}

/** No two texts side by side. */
function joined([first, second, ...rest]: Template): Template {
  return typeof first === "string" && typeof second === "string"
    ? [first + second, ...rest]
    : [first ?? "", ...(second === undefined ? [] : [second]), ...rest]
}

function urlOf(server: McpServer | undefined, filling: Filling): string | undefined {
  return server?.kind === "remote" ? fillIn(server.url, filling) : undefined
}

function makeDirectory(cage: Cage, server: McpServer, filling: Filling): void {
  if (server.kind !== "local" || server.directory === undefined) return
  const directory = fillIn(server.directory, filling)
  if (directory === undefined || isAbsolute(directory)) return
  const place = normalize(join("project", directory))
  if (!place.startsWith("..")) cage.put(join(place, ".cfgsync"), "")
}

function whyUnasked(reply: Reply | undefined): string | undefined {
  if (reply === undefined) return noQuiet
  return reply.timedOut ? "it did not answer in time" : undefined
}

function inProject(line: string, { project }: Cage): string {
  return line.replaceAll(`${project}/`, "")
}

function result(level: Level, problems: readonly string[]): LevelResult {
  return { level, outcome: problems.length === 0 ? "passed" : "failed", problems }
}

function skipped(level: Level, why: string): LevelResult {
  return { level, outcome: "skipped", problems: [why] }
}
