import { dirname } from "node:path/posix"
import { matcher } from "../engine/glob.ts"
import { startOf } from "../system/folders.ts"

interface Asking {
  readonly matches: (path: string) => boolean
  readonly files: Set<string>
}

/** Which files ask for what matches a glob. Thousands may ask for globs of their own folders, so globs are looked up by the folders of a path. */
export class GlobIndex {
  /** By the folder before the first wildcard, then by glob. */
  readonly #folders = new Map<string, Map<string, Asking>>()

  add(glob: string, file: string): void {
    const folder = startOf(glob)
    const globs = this.#folders.get(folder) ?? new Map<string, Asking>()
    this.#folders.set(folder, globs)
    const asking = globs.get(glob) ?? { matches: matcher([`./${glob}`]), files: new Set() }
    asking.files.add(file)
    globs.set(glob, asking)
  }

  take(glob: string, file: string): void {
    const folder = startOf(glob)
    const globs = this.#folders.get(folder)
    const files = globs?.get(glob)?.files
    files?.delete(file)
    if (files?.size === 0) globs?.delete(glob)
    if (globs?.size === 0) this.#folders.delete(folder)
  }

  has(glob: string): boolean {
    return this.#folders.get(startOf(glob))?.has(glob) === true
  }

  globs(): readonly string[] {
    return [...this.#folders.values()].flatMap((globs) => [...globs.keys()])
  }

  /** Files that ask for what is at `path`. */
  matching(path: string): readonly string[] {
    const found: string[] = []
    for (let folder = path; folder !== "."; ) {
      folder = folder === "/" ? "." : dirname(folder)
      for (const { matches, files } of this.#folders.get(folder)?.values() ?? [])
        if (matches(path)) found.push(...files)
    }
    return found
  }
}
