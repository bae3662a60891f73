/**
 * `npm run bench:check -- [1000|10000] [--rounds N] [--without eslint,biome]`: `cfgsync check` of a made-up project beside a script that only
 * reads and parses its files, ESLint, and Biome, in turn, each a fresh process. Absent a count: both.
 */
import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { type Contestant, inWords, median, peakMemory, race, type Times } from "./measure.ts"
import { type Tree, writeTree } from "./tree/tree.ts"

const root = join(import.meta.dirname, "..")
const peers = join(import.meta.dirname, "peers")
const seed = 20_261_123

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string" }, without: { type: "string", default: "" } },
})
const without = values.without.split(",")
const counts = positionals.length === 0 ? [1000, 10_000] : positionals.map(Number)

if (counts.some((count) => !Number.isInteger(count) || count < 10 || count % 10 !== 0)) {
  console.error("a count of files is a multiple of ten")
  process.exitCode = 2
} else {
  installPeers()
  console.log(
    `Node ${process.versions.node}, ${availableParallelism()} cores. Fresh processes; the disk's cache is warm.`,
  )
  for (const count of counts) compare(count)
}

/** ESLint and its plugins are no dependencies of cfgsync, so they come when they are first asked for. */
function installPeers(): void {
  if (without.includes("eslint") || existsSync(join(peers, "node_modules", "eslint"))) return
  execFileSync("npm", ["ci", "--prefix", peers, "--ignore-scripts", "--no-audit", "--no-fund"], {
    stdio: "inherit",
    cwd: peers,
  })
}

function compare(count: number): void {
  const folder = join(tmpdir(), `cfgsync-bench-${count}`)
  const tree = writeTree(folder, count, seed)
  const { check, script, eslint, biome } = contestants(folder)
  const others = [...(without.includes("eslint") ? [] : [eslint]), ...(without.includes("biome") ? [] : [biome])]
  const rounds = Number(values.rounds ?? (count > 2000 ? 5 : 11))
  const times = race([check, script, ...others], rounds)
  const timesOf = (contestant: Contestant) => times.get(contestant) ?? []
  const files = filesOf(tree)
  console.log(`\n## ${tree.files} files, ${(tree.bytes / 2 ** 20).toFixed(1)} MiB, ${rounds} rounds\n`)
  console.log("| | files | time, median [least … most] | a file | cfgsync check a file |")
  console.log("| --- | ---: | ---: | ---: | ---: |")
  for (const each of [check, script, ...others]) row(each.name, files[each.name] ?? tree.files, timesOf(each))
  const [own, base] = [peakMemory(check), peakMemory(script)]
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`
  console.log(`\npeak memory: cfgsync ${mebibytes(own)}, script ${mebibytes(base)}: ${(own / base).toFixed(2)} x`)
  if (others.includes(eslint)) console.log(`peak memory of ESLint: ${mebibytes(peakMemory(eslint))}`)

  function row(name: string, count: number, own: Times): void {
    const ratio = median(timesOf(check)) / tree.files / (median(own) / count)
    const aFile = (median(own) / count).toFixed(3)
    console.log(`| ${name} | ${count} | ${inWords(own)} | ${aFile} ms | ${ratio.toFixed(2)} x |`)
  }
}

/** ESLint has no plugin for front matter here, and Biome reads only JSON of the four. */
function filesOf({ json, yaml, toml }: Tree): Readonly<Record<string, number>> {
  return { "ESLint with jsonc, yml, toml": json + yaml + toml, "Biome lint": json }
}

function contestants(folder: string) {
  const node = { node: true, cwd: folder }
  const own = (name: string) => join(root, "node_modules", name)
  return {
    check: { name: "cfgsync check", command: [join(root, "dist", "cfgsync.js"), "check"], ...node },
    script: { name: "read and parse", command: [join(peers, "readAndParse.mjs"), folder], ...node },
    eslint: {
      name: "ESLint with jsonc, yml, toml",
      command: [join(peers, "node_modules/eslint/bin/eslint.js"), "--config", join(peers, "eslint.config.mjs"), "."],
      ...node,
    },
    biome: {
      name: "Biome lint",
      command: [
        own("@biomejs/biome/bin/biome"),
        "lint",
        `--config-path=${join(peers, "lintJson.json")}`,
        "--max-diagnostics=none",
        ".",
      ],
      ...node,
    },
  } satisfies Record<string, Contestant>
}
