import { dirname } from "node:path/posix"
import type { Finding } from "../../model/finding.ts"
import type { Source } from "../../model/source.ts"
import { pathSum } from "../../system/scan.ts"
import { type AffectedBy, Dependents, type NewlyAsked } from "../dependents.ts"
import type { Dependencies } from "../world.ts"
import type { WarmChecked } from "./warmRun.ts"

/** What is known of a managed file: what it held when it was last looked at, and what was found then. */
export interface Known {
  /** Hash of the content, with the permissions; "missing", or why it cannot be read. */
  readonly print: string
  readonly findings: readonly Finding[]
  readonly silenced: number
  readonly hasText: boolean
  /** Only where something was found. */
  readonly source: Source | undefined
  /** It is there, and the globs mean it. */
  readonly isListed: boolean
}

const nothing: readonly never[] = []
const missing = "missing"

/** The files of a project as they were last seen, and which of them look at which others. */
export class Ledger implements AffectedBy {
  readonly #files = new Map<string, Known>()
  readonly #dependents = new Dependents()
  readonly #saw = new Map<string, ReadonlyMap<string, string>>()
  readonly #folders = new Map<string, number>()
  #sum = 0

  get size(): number {
    return this.#files.size
  }

  get(path: string): Known | undefined {
    return this.#files.get(path)
  }

  entries(): IterableIterator<[string, Known]> {
    return this.#files.entries()
  }

  paths(): readonly string[] {
    return [...this.#files.keys()]
  }

  /** @param isMeant whether the globs mean it. */
  set(path: string, print: string, checked: WarmChecked, isMeant: boolean): void {
    const { findings, silenced, source, dependencies, saw } = checked
    const before = this.#files.get(path)
    const isListed = isMeant && print !== missing
    if (before === undefined) this.#count(path, 1)
    if (before?.isListed !== true && isListed) this.#sum += pathSum(path)
    if (before?.isListed === true && !isListed) this.#sum -= pathSum(path)
    this.#files.set(path, {
      print,
      findings: findings.length === 0 ? nothing : findings,
      silenced,
      hasText: source !== undefined,
      source: findings.length === 0 ? undefined : source,
      isListed,
    })
    this.#dependents.set(path, dependencies)
    const { files } = dependencies
    if (files.size === 0) this.#saw.delete(path)
    else this.#saw.set(path, new Map([...files].flatMap((file) => entryOf(saw, file))))
  }

  /** A repair wrote a file: whatever stands there now was not looked at, also when it is what stood there before. */
  wrote(path: string, hash: string): void {
    const known = this.#files.get(path)
    if (known !== undefined) this.#files.set(path, { ...known, print: `${hash} as it was written` })
  }

  delete(path: string): void {
    const known = this.#files.get(path)
    if (known === undefined) return
    this.#files.delete(path)
    if (known.isListed) this.#sum -= pathSum(path)
    this.#count(path, -1)
    this.#dependents.delete(path)
    this.#saw.delete(path)
  }

  /** A number for the files that are there and that the globs mean, as `pathSum` makes it. */
  get sum(): number {
    return this.#sum
  }

  /** Whether files below a folder are known. */
  hasFolder(folder: string): boolean {
    return (this.#folders.get(folder) ?? 0) > 0
  }

  /** Files whose rules ask for what is at `path`. */
  dependentsOf(path: string): readonly string[] {
    return this.#dependents.dependentsOf(path)
  }

  /** Of those, the ones whose findings were made from another state of it. @param content as `contentOf` says it, or "unreadable" */
  staleDependentsOf(path: string, content: string): readonly string[] {
    return this.dependentsOf(path).filter((each) => {
      const saw = this.#sawIn(each, path)
      return saw !== content && !(saw === "present" && content !== missing)
    })
  }

  #sawIn(asker: string, path: string): string {
    return this.#saw.get(asker)?.get(path) ?? missing
  }

  /** Whether a file that is asked for by name, or looked at also where it is not, counts as there. */
  readonly holdsForThere = (path: string): boolean => {
    if ((this.#files.get(path)?.print ?? missing) !== missing) return true
    for (const each of this.#dependents.askersOf(path)) if (this.#sawIn(each, path) !== missing) return true
    return false
  }

  /** What the rules of a file ask for; of files that ask for nothing, nothing is known. */
  dependencies(): ReadonlyMap<string, Dependencies> {
    return this.#dependents.asked
  }

  /** Files that rules ask for by name. */
  named(): readonly string[] {
    return this.#dependents.named()
  }

  /** What rules ask for since this was called last, and had not. */
  takeNewlyAsked(): NewlyAsked {
    return this.#dependents.takeNewlyAsked()
  }

  /** Globs that rules ask for. */
  globs(): readonly string[] {
    return this.#dependents.globs()
  }

  /** Every question to the world outside of the files, with who asks it. */
  get questions(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#dependents.questions
  }

  #count(path: string, by: number): void {
    for (let folder = dirname(path); folder !== "." && folder !== "/"; folder = dirname(folder)) {
      const count = (this.#folders.get(folder) ?? 0) + by
      if (count === 0) this.#folders.delete(folder)
      else this.#folders.set(folder, count)
    }
  }
}

function entryOf(saw: ReadonlyMap<string, string>, file: string): readonly (readonly [string, string])[] {
  const content = saw.get(file)
  return content === undefined ? [] : [[file, content]]
}
