/**
 * `npm run bench:start -- [--rounds N]`: what short commands cost over a Node that does nothing. Each is a fresh process on one small file, all
 * of them in turn; the disk's cache, V8's compile cache and cfgsync's own cache of rules are warm.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { parseArgs } from "node:util"
import { type Contestant, inWords, median, race } from "./measure.ts"

const { values } = parseArgs({ options: { rounds: { type: "string", default: "41" } } })
const command = join(import.meta.dirname, "..", "dist", "cfgsync.js")
const folder = mkdtempSync(join(tmpdir(), "cfgsync-start-"))

const manifest = `${JSON.stringify({ name: "shop", version: "1.0.0", type: "module" }, null, 2)}\n`
const rule = `rule shop/private "the shop is not published" {
  severity  warning
  files     "package.json"
  require   $.private is absent or $.private == true
  test "no word of it" { given { "name": "shop" } clean }
}
`
const projects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plain: { "package.json": manifest },
  json: { "package.json": manifest, "cfgsync.config.json": '{ "files": ["package.json"] }\n' },
  typescript: {
    "package.json": manifest,
    "cfgsync.config.ts": 'export default { files: ["package.json"] as string[] }\n',
  },
  rules: {
    "package.json": manifest,
    "cfgsync.config.json": '{ "files": ["package.json"], "rules": ["cfgsync:recommended", "own.rule"] }\n',
    "own.rule": rule,
  },
  yaml: { "compose.yaml": "services:\n  shop:\n    image: shop:1\n    restart: always\n" },
  toml: { "settings.toml": 'title = "shop"\n\n[server]\nport = 80\n' },
}

try {
  measure()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function measure(): void {
  for (const [project, files] of Object.entries(projects)) {
    for (const [path, text] of Object.entries(files)) {
      const full = join(folder, project, path)
      mkdirSync(dirname(full), { recursive: true })
      writeFileSync(full, text)
    }
  }
  const nothing = contestant("node -e 0", "plain", ["-e", "0"])
  const runs = [
    own("cfgsync check, one JSON file", "plain", ["check", "package.json"]),
    own("… with a configuration in JSON", "json", ["check"]),
    own("… with a configuration in TypeScript", "typescript", ["check"]),
    own("… with a rule file of its own", "rules", ["check"]),
    own("cfgsync check, one YAML file", "yaml", ["check", "compose.yaml"]),
    own("cfgsync check, one TOML file", "toml", ["check", "settings.toml"]),
    own("cfgsync get", "plain", ["get", "package.json", "/name"]),
    own("cfgsync --version", "plain", ["--version"]),
  ]
  const times = race([nothing, ...runs], Number(values.rounds))
  const base = times.get(nothing) ?? []
  console.log(`Node ${process.versions.node}, ${availableParallelism()} cores, ${values.rounds} rounds.\n`)
  console.log("| | median [least … most] | over node -e 0: medians | least |")
  console.log("| --- | ---: | ---: | ---: |")
  for (const [{ name }, own] of times) {
    const over = (figure: (times: readonly number[]) => number) =>
      own === base ? "" : `${(figure(own) - figure(base)).toFixed(1)} ms`
    console.log(`| ${name} | ${inWords(own)} | ${over(median)} | ${over(([least = 0]) => least)} |`)
  }
}

function own(name: string, project: string, args: readonly string[]): Contestant {
  return contestant(name, project, [command, ...args])
}

function contestant(name: string, project: string, args: readonly string[]): Contestant {
  return { name, command: args, node: true, cwd: join(folder, project) }
}
