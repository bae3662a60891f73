import { spawnSync } from "node:child_process"

/** One file that both sides of a merge changed, each in its way, and what people made of it. */
export interface Case {
  readonly repository: string
  readonly commit: string
  readonly path: string
  readonly base: string
  readonly ours: string
  readonly theirs: string
  readonly made: string
}

/** The merges of a repository with two parents and one ancestor, newest first: every file that both sides changed and that is there in the result. */
export function* casesOf(repository: string, wanted: (path: string) => boolean, most: number): Generator<Case> {
  const git = (args: readonly string[], input?: string) =>
    spawnSync("git", ["-C", repository, ...args], { maxBuffer: 2 ** 30, ...(input === undefined ? {} : { input }) })
      .stdout
  const merges = git(["rev-list", "--merges", "--parents", "--all"]).toString().trim().split("\n")
  let found = 0
  for (const line of merges) {
    const [commit = "", one = "", other = "", more] = line.split(" ")
    if (more !== undefined || other === "") continue
    const bases = git(["merge-base", "--all", one, other]).toString().trim().split("\n")
    const [base = ""] = bases
    if (bases.length !== 1 || base === "") continue
    const left = changes(git, base, one)
    const right = left.size === 0 ? left : changes(git, base, other)
    for (const [path, blob] of left) {
      const theirs = right.get(path)
      if (theirs === undefined || theirs === blob || !wanted(path)) continue
      const names = [`${base}:${path}`, blob, theirs, `${commit}:${path}`]
      const texts = readAll(git, names)
      if (texts === undefined) continue
      const [was = "", ours = "", others = "", made = ""] = texts
      yield { repository, commit, path, base: was, ours, theirs: others, made }
      if (++found >= most) return
    }
  }
}

type Run = (args: readonly string[], input?: string) => Buffer

/** The blobs of the files that were changed, not those that came or went. */
function changes(git: Run, from: string, to: string): ReadonlyMap<string, string> {
  const parts = git(["diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--diff-filter=M", from, to])
    .toString()
    .split("\0")
  const found = new Map<string, string>()
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [, mode, , blob = ""] = (parts[index] ?? "").split(" ")
    if (mode?.startsWith("100") === true) found.set(parts[index + 1] ?? "", blob)
  }
  return found
}

/** @returns `undefined` when one is not there, or no text. */
function readAll(git: Run, names: readonly string[]): readonly string[] | undefined {
  const output = git(["cat-file", "--batch"], `${names.join("\n")}\n`)
  const texts: string[] = []
  let at = 0
  for (const _ of names) {
    const end = output.indexOf(10, at)
    const size = /^[0-9a-f]+ blob (\d+)$/.exec(output.toString("utf8", at, end))?.[1]
    if (size === undefined) return undefined
    const bytes = output.subarray(end + 1, end + 1 + Number(size))
    if (bytes.length > 2_000_000 || bytes.includes(0)) return undefined
    texts.push(bytes.toString("utf8"))
    at = end + Number(size) + 2
  }
  return texts
}
