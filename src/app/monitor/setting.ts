import { existsSync, realpathSync, statSync } from "node:fs"
import { join, relative } from "node:path"
import { CfgsyncError } from "../../model/errors.ts"
import { fileMatcher } from "../../system/folders.ts"
import { meaning } from "../../system/match.ts"
import { absolutePath, type FileLook, lookAtRegularFile } from "../../system/read.ts"
import type { FileStat } from "../../system/system.ts"
import { lastGoodOf } from "../lastGood.ts"
import { mayBeSettled, policiesOf } from "../policy.ts"
import { type Project, slashed } from "../project.ts"
import { literalFiles } from "../selectFiles.ts"
import { hasStore, placeOf } from "../storePlace.ts"
import type { Ground } from "./coverage.ts"
import { Foundation } from "./foundation.ts"
import { Intervals } from "./intervals.ts"
import type { Ledger } from "./ledger.ts"
import { contentOf, WarmRun } from "./warmRun.ts"

/** What is on the disk under a name. */
export interface Seen {
  /** Tells this state from others: hash and permissions, "missing", or why it cannot be read. */
  readonly print: string
  /** Of that what it holds: its hash, "missing" or "unreadable". */
  readonly content: string
  readonly bytes: Uint8Array | undefined
  /** A regular file inside the project, read or not. */
  readonly isFile: boolean
  /** Tells this writing of the file from others that wrote the same. */
  readonly written: string
  /** When it was looked at, in the clock of `performance`: a check may take longer than a save. */
  readonly at: number
  /** How many milliseconds before that it was written, by the clock of the file system; absent: it is not there. */
  readonly age?: number
}

/** Everything that is made from one state of the configuration: replaced as a whole when that changes. */
export class Setting {
  readonly project: Project
  readonly warm: WarmRun
  readonly foundation: Foundation
  readonly intervals: Intervals
  /** Whether the globs mean a path. */
  readonly manages: (path: string) => boolean
  /** Files named without a glob: there also when they are missing. */
  readonly literal: ReadonlySet<string>
  /** The database of what is known to be good, relative to the root where it lies in it. */
  readonly store: string
  readonly #forgetGood: () => void
  #good: ReadonlyMap<string, string> = new Map()
  #guarded: ReadonlySet<string> = new Set()

  private constructor(parts: Pick<Setting, "project" | "warm" | "intervals"> & { readonly forgetGood: () => void }) {
    const { project } = parts
    const { settings, system } = project
    this.project = project
    this.warm = parts.warm
    this.intervals = parts.intervals
    this.#forgetGood = parts.forgetGood
    this.foundation = new Foundation(project)
    this.manages = fileMatcher(
      settings.files.flatMap(({ include }) => include),
      settings.ignore,
    )
    this.literal = new Set(literalFiles(project))
    const store = join(placeOf(project).folder, "store.db")
    const inside = slashed(relative(system.root, store))
    this.store = inside.startsWith("../") ? store : inside
  }

  /** @param due hears of files whose interval has passed. @throws CfgsyncError for what is wrong with the configuration or a rule */
  static async open(given: Project, due: (paths: readonly string[]) => void): Promise<Setting> {
    let known = lastGoodOf(given)
    const project: Project = { ...given, cwd: given.root, lastGood: (path) => known(path) }
    const setting = new Setting({
      project,
      warm: await WarmRun.open(project),
      intervals: await Intervals.open(project.settings.files, due),
      forgetGood: () => {
        known = lastGoodOf(given)
      },
    })
    await setting.#readGood()
    return setting
  }

  /** Whether a file is looked at also where it is not: named without a glob, or known to be good and not free to go. */
  stays(path: string): boolean {
    return this.literal.has(path) || this.#guarded.has(path)
  }

