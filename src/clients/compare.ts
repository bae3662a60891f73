import { resolve } from "node:path"
import type { LocalServer, McpServer, RemoteServer } from "../model/mcpServer.ts"
import type { Call } from "./cage.ts"
import type { Seen } from "./client.ts"
import { type Filling, fillIn } from "./fillIn.ts"

/** How what a client says of its servers is other than what its file says. */
export function notListed(
  servers: ReadonlyMap<string, McpServer>,
  seen: ReadonlyMap<string, Seen>,
  filling: Filling,
): readonly string[] {
  return [...servers].flatMap(([name, server]) => {
    const there = seen.get(name)
    if (there === undefined) return [`${name} is not loaded`]
    return listedOtherwise(server, there, filling).map((what) => `${name}: ${what}`)
  })
}

function listedOtherwise(server: McpServer, seen: Seen, filling: Filling): readonly string[] {
  const problems: string[] = []
  const differs = (what: string, is: string | null | undefined, wanted: string | undefined) => {
    if (is !== undefined && is !== null && wanted !== undefined && is !== wanted)
      problems.push(`its ${what} is not what the file says`)
  }
  if (seen.on !== undefined && seen.on !== server.on)
    problems.push(seen.on ? "it is on, and the file says off" : "it is off, and the file says on")
  if (server.kind === "local") {
    const words = server.command.map((word) => fillIn(word, filling))
    if (seen.command === undefined && seen.url !== undefined) problems.push("its command is lost")
    const known = seen.command?.map((word, index) => (words[index] === undefined ? "" : word))
    differs("command", known && JSON.stringify(known), JSON.stringify(words.map((word) => word ?? "")))
    const line = words.includes(undefined) ? undefined : words.join(" ").trimEnd()
    // A command of several lines is not to be told from what follows it.
    if (line?.includes("\n") !== true) differs("command", seen.line?.trimEnd(), line)
    for (const [key, value] of Object.entries(server.environment)) {
      if (seen.environment === undefined) continue
      if (seen.environment[key] === undefined) problems.push(`its variable ${key} is lost`)
      else differs(`variable ${key}`, seen.environment[key], fillIn(value, filling))
    }
  } else {
    differs("url", seen.url ?? seen.line, fillIn(server.url, filling))
  }
  return problems
}

/** How a server was started, other than its file says. @param first how many arguments are the canary's own */
export function startedOtherwise(
  server: LocalServer,
  calls: readonly Call[],
  project: string,
  filling: Filling,
): readonly string[] {
  const call = calls.findLast((each) => "args" in each)
  if (call === undefined || !("args" in call)) return ["it was not started"]
  const problems: string[] = []
  const wanted = server.command.slice(1).map((word) => fillIn(word, filling))
  if (wanted.length !== call.args.length) problems.push(`it got ${call.args.length} arguments, not ${wanted.length}`)
  for (const [index, word] of wanted.entries())
    if (word !== undefined && call.args[index] !== undefined && call.args[index] !== word)
      problems.push(`its argument ${index + 1} is not what the file says`)
  for (const [key, value] of Object.entries(server.environment)) {
    const filled = fillIn(value, filling)
    if (call.environment[key] === undefined) problems.push(`its variable ${key} is not set`)
    else if (filled !== undefined && call.environment[key] !== filled)
      problems.push(`its variable ${key} is not what the file says`)
  }
  const directory = server.directory === undefined ? undefined : fillIn(server.directory, filling)
  if (directory !== undefined && call.directory !== resolve(project, directory))
    problems.push("it does not start in the folder that the file says")
  return problems
}

/** How a server was asked over HTTP, other than its file says. @param url where the canary stands in for it */
export function askedOtherwise(
  server: RemoteServer,
  calls: readonly Call[],
  url: string | undefined,
  filling: Filling,
): readonly string[] {
  const asked = calls.filter((each) => "headers" in each)
  if (asked.length === 0) return ["it was not asked"]
  // Before the server itself, some ask where one would log in.
  const verbs = { http: ["POST"], sse: ["GET"], either: ["POST", "GET"] }[server.transport]
  const first = asked.find(({ method }) => verbs.includes(method))
  if (first === undefined) return [`it was not asked by ${verbs.join(" or ")}`]
  const problems: string[] = []
  const wanted = url === undefined ? undefined : new URL(url)
  if (wanted !== undefined && first.url !== wanted.pathname + wanted.search)
    problems.push("its address is not what the file says")
  for (const [name, value] of Object.entries(server.headers)) {
    const filled = fillIn(value, filling)
    const got = first.headers[name.toLowerCase()]
    if (got === undefined) problems.push(`its header ${name} was not sent`)
    else if (filled !== undefined && got !== filled) problems.push(`its header ${name} is not what the file says`)
  }
  return problems
}
