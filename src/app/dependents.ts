import { GlobIndex } from "./globIndex.ts"
import type { Dependencies } from "./world.ts"

/** Tells whose answers were made from a file besides its own: those files are checked again when it changes. */
export interface AffectedBy {
  dependentsOf(path: string): readonly string[]
}

/** Files by name, and globs, for which nobody had asked before. */
export class NewlyAsked {
  readonly files: string[] = []
  readonly globs: string[] = []
}

/** What the rules of files ask for, found by what is asked for: a project may have thousands of files that ask. */
export class Dependents implements AffectedBy {
  readonly #asked = new Map<string, Dependencies>()
  readonly #byFile = new Map<string, Set<string>>()
  readonly #byGlob = new GlobIndex()
  readonly #byQuestion = new Map<string, Set<string>>()
  #newlyAsked = new NewlyAsked()

  constructor(asked: Iterable<readonly [path: string, dependencies: Dependencies]> = []) {
    for (const [path, dependencies] of asked) this.set(path, dependencies)
  }

  /** By file: what its rules ask for; of files that ask for nothing, nothing is known. */
  get asked(): ReadonlyMap<string, Dependencies> {
    return this.#asked
  }

  /** Every question to the world outside of the files, with who asks it. */
  get questions(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#byQuestion
  }

  /** Files that are asked for by name. */
  named(): readonly string[] {
    return [...this.#byFile.keys()]
  }

  /** What is asked for since this was called last, and had not been. */
  takeNewlyAsked(): NewlyAsked {
    const asked = this.#newlyAsked
    this.#newlyAsked = new NewlyAsked()
    return asked
  }

  /** Globs that are asked for. */
  globs(): readonly string[] {
    return this.#byGlob.globs()
  }

  /** Who asks for a file by its name. */
  askersOf(path: string): Iterable<string> {
    return this.#byFile.get(path) ?? []
  }

  dependentsOf(path: string): readonly string[] {
    const all = new Set([...this.askersOf(path), ...this.#byGlob.matching(path)])
    return [...all].filter((each) => each !== path)
  }

  set(path: string, dependencies: Dependencies): void {
    const { files, globs, outside } = dependencies
    for (const file of files) if (!this.#byFile.has(file)) this.#newlyAsked.files.push(file)
    for (const glob of globs) if (!this.#byGlob.has(glob)) this.#newlyAsked.globs.push(glob)
    this.delete(path)
    if (files.size + globs.size + outside.size === 0) return
    this.#asked.set(path, dependencies)
    for (const file of files) add(this.#byFile, file, path)
    for (const glob of globs) this.#byGlob.add(glob, path)
    for (const question of outside) add(this.#byQuestion, question, path)
  }

  delete(path: string): void {
    const asked = this.#asked.get(path)
    if (asked === undefined) return
    this.#asked.delete(path)
    for (const file of asked.files) take(this.#byFile, file, path)
    for (const glob of asked.globs) this.#byGlob.take(glob, path)
    for (const question of asked.outside) take(this.#byQuestion, question, path)
  }
}

/** What was seen now of some files, in the place of what was known of them. */
export function seenAnew(known: AffectedBy, seen: ReadonlyMap<string, Dependencies>): AffectedBy {
  const now = new Dependents(seen)
  return {
    dependentsOf: (path) => [...known.dependentsOf(path).filter((each) => !seen.has(each)), ...now.dependentsOf(path)],
  }
}

function add(index: Map<string, Set<string>>, key: string, path: string): void {
  const paths = index.get(key)
  if (paths === undefined) index.set(key, new Set([path]))
  else paths.add(path)
}

function take(index: Map<string, Set<string>>, key: string, path: string): void {
  const paths = index.get(key)
  paths?.delete(path)
  if (paths?.size === 0) index.delete(key)
}
