/**
 * `npm run bench:status -- [--files N] [--rounds N]`: `cfgsync status` beside `git status`, of the same tree of files that nobody has changed, whole processes
 * in turn. What both remember (git in its index) is there already. Beside them a Node that does nothing, because no command can be quicker than that.
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { parseArgs } from "node:util"
import { type Contestant, inWords, median, race } from "./measure.ts"

const { values } = parseArgs({
  options: { files: { type: "string", default: "10000" }, rounds: { type: "string", default: "15" } },
})
const command = join(import.meta.dirname, "..", "dist", "cfgsync.js")
const folder = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-bench-status-")))
const tree = join(folder, "tree")
const environment = {
  PATH: process.env.PATH ?? "",
  HOME: join(folder, "home"),
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@example.com",
}

try {
  prepare()
  // Until what was just written is old enough to be believed by its time stamp.
  await setTimeout(4000)
  measure()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function run(file: string, ...args: readonly string[]): void {
  execFileSync(file, args, { cwd: tree, env: environment, stdio: ["ignore", "ignore", "inherit"] })
}

function prepare(): void {
  mkdirSync(join(folder, "home"))
  for (let index = 0; index < Number(values.files); index++) {
    const below = join(tree, `service${Math.floor(index / 100)}`, "config")
    if (index % 100 === 0) mkdirSync(below, { recursive: true })
    const value = {
      name: `setting ${index}`,
      port: 1000 + index,
      hosts: ["a.example", "b.example"],
      nested: { on: true },
    }
    writeFileSync(join(below, `s${index % 100}.json`), `${JSON.stringify(value, null, 2)}\n`)
  }
  writeFileSync(join(tree, "cfgsync.config.json"), '{ "files": ["*/config/*.json"], "rules": [] }\n')
  run("git", "init", "-q")
  run(process.execPath, command, "accept", ".", "--reason", "as they are")
  run("git", "add", "-A")
  run("git", "commit", "-qm", "all of it")
}

function measure(): void {
  const git: Contestant = { name: "git status", command: ["git", "status"], node: false, cwd: tree, environment }
  const node = (name: string, ...args: readonly string[]): Contestant => ({
    name,
    command: args,
    node: true,
    cwd: tree,
    environment,
  })
  const nothing = node("node -e 0", "-e", "0")
  const own = node("cfgsync status", command, "status")
  const times = race([git, nothing, own], Number(values.rounds))
  console.log(
    `Node ${process.versions.node}, ${availableParallelism()} cores, ${values.files} files, ${values.rounds} rounds.\n`,
  )
  console.log("| | median [least … most] |\n| --- | ---: |")
  for (const [{ name }, each] of times) console.log(`| ${name} | ${inWords(each)} |`)
  const [theirs = 0, empty = 0, ours = 0] = [git, nothing, own].map((each) => median(times.get(each) ?? []))
  console.log(`\n${(ours / theirs).toFixed(2)} × git status by the medians (at most 2 is the aim);`)
  console.log(
    `${(empty / theirs).toFixed(2)} × of that is the start of Node, ${((ours - empty) / theirs).toFixed(2)} × what cfgsync does`,
  )
}
