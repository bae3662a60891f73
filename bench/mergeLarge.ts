/**
 * `npm run bench:merge:large -- [--rounds N]`: what `cfgsync merge` of files of ten thousand lines costs over a Node that does nothing. Each is a fresh process,
 * all of them in turn.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { type Contestant, inWords, median, race } from "./measure.ts"

const { values } = parseArgs({ options: { rounds: { type: "string", default: "3" } } })
const command = join(import.meta.dirname, "..", "dist", "cfgsync.js")
const folder = mkdtempSync(join(tmpdir(), "cfgsync-merge-"))

/** Lines of servers, six each. */
const count = 1_667
type Server = Readonly<Record<string, string | number | boolean | readonly string[]>>
type Servers = readonly (readonly [string, Server])[]

const base: Servers = Array.from({ length: count }, (_, at) => [`server${at}`, server(at)] as const)

function server(at: number): Server {
  return { type: "local", command: `run-${at}`, args: ["-y", `package-${at}`], port: 1000 + at, on: true }
}

function changed(places: readonly number[], more: Server): Servers {
  return base.map(([name, own], at) => [name, places.includes(at) ? { ...own, ...more } : own] as const)
}

const each100 = Array.from({ length: 16 }, (_, at) => at * 100)
const cases: Readonly<Record<string, readonly [Servers, Servers]>> = {
  "far from each other": [changed([10], { port: 1 }), changed([1500], { port: 2 })],
  "lines next to each other": [changed(each100, { port: 1 }), changed(each100, { on: false })],
  "entries at one place": [
    [...base, ["mine", server(1)]],
    [...base, ["yours", server(2)]],
  ],
  "a conflict": [changed([800], { port: 1 }), changed([800], { port: 2 })],
  "16 conflicts": [changed(each100, { port: 1 }), changed(each100, { port: 2 })],
}

const wordings: Readonly<Record<string, (servers: Servers) => string>> = {
  json: (servers) => `${JSON.stringify({ servers: Object.fromEntries(servers) }, null, 2)}\n`,
  yaml: (servers) =>
    `# all of them\nservers:\n${servers.map(([name, own]) => `  ${name}:\n${lines(own, "    ", ": ")}`).join("")}`,
  toml: (servers) =>
    `# all of them\n${servers.map(([name, own]) => `[servers.${name}]\n${lines(own, "", " = ")}`).join("")}`,
}

function lines(own: Server, indent: string, sign: string): string {
  return Object.entries(own)
    .map(([key, value]) => `${indent}${key}${sign}${JSON.stringify(value)}\n`)
    .join("")
}

try {
  const nothing: Contestant = { name: "node -e 0", command: ["-e", "0"], node: true, cwd: folder }
  const runs = Object.entries(wordings).flatMap(([format, words]) =>
    Object.entries(cases).map(([name, sides]) => merge(format, name, words, sides)),
  )
  const times = race([nothing, ...runs], Number(values.rounds))
  const least = median(times.get(nothing) ?? [])
  for (const [{ name }, own] of times)
    console.log(`${name}: ${inWords(own)}, ${(median(own) - least).toFixed(0)} ms over`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function merge(
  format: string,
  name: string,
  words: (servers: Servers) => string,
  sides: readonly [Servers, Servers],
): Contestant {
  const files = [base, ...sides].map((servers, at) => {
    const file = `${name.replaceAll(" ", "-")}-${at}.${format}`
    writeFileSync(join(folder, file), words(servers))
    return file
  })
  const args = [command, "merge", ...files, "--output", "merged"]
  return { name: `${format}, ${name}`, command: args, node: true, cwd: folder }
}
