import { execFileSync, spawn } from "node:child_process"
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { inflateRawSync } from "node:zlib"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { connect } from "../../src/store/database.ts"
import { McpClient } from "../mcp/client.ts"
import { type Sample, samples } from "./samples.ts"

/**
 * Many secrets of all kinds are planted in files, rules, the configuration, the environment and in what goes wrong; the built command does all that it
 * can; afterwards none is found where it was not planted: in no output, no answer to an agent, no word of a hook, no log, no file of the store with what
 * SQLite keeps beside it, no content that is kept compressed, no cache, no temporary file and no export.
 */
const command = fileURLToPath(new URL("../../dist/cfgsync.js", import.meta.url))
const folder = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-planted-")))
const project = join(folder, "project")
afterAll(() => {
  hub.close()
  rmSync(folder, { recursive: true, force: true })
})

const planted = [1, 2, 3, 4, 5, 6].flatMap(samples)
/** What nothing but the configuration says is secret. */
const marked = { "opencode.json": "correct horse battery", "marked.yaml": "471108", "marked.toml": "Tr0ub4dor" }

const named = (sample: Sample, index: number) => sample.name ?? `value${index}`
const oneLine = planted.filter(({ text }) => !text.includes("\n"))
const part = (from: number, to: number) =>
  planted.slice(Math.floor(planted.length * from), Math.floor(planted.length * to))
const [inJson, inYaml, inToml, inMarkdown, inRules] = [
  part(0, 0.3),
  part(0.3, 0.55),
  part(0.55, 0.7),
  part(0.7, 0.8),
  part(0.8, 0.95),
]
const inEnvironment = oneLine.slice(-8)

const json = (list: readonly Sample[]) => {
  const lines = list.map(
    (sample, index) => `  "k${index}": { "${named(sample, index)}": ${JSON.stringify(sample.text)} }`,
  )
  return `{\n${lines.join(",\n")},\n  "port": "80"\n}\n`
}
const yaml = (list: readonly Sample[]) =>
  `${list.map((sample, index) => `k${index}:\n  ${named(sample, index)}: ${JSON.stringify(sample.text)}\n`).join("")}port: "80"\n`
const toml = (list: readonly Sample[]) =>
  `port = "80"\n${list.map((sample, index) => `[k${index}]\n"${named(sample, index)}" = ${JSON.stringify(sample.text)}\n`).join("")}`

/** Rules that speak of every text, of secrets in themselves, and of the environment. */
const rules = (list: readonly Sample[]) => `
rule t/port "the port is a number" { where $.port is present require $.port is number }
rule t/texts "all texts" { for text in $..* where text is string require text like "*!" message "the text {text}" }
${list.map((sample, index) => `rule t/r${index} "a secret in a rule" {\n  severity info\n  require $.${/^\w+$/.test(named(sample, index)) ? named(sample, index) : "token"} == ${JSON.stringify(sample.text).replaceAll("{", "\\{")}\n}`).join("\n")}
rule t/environment "the environment" {
  require $.port == env("ACME_API_KEY") and $.port == env("ACME_TOKEN_0")
  message "it is {env('ACME_API_KEY')} or {env('ACME_TOKEN_0')}"
}
`

const environment: Record<string, string> = {
  PATH: process.env.PATH ?? "",
  HOME: folder,
  ACME_API_KEY: inEnvironment.find(({ name }) => name !== undefined)?.text ?? "",
  ...Object.fromEntries(inEnvironment.map(({ text }, index) => [`ACME_TOKEN_${index}`, text])),
}

let said = ""

async function run(...argv: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, [command, ...argv], {
    cwd: project,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  })
  said += `\n$ cfgsync ${argv[0]}\n`
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += String(chunk)))
  return new Promise((resolve, reject) => child.on("close", resolve).on("error", reject))
}

/** What the people of the project are told, by a channel that works; what waits for one that does not lies in the store. */
let told = ""
const hub = createServer((request, response) => {
  request.on("data", (chunk) => (told += String(chunk)))
  request.on("end", () => response.end())
})

const until = (holds: () => boolean) => vi.waitFor(() => expect(holds()).toBe(true), { timeout: 120_000, interval: 50 })

