import { CfgsyncError } from "../../model/errors.ts"
import { findProgram } from "../program.ts"
import { type Environment, findGit, type GitPlace } from "./place.ts"

interface GitRun {
  readonly input?: string | Uint8Array
  /** Another index than the one that git is at work on; absolute. */
  readonly index?: string
  /** Do not say that paths are meant letter by letter, because the command refuses to hear it. */
  readonly unsaid?: true
  /** Bytes of output; beyond, it is a failure. */
  readonly limit?: number
}

interface GitAnswer {
  readonly status: number
  readonly stdout: Buffer
  readonly stderr: string
}

/**
 * The git that is installed, at work in one folder of a worktree. Paths that go in are taken letter by letter, paths that come out are relative to
 * `folder`. Only what is asked for is written: no lock is taken and no index refreshed on the way.
 */
export interface Git extends GitPlace {
  /** Absolute, links resolved: at or below `top`. */
  readonly folder: string
  /** Output of `git …`. @throws CfgsyncError `git-failed`, in git's own words, when it does not exit 0 */
  run(args: readonly string[], options?: GitRun): Buffer
  /** The same for a command that answers by its exit code. @throws CfgsyncError `git-failed` only when it could not be run, or git does not trust the repository */
  ask(args: readonly string[], options?: GitRun): GitAnswer
}

const usualLimit = 1024 * 1024 * 1024

/** @param folder absolute, links resolved.  @param cwd see `findGit`.  @returns `null` outside of every worktree.  @throws CfgsyncError `not-possible-here` where git is not installed */
export function openGit(folder: string, environment: Environment, cwd?: string): Git | null {
  const place = findGit(folder, environment, cwd)
  if (place === null) return null
  // A program inside the worktree is none to ask.
  const program = findProgram("git", environment.PATH ?? "", place.top)
  if (program === undefined) {
    throw new CfgsyncError("not-possible-here", "git is not installed, or not on PATH")
  }
  const own: Environment = {
    ...place.environment,
    LC_ALL: "C",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
  }
  const ask = (args: readonly string[], { input, index, unsaid, limit = usualLimit }: GitRun = {}): GitAnswer => {
    // Loaded when first needed: most runs ask git nothing.
    const { spawnSync } = process.getBuiltinModule("node:child_process")
    const done = spawnSync(program, args, {
      cwd: folder,
      env: {
        ...own,
        ...(unsaid === undefined ? { GIT_LITERAL_PATHSPECS: "1" } : {}),
        ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
      },
      maxBuffer: limit,
      ...(input === undefined ? { stdio: ["ignore", "pipe", "pipe"] } : { input }),
    })
    if (done.error !== undefined) throw failed(args, done.error.message, done.error)
    const stderr = done.stderr.toString("utf8")
    // No answer to what was asked: git answers nothing here.
    if (done.status === 128 && foreign.test(stderr)) throw failed(args, stderr)
    return { status: done.status ?? 1, stdout: done.stdout, stderr }
  }
  const run = (args: readonly string[], options?: GitRun): Buffer => {
    const { status, stdout, stderr } = ask(args, options)
    if (status !== 0) throw failed(args, stderr)
    return stdout
  }
  return { ...place, folder, ask, run }
}

/** Whether something that was thrown is the word of an output that grew too long. */
export function isTooLong(error: unknown): boolean {
  const cause = error instanceof CfgsyncError ? error.cause : undefined
  return cause instanceof Error && "code" in cause && cause.code === "ENOBUFS"
}

export const worktreeAdvice = "go to one of its worktrees (git worktree add FOLDER makes one), or to a clone"

const foreign = /dubious ownership/

const advices: readonly (readonly [RegExp, string])[] = [
  [foreign, "somebody else owns this repository; if you trust it: git config --global --add safe.directory FOLDER"],
  [/must be run in a work tree/, worktreeAdvice],
]

function failed(args: readonly string[], words: string, cause?: Error): CfgsyncError {
  const said = words.trim().replace(/^(?:fatal|error): /, "")
  const [first = ""] = said.split("\n")
  const advice = advices.find(([words]) => words.test(said))?.[1]
  const command = args.find((word) => !word.startsWith("-")) ?? ""
  return new CfgsyncError("git-failed", `git ${command} failed: ${first}`, advice, { cause })
}

/** The parts of an output with `-z`, each as text: a name that is no UTF-8 is told with a sign in place of its bad bytes. */
export function nulParts(output: Buffer): readonly string[] {
  const text = output.toString("utf8")
  return text === "" ? [] : (text.endsWith("\0") ? text.slice(0, -1) : text).split("\0")
}
