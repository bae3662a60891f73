import type { Surroundings } from "../../../src/model/document.ts"
import type { Path } from "../../../src/model/path.ts"
import { folderOf, type Modules } from "./modules.ts"
import type { Script, Step } from "./script.ts"
import { expand, type Setting, type Target, targetsOf } from "./target.ts"

/** A place in a file of the project. */
export interface Place {
  readonly file: string
  readonly path: Path
}

/** A statement, when it is carried out. */
export interface Done extends Place {
  readonly step: Step
  /** It is carried out at every start. */
  readonly certain: boolean
}

/** Who loads a file. */
export interface Loader {
  /** Absent: the shell itself. */
  readonly by?: string
  /** A glob names it, and not its name. */
  readonly glob: boolean
  readonly certain: boolean
}

/** What happens when a shell starts, statement by statement. */
export interface Start {
  readonly done: readonly Done[]
  readonly loaded: ReadonlyMap<string, Loader>
  /** Files that may be loaded: by a function, or by a name that is computed. */
  readonly perhaps: ReadonlySet<string>
  /** Folders of which files are loaded. */
  readonly folders: ReadonlyMap<string, Loader>
  /** Which of the statements load a file that was loaded before, and who did that. */
  readonly again: readonly (Place & { readonly what: string; readonly by: string })[]
  readonly missing: readonly (Place & { readonly what: string })[]
  /** Some file is named by what only the shell knows. */
  readonly computes: boolean
  /** Start-up files lead it. */
  readonly led: boolean
}

const deepest = 50
/** More is not asked of the disk. */
const mostAsked = 2000
/** Such a file is kept off repositories. */
const keptAway = /local|private|secret|work|machine|host|credential|token|\benv\b/i

/** Follows a start of the shell through the files that it sources. Nothing is run: what stands under a condition is followed as if it held. */
export class Walk implements Start {
  readonly done: Done[] = []
  readonly loaded = new Map<string, Loader>()
  readonly perhaps = new Set<string>()
  readonly folders = new Map<string, Loader>()
  readonly again: (Place & { what: string; by: string })[] = []
  readonly missing: (Place & { what: string })[] = []
  computes = false
  readonly led: boolean
  readonly #around: Surroundings
  readonly #modules: Modules
  readonly #scripts: (path: string) => Script | undefined
  readonly #start: string
  readonly #variables = new Map<string, string>()
  /** Who sourced what lies outside of the project. */
  readonly #outside = new Map<string, { readonly by: string; readonly certain: boolean }>()
  readonly #asked = new Map<string, boolean>()

  /** @param start the folder of the start-up files, relative to the root. */
  constructor(
    around: Surroundings,
    modules: Modules,
    scripts: (path: string) => Script | undefined,
    start: string,
    led: boolean,
  ) {
    this.led = led
    this.#around = around
    this.#modules = modules
    this.#scripts = scripts
    this.#start = start
  }

  load(file: string, loader: Loader, depth = 0): void {
    this.loaded.set(file, loader)
    const script = this.#scripts(file)
    if (script === undefined) return
    const setting: Setting = {
      folder: this.#modules.absolute(folderOf(file)),
      start: this.#modules.absolute(this.#start),
      variables: this.#variables,
    }
    for (const step of script.steps) {
      const { deed, path } = step
      const certain = loader.certain && step.certain
      if (deed.does === "source")
        for (const target of targetsOf(deed.word, setting, deed.loop))
          this.#source(target, { file, path, step, certain }, deed.lazy, depth)
      else {
        this.done.push({ file, path, step, certain })
        if (deed.does === "set" && deed.kind !== "aliases" && typeof deed.value === "string")
          this.#variables.set(deed.name, expand(deed.value, setting))
      }
    }
  }

  #source(target: Target, at: Done, lazy: boolean, depth: number): void {
    const { files, folder } = this.#modules.find(target, this.#start, folderOf(at.file))
    if (target.guessed) this.computes = true
    if (files.length === 0) this.#outsider(target, folder, at, lazy)
    const loader: Loader = { by: at.file, glob: target.glob, certain: at.certain }
    for (const file of files) {
      if (lazy || target.guessed || depth >= deepest) this.perhaps.add(file)
      else {
        const known = this.folders.get(folderOf(file))
        if (known === undefined || (!known.glob && loader.glob)) this.folders.set(folderOf(file), loader)
        const before = this.loaded.get(file)
        if (before === undefined) this.load(file, loader, depth + 1)
        else this.#repeat(file, before.by ?? "zsh", before.certain, at)
      }
    }
    if (files.length > 0 && (lazy || target.guessed)) this.#hide(at)
  }

  #hide(at: Done): void {
    this.done.push({ ...at, step: { ...at.step, deed: { does: "hide" } } })
  }

  /** One of two that are never both carried out is no repetition, as far as that can be told. */
  #repeat(what: string, by: string, certain: boolean, at: Done): void {
    if ((certain || at.certain) && this.#scripts(what)?.once !== true)
      this.again.push({ file: at.file, path: at.path, what, by })
  }

  /** What is no zsh file of the project may do anything. */
  #outsider(target: Target, folder: string | undefined, at: Done, lazy: boolean): void {
    this.#hide(at)
    const { path } = target
    if (target.glob || target.guessed || lazy || path.startsWith("?")) return
    const before = this.#outside.get(path)
    if (before !== undefined) this.#repeat(path, before.by, before.certain, at)
    else this.#outside.set(path, { by: at.file, certain: at.certain })
    if (at.step.bare && at.certain && this.#isMissing(path, folder))
      this.missing.push({ file: at.file, path: at.path, what: this.#modules.relative(path) })
  }

  /** Missing is what is not there though its folder is: of a machine that has none of it nothing is known. */
  #isMissing(path: string, folder: string | undefined): boolean {
    if (/cache\b/i.test(path)) return false
    const { home } = this.#around
    const full = path.startsWith("~/") ? (home === undefined ? undefined : `${home}${path.slice(1)}`) : path
    if (full?.startsWith("/")) {
      if (this.#exists(full)) return false
      const inHome = folderOf(full) === home && !`${this.#around.root}/`.startsWith(`${home}/`)
      if (!inHome && this.#exists(folderOf(full) || "/")) return true
    }
    if (folder === undefined || keptAway.test(path) || !/^[~/]/.test(path)) return false
    return (
      this.#modules.inFolder(folder).length > 0 &&
      !this.#exists(`${folder === "" ? "" : `${folder}/`}${path.slice(path.lastIndexOf("/") + 1)}`)
    )
  }

  #exists(path: string): boolean {
    const known = this.#asked.get(path)
    if (known !== undefined) return known
    const exists = this.#asked.size >= mostAsked || this.#around.exists(path)
    this.#asked.set(path, exists)
    return exists
  }
}