/** Watch while something is done, until the people were told of it and nothing more was said for a second. */
async function watch(act: () => void): Promise<void> {
  const child = spawn(process.execPath, [command, "watch", "--format", "json"], {
    cwd: project,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  })
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += String(chunk)))
  const ended = new Promise((resolve) => child.on("close", resolve))
  await until(() => said.includes('"event":"started"') || child.exitCode !== null)
  act()
  await until(() => told.includes("a.json"))
  let before = -1
  while (before !== said.length + told.length) {
    before = said.length + told.length
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
  child.kill("SIGTERM")
  await ended
}

/** An agent asks for all that it may know. */
async function ask(): Promise<void> {
  const client = new McpClient(command, [], project, environment)
  await client.begin()
  const file = { file: "a.json" }
  const calls = {
    check: {},
    preview_fix: {},
    explain: file,
    status: {},
    diff: file,
    history: {},
    effective: { client: "opencode" },
  }
  for (const [name, args] of Object.entries(calls)) {
    const answer = await client.call(name, args)
    said += `\n# ${name}\n${JSON.stringify(answer)}\n${answer.content.map(({ text }) => text).join("\n")}`
    answers.push(`${name} ${answer.isError === true ? "refused" : "answered"}`)
  }
  await client.end()
}
const answers: string[] = []

/** Two sides of a file are merged, what is staged is judged, and what came in is told. What git itself keeps is the user's. */
async function withGit(): Promise<void> {
  const other = { base: "80", ours: "81", theirs: "82" }
  for (const format of ["text", "json"]) {
    for (const side of ["base", "ours", "theirs"] as const)
      put(`${side}.txt`, json(inJson).replace('"port": "80"', `"port": "${other[side]}", "side": "${side}"`))
    await run("merge", "base.txt", "ours.txt", "theirs.txt", "--path", "a.json", "--format", format)
  }
  await run("merge", "--resolve", "ours.txt")
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], {
      cwd: project,
      env: environment,
      stdio: "ignore",
    })
  git("init")
  git("add", "cfgsync.config.json", "a.json", "b.yaml", "t.rule")
  git("commit", "--no-verify", "-m", "one")
  put("a.json", readFileSync(join(project, "a.json"), "utf8").replace(/"port": \d+/, '"port": "80"'))
  git("add", "a.json", "broken.yaml", "marked.yaml")
  for (const format of ["text", "json"]) await run("hooks", "run", "pre-commit", "--format", format)
  await run("check", "--since", "HEAD")
  await run("hooks", "run", "pre-commit", "--policy", "fix")
  git("add", ".")
  git("commit", "--no-verify", "-m", "two")
  await run("hooks", "run", "post-merge", "0")
  await run("rules", "backtest", "t/port", "--format", "json")
  await run("audit", "checkpoint", "--ref", "refs/cfgsync/checkpoints")
}

const put = (path: string, text: string) => writeFileSync(join(project, path), text)

/** Where they were planted: all else is looked through. */
const own = new Set<string>()

