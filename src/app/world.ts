import { posix } from "node:path"
import { matcher } from "../engine/glob.ts"
import { type Format, hasErrors, type Limits } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import { valueAt } from "../model/path.ts"
import type { FileVersion } from "../model/plan.ts"
import type { FileFact } from "../model/rule.ts"
import type { Source } from "../model/source.ts"
import type { Value } from "../model/value.ts"
import type { HeldSecret, World } from "../model/world.ts"
import { literalStart } from "../system/literalStart.ts"
import type { FileStat, System } from "../system/system.ts"
import { type FileState, readFileState, textState } from "./fileState.ts"
import type { LastGood } from "./lastGood.ts"
import { type Loading, openLoading } from "./loading.ts"
import type { Project } from "./project.ts"
import { mayQuote } from "./quotable.ts"

/** What stands in for the disk, by path. */
export type Overlay = ReadonlyMap<string, FileVersion>

/** What the answers to one file's rules were made from: when one of these changes, the file is checked again. */
export interface Dependencies {
  readonly files: Set<string>
  readonly globs: Set<string>
  /** What was asked of the world outside of the files: `command NAME`, `variable NAME`, `last good`. */
  readonly outside: Set<string>
}

/** Whether an answer was made from the file at `path`. */
export function asksFor({ files, globs }: Dependencies, path: string): boolean {
  return files.has(path) || [...globs].some((glob) => matcher([`./${glob}`])(path))
}

/** What files that rules ask for held when they were read last, parsed: good for as long as they hold the same text. */
export type Documents = Map<string, FileState>

/** The files of a project as its rules see them, each read and parsed at most once. */
export class Files {
  readonly project: Project
  readonly #system: System
  readonly #lastGood: LastGood
  readonly #formatOf: (path: string) => Format | undefined
  readonly #limits: Limits
  readonly #ignore: readonly string[]
  readonly #overlay: Overlay
  readonly #documents: Documents | undefined
  readonly #states = new Map<string, FileState>()
  readonly #loadings = new Map<Format, Loading | undefined>()
  readonly #loadingTold = new WeakSet<Dependencies>()
  #last: { readonly path: string; readonly state: FileState } | undefined

  constructor(
    project: Project,
    formatOf: (path: string) => Format | undefined,
    overlay: Overlay,
    documents?: Documents,
  ) {
    const { system, settings, lastGood } = project
    this.project = project
    this.#documents = documents
    this.#system = system
    this.#lastGood = lastGood
    this.#formatOf = formatOf
    this.#limits = settings.limits
    this.#ignore = settings.ignore
    this.#overlay = overlay
  }

  format(path: string): Format | undefined {
    return this.#formatOf(path)
  }

  /** What is laid over the disk's file. */
  over(path: string): FileVersion | undefined {
    return this.#overlay.get(path)
  }

  /**
   * The file that was asked for last is always at hand: its own rules may ask for its text.
   * @param keep remember the answer: for files that many rules ask for, not for the thousands that are looked at once.
   */
  state(path: string, keep: boolean): FileState {
    const known = this.#last?.path === path ? this.#last.state : this.#states.get(path)
    if (known !== undefined) return known
    const over = this.#overlay.get(path)
    const state = over?.source === null ? { kind: "missing" as const } : this.#read(path, over?.source, keep)
    if (keep) this.#states.set(path, state)
    else this.#last = { path, state }
    return state
  }

  #read(path: string, over: Source | undefined, keep: boolean): FileState {
    const format = this.#formatOf(path)
    if (over !== undefined) return textState(this.#system, over, format, this.#limits)
    const state = readFileState(this.#system, path, format, this.#limits, this.#documents?.get(path))
    if (keep) this.#documents?.set(path, state)
    return state
  }

  /** The value of the first document; `undefined` when the file is missing or does not parse. */
  value(path: string): Value | undefined {
    const state = this.state(path, true)
    return state.kind === "text" && !hasErrors(state.parsed) ? state.parsed.documents[0]?.value : undefined
  }

  exists(path: string): boolean {
    const over = this.#overlay.get(path)
    return over === undefined ? this.#stat(path) !== null : over.source !== null
  }

  /** A name that no file can have, or that may not be looked at, is a file that is not there. */
  #stat(path: string): FileStat | null {
    try {
      return this.#system.stat(path)
    } catch (error) {
      if (error instanceof CfgsyncError) return null
      throw error
    }
  }

  list(glob: string): readonly string[] {
    const onDisk = this.#system.list([glob], this.#ignore).filter((path) => this.#overlay.get(path)?.source !== null)
    const added = [...this.#overlay]
      .filter(([path, { source }]) => source !== null && matcher([`./${glob}`])(path))
      .map(([path]) => path)
    return [...new Set([...onDisk, ...added])].sort()
  }

  /** Files that match a glob from anywhere: the folders above its first wildcard are walked, and what is there is held against it in linear time. */
  #matching(glob: string): readonly string[] {
    const plain = literalStart(glob)
    const folder = plain.slice(0, plain.lastIndexOf("/") + 1)
    return this.list(`${folder}**`).filter(matcher([`./${glob}`]))
  }

