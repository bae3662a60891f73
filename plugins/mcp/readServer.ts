import type { Reading } from "../../src/model/lens.ts"
import type { LocalServer, McpServer, RemoteServer, Template, Timeouts } from "../../src/model/mcpServer.ts"
import { isArray, isObject, keysOf, makeObject, type ObjectValue, type Value } from "../../src/model/value.ts"
import type { Dialect } from "./dialect.ts"
import { readTemplate, template } from "./references.ts"

/** Why an entry is none that the client takes. */
class Refusal extends Error {}

/** What a client reads from an entry. */
export function readServer(entry: Value, dialect: Dialect): Reading {
  try {
    if (!isObject(entry)) throw new Refusal("it is no table of settings")
    const server = isRemote(entry, dialect) ? remote(entry, dialect) : local(entry, dialect)
    return { ok: true, server: { ...server, on: isOn(entry, dialect), timeouts: timeouts(entry, dialect) } }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: error.message }
    throw error
  }
}

function isRemote(entry: ObjectValue, dialect: Dialect): boolean {
  const addresses = dialect.addresses.filter(({ key }) => Object.hasOwn(entry, key))
  const hasCommand = Object.hasOwn(entry, "command")
  if (addresses.length > 0 && hasCommand) throw new Refusal("it has both a command and an address")
  if (addresses.length > 1) throw new Refusal(`it has both ${addresses.map(({ key }) => key).join(" and ")}`)
  if (addresses.length === 0 && !hasCommand) throw new Refusal("it has neither a command nor an address")
  const { type } = dialect
  if (type === undefined) return addresses.length > 0
  const word = own(entry, "type")
  const kind = addresses.length > 0 ? "remote" : "local"
  if (word === undefined && type.needed[kind]) throw new Refusal(`it has no type`)
  const words = kind === "local" ? type.local : Object.values(type.remote).flat()
  if (word !== undefined && !(typeof word === "string" && words.includes(word)))
    throw new Refusal(
      `its type is ${JSON.stringify(word)}, not ${words.map((each) => JSON.stringify(each)).join(" or ")}`,
    )
  return kind === "remote"
}

function local(entry: ObjectValue, dialect: Dialect): LocalServer {
  const words = dialect.command === "list" ? texts(entry, "command") : [text(entry, "command"), ...texts(entry, "args")]
  const [program, ...rest] = words.map((word) => readTemplate(word, dialect.references))
  if (program === undefined || program.length === 0) throw new Refusal("its command is empty")
  const directory = dialect.directory === undefined ? undefined : own(entry, dialect.directory)
  return {
    kind: "local",
    command: [program, ...rest],
    environment: { ...named(entry, dialect), ...templates(entry, dialect.environment, dialect) },
    ...(directory === undefined
      ? {}
      : { directory: readTemplate(text(entry, dialect.directory ?? ""), dialect.references) }),
  }
}

function remote(entry: ObjectValue, dialect: Dialect): RemoteServer {
  const address = dialect.addresses.find(({ key }) => Object.hasOwn(entry, key))
  if (address === undefined) throw new Refusal("it has no address")
  const word = own(entry, "type")
  const typed = Object.entries(dialect.type?.remote ?? {}).find(([, words]) => words.some((each) => each === word))
  const transport = typed?.[0] ?? address.transport
  return {
    kind: "remote",
    url: readTemplate(text(entry, address.key), dialect.references),
    transport: transport === "http" || transport === "sse" ? transport : "either",
    headers: { ...namedHeaders(entry, dialect), ...templates(entry, dialect.headers, dialect) },
  }
}

function isOn(entry: ObjectValue, { switch: key }: Dialect): boolean {
  if (key === undefined) return true
  const value = own(entry, key.key)
  if (value === undefined) return true
  if (typeof value !== "boolean") throw new Refusal(`${key.key} is neither true nor false`)
  return value === key.on
}

