import type { Writing } from "../../src/model/lens.ts"
import type { LocalServer, McpServer, RemoteServer, Template } from "../../src/model/mcpServer.ts"
import { isObject, keysOf, makeObject, type ObjectValue, type Value } from "../../src/model/value.ts"
import type { Dialect } from "./dialect.ts"
import { differences, readServer } from "./readServer.ts"
import { printTemplate, sameTemplate } from "./references.ts"

type Entries = readonly (readonly [key: string, value: Value])[]

/** A part of an entry: the keys that say it, and how it is said. */
interface Part {
  /** As {@link differences} calls it. */
  readonly names: readonly string[]
  readonly keys: readonly string[]
  readonly say: () => Entries
}

/** What went wrong on the way, gathered. */
interface Talk {
  readonly cannot: string[]
  readonly notes: string[]
}

/** Says what a server is in a client's words. @param before the entry that is there; parts that say it already stay as they are. */
export function writeServer(server: McpServer, before: Value | undefined, dialect: Dialect): Writing {
  const talk: Talk = { cannot: [], notes: [] }
  const there = isObject(before) ? before : makeObject([])
  const parts = [
    ...(server.kind === "local" ? localParts(server, dialect, talk) : remoteParts(server, dialect, talk)),
    ...sharedParts(server, dialect, talk, there),
  ]
  const read = before === undefined ? undefined : readServer(there, dialect)
  const same = read?.ok === true && read.server.kind === server.kind ? read.server : undefined
  const wrong = same === undefined ? undefined : new Set(differences(same, server))
  const said = parts.map((part) => ({ ...part, entries: part.say() }))
  if (talk.cannot.length > 0) return { ok: false, cannot: talk.cannot }
  const stays = (part: Part) => wrong !== undefined && !part.names.some((name) => wrong.has(name))
  const changed = said.filter((part) => !stays(part))
  const own = new Set(wrong === undefined ? allKeys(dialect) : changed.flatMap(({ keys }) => keys))
  return {
    ok: true,
    entry: joined(
      there,
      own,
      changed.flatMap(({ entries }) => entries),
    ),
    notes: talk.notes,
  }
}

/** The entry with what is `own` exchanged for `entries`: each where it stood, what is new at the end. */
function joined(before: ObjectValue, own: ReadonlySet<string>, entries: Entries): ObjectValue {
  const fresh = new Map(entries)
  const kept = keysOf(before).flatMap((key): Entries => {
    if (!own.has(key)) return [[key, before[key] as Value]]
    const value = fresh.get(key)
    return value === undefined ? [] : [[key, value]]
  })
  const known = new Set(kept.map(([key]) => key))
  return makeObject([...kept, ...entries.filter(([key]) => !known.has(key))])
}

function allKeys({
  environment,
  directory,
  addresses,
  headers,
  type,
  switch: key,
  timeouts,
  timeoutTable,
  named,
}: Dialect): readonly string[] {
  return [
    "command",
    "args",
    environment,
    headers,
    ...addresses.map((address) => address.key),
    ...(directory === undefined ? [] : [directory]),
    ...(type === undefined ? [] : ["type"]),
    ...(key === undefined ? [] : [key.key]),
    ...(timeoutTable === undefined ? Object.values(timeouts).map((timeout) => timeout.key) : [timeoutTable]),
    ...(named === undefined ? [] : Object.values(named)),
  ]
}

function localParts(server: LocalServer, dialect: Dialect, talk: Talk): readonly Part[] {
  const { command, environment, directory } = server
  const say = sayer(dialect, talk)
  return [
    {
      names: ["kind"],
      keys: dialect.type === undefined ? [] : ["type"],
      say: () => (dialect.type?.needed.local === true ? [["type", dialect.type.local[0] ?? ""]] : []),
    },
    {
      names: ["command"],
      keys: ["command", "args"],
      say: () => {
        const [program = "", ...rest] = command.map((word, index) =>
          say(index === 0 ? "command" : `argument ${index}`, word),
        )
        if (dialect.command === "list") return [["command", [program, ...rest]]]
        return rest.length === 0
          ? [["command", program]]
          : [
              ["command", program],
              ["args", rest],
            ]
      },
    },
    {
      names: ["environment"],
      keys: [dialect.environment, ...(dialect.named === undefined ? [] : [dialect.named.environment])],
      say: () => sayEnvironment(environment, dialect, say),
    },
    {
      names: ["directory"],
      keys: dialect.directory === undefined ? [] : [dialect.directory],
      say: () => {
        if (directory === undefined) return []
        if (dialect.directory !== undefined) return [[dialect.directory, say("directory", directory)]]
        talk.cannot.push("it has no words for the folder that a server starts in")
        return []
      },
    },
  ]
}

type Say = (what: string, template: Template) => string

function sayer({ references }: Dialect, { cannot }: Talk): Say {
  return (what, template) => {
    const printed = printTemplate(template, references)
    if (printed.ok) return printed.text
    cannot.push(`${what}: ${printed.why}`)
    return ""
  }
}

function sayEnvironment(
  environment: LocalServer["environment"],
  { environment: key, named }: Dialect,
  say: Say,
): Entries {
  const all = Object.entries(environment)
  const passed = named === undefined ? [] : all.filter(([name, value]) => isVariable(value, name))
  const written = all.filter((each) => !passed.includes(each))
  return [
    ...(written.length === 0 ? [] : [[key, sayMap(written, `${key} of`, say)] as const]),
    ...(named === undefined || passed.length === 0 ? [] : [[named.environment, passed.map(([name]) => name)] as const]),
  ]
}

