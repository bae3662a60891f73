import { execFileSync, spawn } from "node:child_process"
import { chmodSync, closeSync, createReadStream, openSync, readFileSync, writeFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { preCommit } from "../../src/app/git/preCommit.ts"
import { makeProject, service } from "./project.ts"
import type { Repository } from "./repository.ts"

/** A repository whose pre-commit hook is answered by this process, which saves the start of a program at each commit. */
export interface Place {
  readonly repository: Repository
  /** Commit, with the hook answered meanwhile. @returns the exit code */
  commit(args: readonly string[]): Promise<number>
  readonly root: string
  dispose(): void
}

export function installInProcess(): Place {
  const files = Object.fromEntries(names.map((name) => [name, service(true, 2000)]))
  const repository = makeProject('{ "preCommit": "fix" }', files)
  const before = process.cwd()
  process.chdir(repository.folder)
  const [ask, answer] = ["ask", "answer"].map((name) => join(repository.folder, ".git", name))
  if (ask === undefined || answer === undefined) throw new Error("no pipes")
  execFileSync("mkfifo", [ask, answer])
  const hook = join(repository.folder, ".git/hooks/pre-commit")
  writeFileSync(hook, `#!/bin/sh\necho "$GIT_INDEX_FILE" > "${ask}"\nread code < "${answer}"\nexit "$code"\n`)
  chmodSync(hook, 0o755)
  const out = openSync(answer, "r+")
  const input = createReadStream(ask, { flags: "r+" })
  createInterface({ input }).on("line", async (index) => {
    if (index === "end") input.destroy()
    else writeSync(out, `${await judge(repository, index)}\n`)
  })
  return {
    repository,
    root: repository.git("rev-parse", "HEAD"),
    commit: (args) =>
      new Promise((resolve, reject) => {
        const child = spawn("git", ["commit", "--quiet", "-m", "x", ...args], {
          cwd: repository.folder,
          env: repository.environment,
          stdio: "ignore",
        })
        child.on("close", (code) => resolve(code ?? -1)).on("error", reject)
      }),
    dispose: () => {
      writeFileSync(ask, "end\n")
      closeSync(out)
      process.chdir(before)
      repository.dispose()
    },
  }
}

async function judge(repository: Repository, index: string): Promise<number> {
  const kept = { ...process.env }
  Object.assign(process.env, repository.environment, { GIT_INDEX_FILE: index })
  try {
    const actor = { kind: "program", name: "test", evidence: [] } as const
    const recording = { actor, command: "test", tell: () => {}, on: false }
    const judged = await preCommit({ cwd: repository.folder, recording })
    return judged?.blocked === true ? 1 : 0
  } catch {
    return 2
  } finally {
    process.env = kept
  }
}

const names = ["a.json", "b.json", "c.json"]

interface Sequence {
  readonly seed: number
  readonly steps: readonly string[]
  readonly commits: number
  /** What is not as it must be; "" when all is. */
  readonly wrong: string
}

/** The three versions of every file. `null`: not there. */
interface State {
  readonly parent: ReadonlyMap<string, string | null>
  readonly head: ReadonlyMap<string, string | null>
  readonly index: ReadonlyMap<string, string | null>
  readonly tree: ReadonlyMap<string, string | null>
}

/** Random edits, stagings and commits, each commit held against what it must have done. */
export async function sequence(place: Place, seed: number): Promise<Sequence> {
  const random = generator(seed)
  const { repository } = place
  repository.git("reset", "--quiet", "--hard", place.root)
  const steps: string[] = []
  let commits = 0
  const length = 4 + random(6)
  for (let step = 0; step < length; step++) {
    const name = names[random(names.length)] ?? "a.json"
    const kind = random(10)
    if (kind < 4) {
      const text = edited(repository.read(name), random)
      repository.write(name, text)
      steps.push(`edit ${name}`)
    } else if (kind < 5) {
      repository.git("add", name)
      steps.push(`add ${name}`)
    } else if (kind < 7) {
      stagePart(repository, name, random)
      steps.push(`stage part of ${name}`)
    } else {
      const how = [[], [], ["-a"], ["--", name], ["--amend"], ["--no-verify"]][random(6)] ?? []
      const before = stateOf(repository)
      const code = await place.commit(how)
      commits++
      steps.push(`commit ${how.join(" ")}: ${code}`)
      const wrong = judgeCommit(before, stateOf(repository), how, code)
      if (wrong !== "") return { seed, steps, commits, wrong }
    }
  }
  return { seed, steps, commits, wrong: "" }
}

/** Line 2 says whether it is on, the last but one the port: these are what rules ask for. All other lines are somebody's own. */
const onLine = /^ {2}"on": (?:true|false),$/m
const offLine = '  "on": false,'
const portLine = /^ {2}"port": \d+$/m

function edited(text: string, random: (below: number) => number): string {
  const lines = text.split("\n")
  const own = lines.flatMap((line, at) => (/^ {2}"(?!on"|port")/.test(line) ? [at] : []))
  const at = own[random(own.length)] ?? 1
  switch (random(8)) {
    case 0:
    case 1:
      return text.replace(onLine, random(3) === 0 ? '  "on": true,' : offLine)
    case 2:
      return text.replace(portLine, `  "port": ${random(3) === 0 ? 80 : 2000}`)
    case 3:
      return lines.toSpliced(at, 0, `  "k${++keys}": ${random(100)},`).join("\n")
    case 4:
      return own.length > 1 ? lines.toSpliced(at, 1).join("\n") : text
    case 5:
      return `${text}${random(2) === 0 ? "\n" : "  \n"}`
    case 6:
      return lines.toSpliced(1, 0, `  "k${++keys}": [${random(9)}],\t`).join("\n")
    default:
      return lines
        .with(at, (lines[at] ?? "").replace(/ \d+,\s*$/, ` ${random(100)},${" ".repeat(random(3))}`))
        .join("\n")
  }
}

/** No key comes twice. */
let keys = 0

/** As `git add -p` does: what is staged gets some of what stands in the tree, or an edit of its own. */
function stagePart(repository: Repository, name: string, random: (below: number) => number): void {
  const text = edited(repository.staged(name), random)
  const oid = execFileSync("git", ["hash-object", "-w", "--stdin"], {
    cwd: repository.folder,
    env: repository.environment,
    input: text,
    encoding: "utf8",
  }).trim()
  repository.git("update-index", "--cacheinfo", `100644,${oid},${name}`)
}

function stateOf(repository: Repository): State {
  const output = execFileSync("git", ["cat-file", "--batch"], {
    cwd: repository.folder,
    env: repository.environment,
    input: names.flatMap((name) => [`HEAD:${name}`, `:${name}`, `HEAD^:${name}`]).join("\n"),
  })
  const texts: (string | null)[] = []
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(10, at)
    const size = / blob (\d+)$/.exec(output.toString("utf8", at, end))?.[1]
    texts.push(size === undefined ? null : output.toString("utf8", end + 1, end + 1 + Number(size)))
    at = size === undefined ? end + 1 : end + Number(size) + 2
  }
  const pick = (offset: number) => new Map(names.map((name, index) => [name, texts[index * 3 + offset] ?? null]))
  const tree = new Map(names.map((name) => [name, readFileSync(join(repository.folder, name), "utf8")]))
  return { head: pick(0), index: pick(1), parent: pick(2), tree }
}

function repaired(text: string | null): string | null {
  return text?.replace(onLine, '  "on": true,') ?? null
}

function isOff(text: string | null | undefined): boolean {
  return text?.includes(offLine) === true
}

function isLow(text: string | null | undefined): boolean {
  return text?.includes('  "port": 80') === true
}

/** The oracle: knows the rules, and nothing of how they are carried out. */
function judgeCommit(before: State, after: State, how: readonly string[], code: number): string {
  const whole = how.includes("-a")
  const only = how[0] === "--" ? how[1] : undefined
  const judged = !how.includes("--no-verify")
  const staged = (name: string) => {
    if (only !== undefined) return (name === only ? before.tree : before.head).get(name) ?? null
    return (whole ? before.tree : before.index).get(name) ?? null
  }
  const differs = (name: string) => staged(name) !== before.head.get(name)
  const mends = (name: string) => judged && differs(name) && isOff(staged(name)) && !isOff(before.head.get(name))
  const blocks = judged && names.some((name) => differs(name) && isLow(staged(name)) && !isLow(before.head.get(name)))
  const brings = (name: string) => (mends(name) ? repaired(staged(name)) : staged(name))
  // A commit that would be empty is refused by git itself, after the hook.
  const old = how.includes("--amend") ? before.parent : before.head
  const empty = names.every((name) => brings(name) === old.get(name))
  if (blocks !== (code === 1) && !(empty && code === 1)) return `it exited with ${code}`
  if (code !== 0 && code !== 1) return `it exited with ${code}`
  const committed = code === 0
  for (const name of names) {
    const head = committed ? brings(name) : before.head.get(name)
    if (after.head.get(name) !== head)
      return `the commit holds ${name} as ${JSON.stringify(after.head.get(name))}, not ${JSON.stringify(head)}`
    const tree = before.tree.get(name) ?? null
    const inTree = mends(name) && isOff(tree) ? repaired(tree) : tree
    if (after.tree.get(name) !== inTree)
      return `the tree holds ${name} as ${JSON.stringify(after.tree.get(name))}, not ${JSON.stringify(inTree)}`
    const index = indexAfter(name, { committed, whole, only, before, brings, mends })
    if (after.index.get(name) !== index)
      return `the index holds ${name} as ${JSON.stringify(after.index.get(name))}, not ${JSON.stringify(index)}`
  }
  return ""
}

interface Case {
  readonly committed: boolean
  readonly whole: boolean
  readonly only: string | undefined
  readonly before: State
  readonly brings: (name: string) => string | null
  readonly mends: (name: string) => boolean
}

/** `git commit -a` and `git commit FILE` work on an index of their own, which is thrown away when the commit is not made. */
function indexAfter(name: string, { committed, whole, only, before, brings, mends }: Case): string | null {
  const old = before.index.get(name) ?? null
  if (whole) return committed ? brings(name) : old
  if (only !== undefined) return committed && name === only ? brings(name) : old
  return mends(name) ? brings(name) : old
}

/** Numbers below a limit, the same for the same seed (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