function timeouts(whole: ObjectValue, dialect: Dialect): Timeouts {
  const entry = dialect.timeoutTable === undefined ? whole : (own(whole, dialect.timeoutTable) ?? makeObject([]))
  if (!isObject(entry)) throw new Refusal(`${dialect.timeoutTable} is no table`)
  const found = Object.entries(dialect.timeouts).flatMap(([what, { key, unit }]) => {
    const value = own(entry, key)
    if (value === undefined) return []
    if (typeof value !== "number" || !(value >= 0)) throw new Refusal(`${key} is no time`)
    return [[what, unit === "s" ? value * 1000 : value] as const]
  })
  return Object.fromEntries(found)
}

/** Variables that the server gets from the client's own environment, by their own name. */
function named(entry: ObjectValue, dialect: Dialect): Readonly<Record<string, Template>> {
  if (dialect.named === undefined) return {}
  return Object.fromEntries(
    texts(entry, dialect.named.environment).map((name) => [name, template([{ kind: "env", name }])]),
  )
}

function namedHeaders(entry: ObjectValue, { named: keys }: Dialect): Readonly<Record<string, Template>> {
  if (keys === undefined) return {}
  const bearer = own(entry, keys.bearer) === undefined ? undefined : text(entry, keys.bearer)
  const byVariable = Object.entries(textMap(entry, keys.headers))
  return {
    ...(bearer === undefined ? {} : { Authorization: template(["Bearer ", { kind: "env", name: bearer }]) }),
    ...Object.fromEntries(byVariable.map(([header, name]) => [header, template([{ kind: "env", name }])])),
  }
}

function templates(entry: ObjectValue, key: string, dialect: Dialect): Readonly<Record<string, Template>> {
  const found = Object.entries(textMap(entry, key))
  return Object.fromEntries(found.map(([name, value]) => [name, readTemplate(value, dialect.references)]))
}

function own(entry: ObjectValue, key: string): Value | undefined {
  return Object.hasOwn(entry, key) ? entry[key] : undefined
}

function text(entry: ObjectValue, key: string): string {
  const value = own(entry, key)
  if (typeof value === "string") return value
  throw new Refusal(value === undefined ? `it has no ${key}` : `${key} is no text`)
}

function texts(entry: ObjectValue, key: string): readonly string[] {
  const value = own(entry, key)
  if (value === undefined) return []
  if (!isArray(value)) throw new Refusal(`${key} is no list`)
  return value.map((each) => {
    if (typeof each !== "string") throw new Refusal(`${key} holds something that is no text`)
    return each
  })
}

function textMap(entry: ObjectValue, key: string): Readonly<Record<string, string>> {
  const value = own(entry, key)
  if (value === undefined) return {}
  if (!isObject(value)) throw new Refusal(`${key} is no table`)
  const found = keysOf(value).map((name) => {
    const each = value[name]
    if (typeof each !== "string") throw new Refusal(`${key}.${name} is no text`)
    return [name, each] as const
  })
  return Object.fromEntries(found)
}

/** What two readings of one server do not agree about, by its name in the model; none: nothing. */
export function differences(left: McpServer, right: McpServer): readonly string[] {
  const differ = (name: string, a: unknown, b: unknown) =>
    JSON.stringify(canonical(a)) === JSON.stringify(canonical(b)) ? [] : [name]
  if (left.kind !== right.kind) return ["kind"]
  const own =
    left.kind === "local" && right.kind === "local"
      ? [
          ...differ("command", left.command, right.command),
          ...differ("environment", left.environment, right.environment),
          ...differ("directory", left.directory, right.directory),
        ]
      : left.kind === "remote" && right.kind === "remote"
        ? [
            ...differ("url", left.url, right.url),
            ...(left.transport === "either" || right.transport === "either"
              ? []
              : differ("transport", left.transport, right.transport)),
            ...differ("headers", left.headers, right.headers),
          ]
        : []
  return [...own, ...differ("on", left.on, right.on), ...differ("timeouts", left.timeouts, right.timeouts)]
}

/** The order of keys does not count. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== "object" || value === null) return value
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]) => [key, canonical(each)])
}