function sayMap(entries: readonly (readonly [string, Template])[], what: string, say: Say): ObjectValue {
  return makeObject(entries.map(([name, value]) => [name, say(`${what} ${name}`, value)] as const))
}

function isVariable(value: Template, name: string): boolean {
  return sameTemplate(value, [{ kind: "env", name }])
}

function remoteParts(server: RemoteServer, dialect: Dialect, talk: Talk): readonly Part[] {
  const say = sayer(dialect, talk)
  return [
    {
      names: ["kind", "url", "transport"],
      keys: [...dialect.addresses.map(({ key }) => key), ...(dialect.type === undefined ? [] : ["type"])],
      say: () => sayAddress(server, dialect, talk, say),
    },
    {
      names: ["headers"],
      keys: [dialect.headers, ...(dialect.named === undefined ? [] : [dialect.named.bearer, dialect.named.headers])],
      say: () => sayHeaders(server.headers, dialect, say),
    },
  ]
}

function sayAddress({ url, transport }: RemoteServer, { addresses, type }: Dialect, talk: Talk, say: Say): Entries {
  const told = typeof transport === "string" && transport !== "either" ? transport : undefined
  const able = (wanted: "http" | "sse" | "either") => {
    const words = type?.remote[wanted]
    if (type !== undefined) return words === undefined ? undefined : { key: addresses[0]?.key ?? "", word: words[0] }
    const address = addresses.find((each) => each.transport === wanted)
    return address === undefined ? undefined : { key: address.key, word: undefined }
  }
  // A client that tries both says no less than either.
  const found = told === undefined ? (able("either") ?? able("http")) : (able(told) ?? able("either"))
  if (found === undefined) {
    talk.cannot.push(`it does not speak ${told === "sse" ? "server-sent events (SSE)" : "streamable HTTP"}`)
    return []
  }
  if (told === undefined && able("either") === undefined)
    talk.notes.push("how the server is spoken to is not said; streamable HTTP is written")
  const address = [found.key, say("url", url)] as const
  return found.word === undefined ? [address] : [["type", found.word], address]
}

function sayHeaders(headers: RemoteServer["headers"], { headers: key, named }: Dialect, say: Say): Entries {
  if (named === undefined) {
    const all = Object.entries(headers)
    return all.length === 0 ? [] : [[key, sayMap(all, "header", say)]]
  }
  const bearer = Object.entries(headers).flatMap(([name, value]) => (name === "Authorization" ? bearerOf(value) : []))
  const left = Object.entries(headers).filter(([name]) => bearer.length === 0 || name !== "Authorization")
  const byVariable = left.flatMap(([name, [only, ...more]]) =>
    more.length === 0 && typeof only === "object" && only.kind === "env" && only.fallback === undefined
      ? [[name, only.name] as const]
      : [],
  )
  const written = left.filter(([name]) => !byVariable.some(([each]) => each === name))
  return [
    ...bearer.map((name) => [named.bearer, name] as const),
    ...(byVariable.length === 0 ? [] : [[named.headers, makeObject(byVariable)] as const]),
    ...(written.length === 0 ? [] : [[key, sayMap(written, "header", say)] as const]),
  ]
}

/** The variable that holds the token, where nothing else is said. */
function bearerOf(value: Template): readonly string[] {
  const [prefix, token, ...more] = value
  return prefix === "Bearer " &&
    more.length === 0 &&
    typeof token === "object" &&
    token.kind === "env" &&
    token.fallback === undefined
    ? [token.name]
    : []
}

function sharedParts(server: McpServer, dialect: Dialect, talk: Talk, there: ObjectValue): readonly Part[] {
  const { switch: key, timeouts, timeoutTable } = dialect
  return [
    {
      names: ["on"],
      keys: key === undefined ? [] : [key.key],
      say: () => {
        if (key !== undefined) return server.on ? [] : [[key.key, !key.on]]
        if (!server.on) talk.cannot.push("it has no switch for a server: one that stands there starts")
        return []
      },
    },
    {
      names: ["timeouts"],
      keys: timeoutTable === undefined ? Object.values(timeouts).map((each) => each.key) : [timeoutTable],
      say: () => {
        const times = timesOf(server, dialect, talk)
        if (timeoutTable === undefined) return times
        const own = new Set(Object.values(timeouts).map((each) => each.key))
        const table = joined(tableAt(there, timeoutTable), own, times)
        return keysOf(table).length === 0 ? [] : [[timeoutTable, table]]
      },
    },
  ]
}

function timesOf(server: McpServer, { timeouts }: Dialect, talk: Talk): Entries {
  return (["start", "request"] as const).flatMap((what): Entries => {
    const [wanted, words] = [server.timeouts[what], timeouts[what]]
    if (wanted === undefined) return []
    if (words !== undefined) return [[words.key, words.unit === "s" ? wanted / 1000 : wanted]]
    talk.notes.push(
      `it has no words for how long to wait ${what === "start" ? "for a server to start" : "for an answer"}`,
    )
    return []
  })
}

function tableAt(entry: ObjectValue, key: string): ObjectValue {
  const table = Object.hasOwn(entry, key) ? entry[key] : undefined
  return isObject(table) ? table : makeObject([])
}
