/**
 * `npm run bench:record -- [--changes N] [--folder DIR]`: what one acknowledged change costs (contents, entries of the log, the file itself), side by
 * side with its syncs alone: as many, after writes of the same kinds in the same kinds of places, and nothing else. Both go on in turn, in this process,
 * on the disk that the folder is on. With strace first: that both force as much to the disk, or the comparison would say nothing.
 */
import { spawnSync } from "node:child_process"
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { inWords, median } from "./measure.ts"

const { values } = parseArgs({
  options: {
    changes: { type: "string", default: "60" },
    folder: { type: "string", default: tmpdir() },
    count: { type: "string" },
    floors: { type: "string" },
  },
})
const folder = mkdtempSync(join(values.folder, "cfgsync-bench-record-"))
process.env.HOME = join(folder, "home")
delete process.env.XDG_STATE_HOME
delete process.env.XDG_CONFIG_HOME
const library = join(import.meta.dirname, "..", "dist", "index.js")
const { editFile }: typeof import("../src/app/edit.ts") = await import(library)

try {
  prepare()
  if (values.count === undefined && values.floors === undefined) {
    countSyncs()
    await compare()
  }
  for (let index = 0; index < Number(values.count ?? 0); index++) await change(1 + index)
  for (let index = 0; index < Number(values.floors ?? 0); index++) floor()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function prepare(): void {
  mkdirSync(join(folder, "home"))
  mkdirSync(join(folder, "project"))
  writeFileSync(join(folder, "project", "cfgsync.config.json"), '{ "files": ["a.json"], "rules": [] }')
  writeFileSync(join(folder, "project", "a.json"), `${JSON.stringify({ name: "shop", number: 0 }, null, 2)}\n`)
}

function change(value: number): Promise<unknown> {
  return editFile({ cwd: join(folder, "project"), file: "a.json", path: "$.number", operation: "set", value })
}

/** Syncs of one change and of one floor, each by the difference of two runs: the first also makes the store and the keys. */
function countSyncs(): void {
  const [change = 0, floor = 0] = ["--count", "--floors"].map((what) => {
    const [few = 0, many = 0] = [1, 11].map((times) => syncsOf([what, String(times)]))
    return (many - few) / 10
  })
  if (change !== floor) throw new Error(`a change has ${change} syncs, what it is compared with ${floor}`)
}

function syncsOf(own: readonly string[]): number {
  const trace = join(folder, "trace")
  const command = [process.execPath, import.meta.filename, "--folder", values.folder, ...own]
  const { status } = spawnSync("strace", ["-f", "-o", trace, "-e", "trace=fsync,fdatasync", ...command], {
    stdio: "ignore",
  })
  if (status !== 0) throw new Error(`strace cannot count the syncs here (${status})`)
  return readFileSync(trace, "utf8").match(/ f(?:data)?sync\(/g)?.length ?? 0
}

async function compare(): Promise<void> {
  for (let index = 0; index < 5; index++) await change(index)
  const rounds = Number(values.changes)
  const times: { readonly change: number[]; readonly floor: number[] } = { change: [], floor: [] }
  for (let round = 0; round < rounds; round++) {
    let before = performance.now()
    await change(1000 + round)
    times.change.push(performance.now() - before)
    before = performance.now()
    floor()
    times.floor.push(performance.now() - before)
  }
  for (const own of [times.change, times.floor]) own.sort((a, b) => a - b)
  console.log(
    `Node ${process.versions.node}, ${availableParallelism()} cores, ${rounds} changes in turn, ${values.folder}.\n`,
  )
  console.log("| | median [least … most] |\n| --- | ---: |")
  console.log(`| one acknowledged change | ${inWords(times.change)} |`)
  console.log(`| its syncs alone | ${inWords(times.floor)} |`)
  console.log(`\n${(median(times.change) / median(times.floor)).toFixed(2)} × by the medians (at most 3 is the aim)`)
}

/** A new log of changes beside a database: its head, the folder, the intent; a file: new content, its folder; the outcome; and all of it into the database. */
function floor(): void {
  const [store, project] = [join(folder, "floor", ".cfgsync"), join(folder, "floor")]
  mkdirSync(store, { recursive: true })
  const log = openSync(join(store, "log"), "w")
  sync(log, 32)
  syncFolder(store)
  sync(log, 5 * 4096)
  const fresh = openSync(join(project, ".a.json.tmp"), "w")
  sync(fresh, 64)
  closeSync(fresh)
  renameSync(join(project, ".a.json.tmp"), join(project, "a.json"))
  syncFolder(project)
  sync(log, 4 * 4096)
  fsyncSync(log)
  const database = openSync(join(store, "database"), "a")
  sync(database, 2 * 4096)
  closeSync(database)
  closeSync(log)
  rmSync(join(store, "log"))
}

function sync(handle: number, bytes: number): void {
  writeSync(handle, Buffer.alloc(bytes, 1))
  fsyncSync(handle)
}

function syncFolder(path: string): void {
  const handle = openSync(path, "r")
  fsyncSync(handle)
  closeSync(handle)
}
