import { type GitChange, parseRaw } from "./changes.ts"
import { type Git, nulParts } from "./git.ts"

/** Full name of a commit. @returns `null` when nothing is called so */
export function resolveCommit(git: Git, name: string): string | null {
  const { status, stdout } = git.ask(["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`])
  return status === 0 ? stdout.toString("utf8").trim() : null
}

/** The newest commit that both have. @returns `null` when they have none */
export function mergeBase(git: Git, one: string, other: string): string | null {
  const { status, stdout } = git.ask(["merge-base", one, other])
  return status === 0 ? (stdout.toString("utf8").trim().split("\n")[0] ?? null) : null
}

/** One commit against its first parent; `changes` below the folder only. */
export interface GitCommit {
  readonly oid: string
  readonly parents: readonly string[]
  /** Seconds since 1970, of the committer. */
  readonly time: number
  readonly author: string
  readonly subject: string
  readonly changes: readonly GitChange[]
}

export interface LogRange {
  /** Absent: HEAD. */
  readonly to?: string
  /** A commit; it and what it has are left out. */
  readonly from?: string
  /** As git understands a date. */
  readonly since?: string
  /** Only commits that change one of these, and only these changes. */
  readonly paths?: readonly string[]
  readonly most?: number
}

const format = "%x01%H%x00%P%x00%ct%x00%an%x00%s"

/** The commits that led to a state, newest first; of merges only the first parent's side: what each brought to this line. */
export function commitLog(git: Git, { to = "HEAD", from, since, paths = [], most }: LogRange): readonly GitCommit[] {
  const args = ["log", "--first-parent", "-m", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff"]
  const limits = [
    ...(since === undefined ? [] : [`--since=${since}`]),
    ...(most === undefined ? [] : [`--max-count=${most}`]),
  ]
  const range = from === undefined ? to : `${from}..${to}`
  const all = [...args, "--relative", "--root", "--no-show-signature", `--format=${format}`, ...limits]
  const output = git.run([...all, "--end-of-options", range, "--", ...paths])
  return output
    .toString("utf8")
    .split("\u0001")
    .slice(1)
    .map((text) => parseCommit(nulParts(Buffer.from(text))))
}

function parseCommit([oid = "", parents = "", time = "", author = "", subject = "", ...rest]: readonly string[]) {
  const first = rest.findIndex((part) => /^\n?:/.test(part))
  const parts = first < 0 ? [] : rest.slice(first).map((part) => part.replace(/^\n:/, ":"))
  return {
    oid,
    parents: parents === "" ? [] : parents.split(" "),
    time: Number(time),
    author,
    subject,
    changes: parseRaw(parts.filter((part) => part !== "")),
  }
}
