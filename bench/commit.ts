/**
 * `npm run bench:commit -- [--rounds N] [--files N] [--without eslint,lefthook]`: `git commit` with 5 staged JSON files in a repository of 1,000, with
 * different hooks: none; one that runs a Node that does nothing; husky with lint-staged and ESLint; lefthook with Biome; cfgsync as it installs
 * itself; the same with a monitor that answers it; cfgsync under husky with lint-staged. Each has a repository of its own, they commit in turn; the caches are warm.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { parseArgs } from "node:util"
import { inWords, median } from "./measure.ts"

const root = join(import.meta.dirname, "..")
const peers = join(import.meta.dirname, "peers")
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    files: { type: "string", default: "1000" },
    without: { type: "string", default: "" },
  },
})
const without = values.without.split(",")
const bin = join(root, "node_modules", ".bin")
const peerBin = join(peers, "node_modules", ".bin")
const environment = {
  ...process.env,
  PATH: [bin, peerBin, process.env.PATH].join(":"),
  GIT_AUTHOR_NAME: "A",
  GIT_AUTHOR_EMAIL: "a@example.org",
  GIT_COMMITTER_NAME: "A",
  GIT_COMMITTER_EMAIL: "a@example.org",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
}

interface Guarded {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  /** Run once in the repository. */
  readonly setUp: readonly (readonly string[])[]
  readonly needs?: string
  /** Run once when all is measured. */
  readonly stop?: readonly string[]
}

const husky = { ".husky/pre-commit": "lint-staged\n" }
const guards: readonly Guarded[] = [
  { name: "no hook", files: {}, setUp: [] },
  {
    name: "a hook that runs node -e 0",
    files: { ".git/hooks/pre-commit": `#!/bin/sh\nexec "${process.execPath}" -e 0\n` },
    setUp: [],
  },
  {
    name: "husky, lint-staged, ESLint",
    files: {
      ...husky,
      ".lintstagedrc.json": `{ "*.json": "eslint --config ${join(peers, "eslint.config.mjs")}" }\n`,
    },
    setUp: [["husky"]],
    needs: "eslint",
  },
  {
    name: "lefthook, Biome",
    files: {
      "lefthook.yml":
        "pre-commit:\n  commands:\n    biome:\n      glob: '*.json'\n      run: biome lint {staged_files}\n",
    },
    setUp: [["lefthook", "install"]],
    needs: "lefthook",
  },
  { name: "cfgsync", files: {}, setUp: [["cfgsync", "hooks", "install"]] },
  {
    name: "cfgsync, monitor running",
    files: {},
    setUp: [
      ["cfgsync", "hooks", "install"],
      ["cfgsync", "watch", "--no-fix", "--detach"],
    ],
    stop: ["cfgsync", "watch", "--stop"],
  },
  {
    name: "husky, lint-staged, cfgsync",
    files: { ...husky, ".lintstagedrc.json": '{ "*.json": "cfgsync hooks run pre-commit" }\n' },
    setUp: [["husky"]],
  },
]

const place = mkdtempSync(join(tmpdir(), "cfgsync-commit-"))
try {
  installPeers()
  measure()
} finally {
  rmSync(place, { recursive: true, force: true })
}

/** ESLint and lefthook are no dependencies of cfgsync, so they come when they are first asked for. */
function installPeers(): void {
  const wanted = ["eslint", "lefthook"].filter((each) => !without.includes(each))
  if (wanted.every((each) => existsSync(join(peerBin, each)))) return
  execFileSync("npm", ["ci", "--prefix", peers, "--ignore-scripts", "--no-audit", "--no-fund"], {
    stdio: "inherit",
    cwd: peers,
  })
}

function isThere({ needs }: Guarded): boolean {
  if (needs === undefined || without.includes(needs)) return needs === undefined
  const there = (environment.PATH ?? "").split(":").some((folder) => existsSync(join(folder, needs)))
  if (!there) console.log(`without ${needs}, which is not installed`)
  return there
}

function measure(): void {
  const racers = guards.filter(isThere)
  const times = new Map(racers.map((each) => [each, [] as number[]]))
  const at = racers.map((each, index) => ({ each, folder: join(place, String(index)) }))
  try {
    for (const { each, folder } of at) prepare(each, folder)
    for (let round = -2; round < Number(values.rounds); round++) {
      for (const { each, folder } of at) {
        const taken = commit(each, folder, round)
        if (round >= 0) times.get(each)?.push(taken)
      }
    }
  } finally {
    for (const { each, folder } of at)
      spawnSync(each.stop?.[0] ?? "true", each.stop?.slice(1) ?? [], { cwd: folder, env: environment })
  }
  for (const own of times.values()) own.sort((a, b) => a - b)
  const of = (name: string) => median(times.get(racers.find((each) => each.name === name) ?? racers[0] ?? fail()) ?? [])
  const [none, node] = [of("no hook"), of("a hook that runs node -e 0")]
  console.log(
    `Node ${process.versions.node}, ${availableParallelism()} cores, ${values.files} files, 5 staged, ${values.rounds} rounds.\n`,
  )
  console.log("| hook | git commit, median [least … most] | added | over node -e 0 |")
  console.log("| --- | ---: | ---: | ---: |")
  for (const [{ name }, own] of times) {
    const middle = median(own)
    console.log(`| ${name} | ${inWords(own)} | ${(middle - none).toFixed(0)} ms | ${(middle - node).toFixed(0)} ms |`)
  }
}

function fail(): never {
  throw new Error("nothing to measure")
}

function run(folder: string, program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { cwd: folder, env: environment, encoding: "utf8" })
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error?.message ?? stderr}`)
}

function prepare({ files, setUp }: Guarded, folder: string): void {
  mkdirSync(folder, { recursive: true })
  run(folder, "git", ["init", "--quiet"])
  run(folder, "git", ["config", "maintenance.auto", "false"])
  put(folder, ".gitignore", "node_modules\n.cfgsync\n.husky/_\n")
  for (let index = 0; index < Number(values.files); index++) put(folder, pathOf(index), text(index, 0))
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
  run(folder, "git", ["add", "."])
  run(folder, "git", ["commit", "--quiet", "-m", "first"])
  for (const [path, content] of Object.entries(files)) {
    put(folder, path, content)
    chmodSync(join(folder, path), 0o755)
  }
  for (const [program = "", ...args] of setUp) run(folder, program, args)
  run(folder, "git", ["add", "."])
  spawnSync("git", ["commit", "--quiet", "--no-verify", "-m", "hooks"], { cwd: folder, env: environment })
}

function put(folder: string, path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}

function pathOf(index: number): string {
  return `services/s${index % 50}/f${index}.json`
}

function text(index: number, round: number): string {
  const list = Array.from({ length: 20 }, (_, at) => ({ name: `item-${at}`, port: 3000 + at, enabled: at % 2 === 0 }))
  return `${JSON.stringify({ id: index, revision: round, list }, null, 2)}\n`
}

/** @returns milliseconds of the commit alone */
function commit({ name }: Guarded, folder: string, round: number): number {
  const paths = Array.from({ length: 5 }, (_, index) => index * 7)
  for (const index of paths) put(folder, pathOf(index), text(index, round + 10))
  run(folder, "git", ["add", "services"])
  const before = performance.now()
  const { status, stderr, stdout } = spawnSync("git", ["commit", "--quiet", "-m", "next"], {
    cwd: folder,
    env: environment,
    encoding: "utf8",
  })
  const taken = performance.now() - before
  if (status !== 0) throw new Error(`${name}: the commit failed: ${stdout}${stderr}`)
  return taken
}
