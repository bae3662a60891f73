import type { Surroundings } from "../../../src/model/document.ts"
import type { Target } from "./target.ts"

/** Which files of the project a target means. */
export interface Found {
  readonly files: readonly string[]
  /** The folder of the project that it speaks of. */
  readonly folder?: string
}

const nothing: Found = { files: [] }
/** Of files with one and the same name so many are compared. */
const mostAlike = 100
const mostGlobs = 500
/** Such a folder stands for no home folder. */
const elsewhere = /(?:^|\/)(?:\.|dot_)?config(?:\/|$)/

/**
 * The zsh files of a project, found by what the shell calls them. A repository of dotfiles seldom lies where its files are used: `~/.zsh/conf.d/a.zsh`
 * may be `zsh/conf.d/a.zsh` or `dot_zsh/conf.d/a.zsh` in it. So a path is followed from its end, dots aside, as far as it fits.
 */
export class Modules {
  readonly #around: Surroundings
  readonly #paths: ReadonlySet<string>
  readonly #byName: ReadonlyMap<string, readonly string[]>
  readonly #inFolder: ReadonlyMap<string, readonly string[]>
  readonly #folders: ReadonlyMap<string, readonly string[]>
  readonly #known = new Map<string, Found>()
  #globs = 0

  constructor(around: Surroundings) {
    this.#around = around
    this.#paths = new Set(around.paths)
    this.#byName = Map.groupBy(around.paths, (path) => plain(nameOf(path)))
    this.#inFolder = Map.groupBy(around.paths, folderOf)
    this.#folders = Map.groupBy(this.#inFolder.keys(), (folder) => plain(nameOf(this.absolute(folder))))
  }

  absolute(path: string): string {
    return path === "" ? this.#around.root : `${this.#around.root}/${path}`
  }

  relative(path: string): string {
    return path.startsWith(`${this.#around.root}/`) ? path.slice(this.#around.root.length + 1) : path
  }

  inFolder(folder: string): readonly string[] {
    return this.#inFolder.get(folder) ?? []
  }

  /** @param start the folder of the start-up files, and @param own of the file that speaks, both relative to the root. */
  find(target: Target, start: string, own: string): Found {
    const key = JSON.stringify([target.path, start, own])
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const found = target.glob ? this.#matching(target.path, start, own) : this.#file(target.path, start, own)
    this.#known.set(key, found)
    return found
  }

  #file(path: string, start: string, own: string): Found {
    const exact = this.#exact(path, own)
    if (exact !== undefined) {
      if (exact === "") return nothing
      return { files: this.#paths.has(exact) ? [exact] : [], folder: folderOf(exact) }
    }
    const tail = segmentsOf(path)
    const near = tail.length === 1 ? [start, own].filter((folder) => !elsewhere.test(folder)) : undefined
    const file = this.#best(this.#byName.get(plain(tail.at(-1) ?? "")), tail, start, near)
    if (file !== undefined) return { files: [file], folder: folderOf(file) }
    const folders = tail.slice(0, -1)
    const folder = /^\?/.test(path) ? undefined : this.#folder(folders, path, start, own)
    return folder === undefined ? nothing : { files: [], folder }
  }

  /** A path that lies in the project where it says; empty for one that lies outside; `undefined` where that is not known. */
  #exact(path: string, own: string): string | undefined {
    const { root, home } = this.#around
    const full = path.startsWith("~/") && home !== undefined ? `${home}${path.slice(1)}` : path
    const clean = normal(full)
    if (clean.startsWith(`${root}/`)) return clean.slice(root.length + 1)
    if (path.startsWith("/")) return ""
    return /^[~?]\//.test(path) ? undefined : normal(own === "" ? path : `${own}/${path}`)
  }

  #folder(tail: readonly string[], path: string, start: string, own: string): string | undefined {
    const exact = this.#exact(path, own)
    if (exact !== undefined) return exact === "" ? undefined : folderOf(exact)
    return this.#best(this.#folders.get(plain(tail.at(-1) ?? "")), tail, start)
  }

  /** What fits a path furthest from its end; of equals what is nearest to the start-up files. @param near only what lies in one of these folders */
  #best(
    candidates: readonly string[] | undefined,
    tail: readonly string[],
    start: string,
    near?: readonly string[],
  ): string | undefined {
    let best: { readonly path: string; readonly fits: number; readonly shared: number } | undefined
    for (const path of (candidates ?? []).slice(0, mostAlike)) {
      if (near !== undefined && !near.includes(folderOf(path))) continue
      const fits = fitting(segmentsOf(this.absolute(path)), tail)
      // A name alone says little, but of a folder.
      if (fits < Math.min(2, tail.length) && this.#paths.has(path)) continue
      const shared = sharing(path, start)
      if (best === undefined || fits > best.fits || (fits === best.fits && shared > best.shared))
        best = { path, fits, shared }
    }
    return best?.path
  }

  /** In the order in which zsh names them. */
  #matching(path: string, start: string, own: string): Found {
    if (++this.#globs > mostGlobs) return nothing
    const segments = path.split("/")
    const first = segments.findIndex((segment) => /[*?[{]/.test(segment) && segment !== "?" && segment !== "~")
    const literal = segments.slice(0, first).join("/")
    const folder = this.#folder(segmentsOf(literal), `${literal}${literal === "" ? "" : "/"}*`, start, own)
    if (folder === undefined) return nothing
    const glob = segments.slice(first).join("/")
    const below =
      segments.length - first === 1
        ? this.inFolder(folder)
        : this.#around.paths.filter((each) => folder === "" || each.startsWith(`${folder}/`))
    const files = below.filter((each) => {
      const rest = folder === "" ? each : each.slice(folder.length + 1)
      // A star means no hidden file.
      return (glob.startsWith(".") || !rest.startsWith(".")) && this.#around.like(rest, glob)
    })
    return { files, folder }
  }
}

export function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ""
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1)
}

/** Without the dot, which dotfiles lose in a repository, or chezmoi words. */
export function plain(name: string): string {
  return name.replace(/^(?:\.|dot_)/, "")
}

function segmentsOf(path: string): readonly string[] {
  return path.split("/").filter((segment) => !/^(?:|\.|[~?])$/.test(segment))
}

/** Without `.` and `..`; a path that leads out has none. */
function normal(path: string): string {
  const kept: string[] = []
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop()
    else if (segment !== "." && segment !== "") kept.push(segment)
  }
  return `${path.startsWith("/") ? "/" : ""}${kept.join("/")}`
}

function fitting(path: readonly string[], tail: readonly string[]): number {
  let count = 0
  while (count < tail.length && plain(path.at(-1 - count) ?? "") === plain(tail.at(-1 - count) ?? "")) count++
  return count
}

function sharing(path: string, folder: string): number {
  const [left, right] = [path.split("/"), folder.split("/")]
  let count = 0
  while (count < left.length && left[count] === right[count]) count++
  return count
}