  /** Whether something is known to be good of a file, or it may become so by itself. */
  isSettled(path: string): boolean {
    return mayBeSettled(this.project) && (this.#good.has(path) || policiesOf(this.project.settings.files)(path).chosen)
  }

  /** Tells what is known to be good of a file from what was before; `undefined`: nothing is. */
  readonly goodOf = (path: string): string | undefined => this.#good.get(path)

  /** The store has changed. @returns the files of which something else is known to be good now */
  async renewGood(): Promise<readonly string[]> {
    const before = this.#good
    this.#forgetGood()
    await this.warm.renew()
    await this.#readGood()
    return [...new Set([...before.keys(), ...this.#good.keys()])].filter(
      (path) => before.get(path) !== this.#good.get(path),
    )
  }

  async #readGood(): Promise<void> {
    if (!hasStore(this.project)) return
    const { Drifts } = await import("../drift.ts")
    try {
      const drifts = await Drifts.open(this.project)
      const known = [...drifts.known()]
      this.#good = new Map(known.map(([path, { hash, mode, accepted }]) => [path, `${hash} ${mode} ${accepted}`]))
      const guarded = known.filter(([path]) => this.manages(path) && drifts.policy(path).acceptance !== "auto")
      this.#guarded = new Set(guarded.map(([path]) => path))
    } catch (error) {
      // A damaged store is told of by the check.
      if (!(error instanceof CfgsyncError)) throw error
    }
  }

  /** What is to be covered. */
  ground(ledger: Ledger): Ground {
    const { files, ignore } = this.project.settings
    const also = [...this.literal, ...this.#guarded, ...this.foundation.files(), ...ledger.named(), this.store]
    return {
      patterns: files.flatMap(({ include }) => include),
      ignore,
      sum: ledger.sum,
      also,
      globs: meaning(ledger.globs()),
    }
  }

  look(path: string): Seen {
    const at = performance.now()
    try {
      const { root, settings } = this.project
      const seen = lookAtRegularFile(root, absolutePath(root, path), settings.limits.size, path)
      if (seen !== null) return seenFile(seen, at)
    } catch (error) {
      if (!(error instanceof CfgsyncError)) throw error
    }
    return this.#lookCloser(path, at)
  }

  /** What is no regular file, or cannot be read, and why. */
  #lookCloser(path: string, at: number): Seen {
    const { system, settings } = this.project
    const gone = { content: "missing", bytes: undefined, isFile: false, written: "", at }
    try {
      const stat = system.stat(path)
      if (stat === null) return { ...gone, print: "missing" }
      const isFile = stat.kind === "file"
      try {
        const bytes = system.read(path, settings.limits.size)
        return bytes === null ? { ...gone, print: "missing" } : { ...seenFile({ stat, bytes }, at), isFile }
      } catch (error) {
        if (!(error instanceof CfgsyncError)) throw error
        const writing = writingOf(stat)
        const print = `${error.message} ${writing.written} ${stat.mode}`
        return { print, content: "unreadable", bytes: undefined, isFile, at, ...writing }
      }
    } catch (error) {
      if (error instanceof CfgsyncError) return { ...gone, content: "unreadable", print: error.message }
      throw error
    }
  }

  /** Whether a folder is there, by its own name or through a link. Asked of each temporary file too, so that it is one look. */
  readonly isFolder = (path: string): boolean => {
    try {
      return statSync(join(this.project.root, path), { throwIfNoEntry: false })?.isDirectory() === true
    } catch {
      return false
    }
  }

  /** Whether a path is the file's own name, and no link leads to it. */
  isOwnName(path: string): boolean {
    const { root } = this.project
    const full = join(root, path)
    return !existsSync(full) || slashed(relative(root, realpathSync.native(full))) === path
  }
}

function seenFile({ stat, bytes }: FileLook, at: number): Seen {
  const content = contentOf(bytes)
  return { print: [content, stat.mode].join(" "), content, bytes, isFile: true, at, ...writingOf(stat) }
}

function writingOf({ mtimeNs, size }: FileStat): Pick<Seen, "written" | "age"> {
  return { written: `${mtimeNs} ${size}`, age: Date.now() - Number(mtimeNs / 1_000_000n) }
}
