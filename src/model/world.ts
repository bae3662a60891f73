import type { Path } from "./path.ts"
import type { FileFact } from "./rule.ts"
import type { Value } from "./value.ts"

/** What is secret in a text. */
export interface HeldSecret {
  /** In the words of who recognised it. */
  readonly kind: string
  /** The parts of the text that are. */
  readonly parts: readonly string[]
}

/**
 * What a rule may ask of the world beside its own document. Answered by `src/app` from a System, with the answers recorded, so that a change
 * there re-checks the rule. Never runs anything; a file that is not there or does not parse is `undefined`.
 */
export interface World {
  /** @param path relative to the project root, or to the home folder after `~/`.  @returns the value of its first document. */
  document(path: string): Value | undefined
  /** Values of all files that match, by path, sorted. */
  documents(glob: string): readonly { readonly path: string; readonly value: Value }[]
  /** Paths of all files that match, sorted. The glob may come from a document: it is read in linear time. */
  files(glob: string): readonly string[]
  exists(path: string): boolean
  /** How a file comes to be loaded by others of its format, as the format words it; `undefined`: nothing is known of it. */
  loading(path: string): Value | undefined
  /** Whether `command` is an executable file on PATH. */
  onPath(command: string): boolean
  environment(name: string): string | undefined
  /** The value at a path of the last known-good state of the file under check. */
  lastGood(path: Path): Value | undefined
  /** The text of that state, to create the file again where it is gone; absent: nothing is remembered. */
  lastGoodText?(): string | undefined
  /** Facts of the file under check, one at a time because some cost a system call. */
  file(fact: FileFact): Value
  /** The texts in the documents of the file under check, keys aside, that hold a secret. */
  secrets(): ReadonlyMap<string, HeldSecret>
  /** The text of a template for `create from`, relative to the rule file or the root. */
  template(path: string): string | undefined
}