beforeAll(async () => {
  mkdirSync(project)
  await new Promise<void>((resolve) => hub.listen(0, "127.0.0.1", resolve))
  const { port } = hub.address() as AddressInfo
  const files = {
    "a.json": json(inJson),
    "b.yaml": yaml(inYaml),
    "c.toml": toml(inToml),
    "d.md": `---\n${yaml(inMarkdown)}---\ntext\n`,
    "broken.yaml": `${yaml(inYaml)}  - x: [\n`,
    "opencode.json": `{ "provider": { "acme": { "options": { "apiKey": "${marked["opencode.json"]}" } } }, "port": "80" }\n`,
    "marked.yaml": `pin: ${marked["marked.yaml"]}\nport: "80"\n`,
    "marked.toml": `port = "80"\nphrase = "${marked["marked.toml"]}"\n`,
    "t.rule": rules(inRules),
    "cfgsync.config.json": JSON.stringify({
      files: ["*.{json,yaml,toml,md}"],
      ignore: ["cfgsync.*"],
      rules: ["t.rule", "cfgsync:secrets"],
      // So that what holds secrets can be accepted.
      severity: { "secrets/*": "warning" },
      sensitive: { "opencode.json": "$.provider.*.options.apiKey", "marked.*": ["$.pin", "/phrase"] },
      notify: {
        hub: { type: "webhook", url: `http://127.0.0.1:${port}/`, severity: "info", group: "0s" },
        nobody: { type: "webhook", url: "http://127.0.0.1:9/", severity: "info", group: "0s" },
      },
      params: { "t/port": { token: oneLine[3]?.text } },
    }),
  }
  for (const [path, text] of Object.entries(files)) {
    put(path, text)
    own.add(join(project, path))
  }
  for (const side of ["base", "ours", "theirs"]) own.add(join(project, `${side}.txt`))
  // What is written stays beside the database, as if another process was looking.
  await run("set", "a.json", "/port", "81")
  const reader = connect(join(project, ".cfgsync", "store.db"))
  reader.exec("begin")
  reader.prepare("select count(*) from changes").get()
  const good = ["a.json", "b.yaml", "c.toml", "d.md", "opencode.json", "marked.yaml", "marked.toml"]
  const [first] = oneLine
  for (const format of ["text", "json", "sarif", "github", "junit"]) await run("check", "--format", format)
  for (const format of ["text", "json"]) await run("fix", "--dry-run", "--rule", "t/port", "--format", format)
  await run("fix", "--rule", "t/port")
  put("t.rule", 'rule t/port "the port is a number" { where $.port is present require $.port is number }\n')
  put("cfgsync.config.json", readFileSync(join(project, "cfgsync.config.json"), "utf8").replace(/,"params".*/, "}"))
  await run("accept", ...good, "--reason", `because of ${first?.text}`)
  for (const file of good) await run("set", file, "/port", "8080")
  await run("set", "a.json", "/fresh", String(oneLine[1]?.text))
  await run("set", "opencode.json", "/provider/acme/options/apiKey", `${marked["opencode.json"]} staple`)
  await run("set", "marked.yaml", "/pin", `${marked["marked.yaml"]}99`)
  await run("undo")
  // Others change them too.
  const drift = (port: string) => {
    for (const file of good)
      put(file, readFileSync(join(project, file), "utf8").replace(/(port"?\s*[:=]\s*)\d+/, `$1${port}`))
  }
  drift("9090")
  for (const format of ["text", "json"]) {
    for (const file of [...good, "broken.yaml"]) await run("diff", file, "--format", format)
    await run("status", "--format", format)
    await run("status", "--details", "--format", format)
    await run("history", "--format", format)
    await run("explain", "a.json", "--format", format)
    await run("explain", "marked.yaml", "--format", format)
    await run("rollback", ...good, "--dry-run", "--format", format)
    await run("audit", "log", "--format", format)
    await run("audit", "verify", "--format", format)
    await run("report", "--format", format)
  }
  await run("rollback", ...good)
  await watch(() => put("a.json", json(inJson).replace("{", `{ "more": "${oneLine[13]?.text}",`)))
  await run("notify", "list")
  drift("9191")
  await run("rollback", ...good)
  await run("audit", "export")
  await run("audit", "checkpoint", "--out", "checkpoint")
  await ask()
  await withGit()
  // What goes wrong.
  await run("set", "broken.yaml", "/port", "1")
  await run("set", "a.json", "/k0/x/y/z", String(oneLine[2]?.text))
  await run("set", "a.json", "$.port", "--type", "number", String(oneLine[4]?.text))
  await run("get", "a.json", `$.k0["${oneLine[5]?.text}"]`)
  await run("check", String(oneLine[6]?.text))
  await run("check", "--config", String(oneLine[7]?.text))
  await run("audit", "verify", "--checkpoint", String(oneLine[8]?.text), "--key", String(oneLine[9]?.text))
  put(
    "cfgsync.config.json",
    JSON.stringify({ files: ["a.json"], token: oneLine[10]?.text, rules: [oneLine[11]?.text] }),
  )
  await run("check")
  put("cfgsync.config.json", JSON.stringify({ files: ["a.json"], rules: ["t.rule"] }))
  put("t.rule", `rule t/x "x" { require $.token == "${oneLine[12]?.text}" and nonsense }\n`)
  await run("check")
  await run("rules", "test", "t.rule")
  // A store that is damaged tells of it, and is rebuilt.
  kept.push(...filesBelow(folder))
  reader.close()
  const store = join(project, ".cfgsync", "store.db")
  writeFileSync(store, Buffer.concat([Buffer.alloc(100), readFileSync(store).subarray(100)]))
  await run("history")
}, 1_200_000)

interface KeptFile {
  readonly path: string
  readonly bytes: Buffer
}

/** As the files were while a log of changes lay beside the database. */
const kept: KeptFile[] = []

function filesBelow(at: string): readonly KeptFile[] {
  return readdirSync(at, { recursive: true, encoding: "utf8" })
    .map((name) => join(at, name))
    .filter((path) => !own.has(path) && !path.startsWith(join(project, ".git/")) && statSync(path).isFile())
    .map((path) => ({ path, bytes: readFileSync(path) }))
}

const window = 10

/** Stretches of a secret that must not be found: all but its beginning, which says whose it is. */
function piecesOf({ text, open }: Pick<Sample, "text" | "open">): readonly string[] {
  const secret = text.startsWith(open) ? text.slice(open.length) : text
  return secret
    .split("\n")
    .filter((line) => !line.startsWith("-----"))
    .flatMap((line) =>
      Array.from({ length: Math.max(1, line.length - window) }, (_, at) => line.slice(at, at + window)),
    )
    .filter((piece) => piece.length >= 5)
}

const pieces = [
  ...planted.map((sample) => ({ what: `${sample.kind.source} ${sample.name ?? ""}`, pieces: piecesOf(sample) })),
  ...Object.entries(marked).map(([file, text]) => ({ what: `marked in ${file}`, pieces: [text] })),
]

function found(text: string): readonly string[] {
  return pieces.flatMap(({ what, pieces: own }) => {
    const piece = own.find((each) => text.includes(each))
    if (piece === undefined) return []
    const at = text.indexOf(piece)
    return [`${what}: …${text.slice(Math.max(0, at - 120), at + 60)}`]
  })
}

describe("of all secrets that were planted, none is found", () => {
  test("which are many, of many kinds, and were worked with", () => {
    expect(new Set(planted.map(({ text }) => text)).size).toBeGreaterThan(200)
    expect(new Set(planted.map(({ kind }) => kind.source)).size).toBeGreaterThan(20)
    for (const word of ["set", "files without an error", "put back", "accepted", "is damaged", "***"])
      expect(said).toContain(word)
    // The rules were read, and what was said of the environment and accepted was said without its secrets.
    for (const line of [/^ {2}it is \*\*\*/m, /^accepted a\.json$/m, /^put back b\.yaml$/m, /^fixed +b\.yaml/m])
      expect(said).toMatch(line)
    expect(found(readFileSync(join(project, "a.json"), "utf8")).length).toBeGreaterThan(50)
  })

  test("in what was said", () => expect(found(said)).toEqual([]))

  test("in what agents are answered and hooks say, of whom all were asked", () => {
    expect(answers.map((answer) => answer.split(" ")[1])).toEqual(answers.map(() => "answered"))
    for (const word of ["# history", "cfgsync hooks", "cfgsync merge", "the commit is stopped", "conflict"])
      expect(said).toContain(word)
  })

  test("in what the people of the project were told", () => {
    expect(told).toContain("a.json")
    expect(found(told)).toEqual([])
  })

  test("in any file but those they were planted in", () => {
    const files = [...kept, ...filesBelow(folder)]
    const names = files.map(({ path }) => path)
    for (const name of ["store.db", "store.db-wal", "checkpoint", "secrets.key"])
      expect(
        names.some((path) => path.endsWith(`/${name}`)),
        name,
      ).toBe(true)
    expect(names.some((path) => path.includes("/.cache/cfgsync/"))).toBe(true)
    for (const { path, bytes } of files) expect([path, found(bytes.toString("latin1"))]).toEqual([path, []])
  })

  test("in any content that is kept, compressed as it is", () => {
    const database = connect(join(project, ".cfgsync", "store.db"))
    const rows = database.prepare("select data, sealed from snapshots").all()
    database.close()
    expect(rows.filter(({ sealed }) => sealed === 1).length).toBeGreaterThan(5)
    for (const { data, sealed } of rows) {
      if (sealed !== 0 || !(data instanceof Uint8Array)) continue
      expect(found(inflateRawSync(data).toString("latin1"))).toEqual([])
    }
  })
})