  /** Permission bits on disk as octal digits (`0644`); `undefined` when nothing is there. */
  mode(path: string): string | undefined {
    return this.#stat(path)?.mode.toString(8).padStart(4, "0")
  }

  /**
   * The world of one file's rules; what they ask for is written down in `dependencies`.
   * @param secrets the texts of the file that hold one, scanned beforehand where a rule asks for them: rules cannot wait.
   */
  world(path: string, dependencies: Dependencies, secrets: ReadonlyMap<string, HeldSecret>): World {
    const seen = (other: string) => {
      dependencies.files.add(other)
      return other
    }
    const within = (other: string) => {
      const place = home(other, this.#system)
      return isWithin(place) ? seen(plainName(place)) : undefined
    }
    return {
      document: (other) => {
        const place = within(other)
        return place === undefined ? undefined : this.value(place)
      },
      documents: (glob) => {
        const place = plainName(glob)
        if (!mayBeListed(place)) return []
        dependencies.globs.add(place)
        return this.list(place).flatMap((other) => {
          const value = this.value(seen(other))
          return value === undefined ? [] : [{ path: other, value }]
        })
      },
      files: (glob) => {
        const place = plainName(glob)
        if (!mayBeListed(place)) return []
        if (literalStart(place) === place) return this.exists(seen(place)) ? [place] : []
        dependencies.globs.add(place)
        return this.#matching(place).map(seen)
      },
      exists: (other) => {
        const place = within(other)
        return place !== undefined && this.exists(place)
      },
      loading: (other) => {
        const place = within(other)
        return place === undefined ? undefined : this.#loading(place, dependencies)
      },
      onPath: (command) => {
        dependencies.outside.add(`command ${command}`)
        return this.#system.onPath(command)
      },
      environment: (name) => {
        dependencies.outside.add(`variable ${name}`)
        const value = this.#system.environment(name)
        if (value !== undefined) mayQuote(`${name}=${value}`)
        return value
      },
      lastGood: (at) => {
        dependencies.outside.add("last good")
        const text = this.#lastGood(path)
        if (text === undefined) return undefined
        const parsed = this.#formatOf(path)?.parse({ path, text, bom: false }, this.#limits)
        return parsed === undefined || hasErrors(parsed) ? undefined : valueAt(parsed.documents[0]?.value, at)
      },
      lastGoodText: () => {
        dependencies.outside.add("last good")
        return this.#lastGood(path)
      },
      file: (fact) => this.#fact(path, fact),
      secrets: () => secrets,
      template: (other) => {
        const place = within(other)
        if (place === undefined) return undefined
        const state = this.state(place, true)
        return state.kind === "text" ? state.source.text : undefined
      },
    }
  }

  #loading(path: string, dependencies: Dependencies): Value | undefined {
    const format = this.#formatOf(path)
    if (format === undefined) return undefined
    if (!this.#loadings.has(format)) this.#loadings.set(format, openLoading(this, this.#system, format))
    const loading = this.#loadings.get(format)
    const found = loading?.of(path)
    if (loading === undefined || this.#loadingTold.has(dependencies)) return found
    this.#loadingTold.add(dependencies)
    for (const glob of loading.asked.globs) dependencies.globs.add(glob)
    for (const file of loading.asked.files) dependencies.files.add(file)
    for (const what of loading.asked.outside) dependencies.outside.add(what)
    return found
  }

  #fact(path: string, fact: FileFact): Value {
    switch (fact) {
      case "exists":
        return this.exists(path)
      case "path":
        return path
      case "name":
        return path.slice(path.lastIndexOf("/") + 1)
      case "mode":
        return this.#overlay.get(path)?.mode ?? this.mode(path) ?? null
      case "size":
        return this.#stat(path)?.size ?? 0
      default: {
        const state = this.state(path, false)
        return state.kind === "text" ? textFact(state.source, fact) : null
      }
    }
  }
}

function textFact(source: Source, fact: "eol" | "bom" | "final_newline"): Value {
  if (fact === "bom") return source.bom
  if (fact === "final_newline") return source.text === "" || /[\r\n]$/.test(source.text)
  const crlf = source.text.includes("\r\n")
  const lf = /(?<!\r)\n/.test(source.text)
  return crlf && lf ? "mixed" : crlf ? "crlf" : "lf"
}

const longestGlob = 1000

/** Names may come from data: what is no path, or leads out of the project by `..`, is a file that is not there. */
function isWithin(path: string): boolean {
  return path !== "" && !path.includes("\0") && !/^\.\.(?:\/|$)/.test(posix.normalize(path))
}

function mayBeListed(glob: string): boolean {
  return isWithin(glob) && !glob.startsWith("/") && glob.length <= longestGlob
}

/** As events and scans call it. */
function plainName(path: string): string {
  return path === "" ? "" : posix.normalize(path).replace(/(?<=.)\/$/, "")
}

function home(path: string, system: System): string {
  return path.startsWith("~/") ? `${system.environment("HOME") ?? "~"}${path.slice(1)}` : path
}
