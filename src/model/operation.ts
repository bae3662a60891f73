import type { Path } from "./path.ts"
import type { Value } from "./value.ts"

/**
 * One change of a document's tree, after RFC 6902 on key paths. What it means for the value is `applyOperation` in `src/engine`; how it is
 * worded in the text is the format plugin's.
 *
 * - `set`     replace or add; missing parents are created as objects, and so are those that are null, which holds no data
 * - `remove`  absent: nothing happens
 * - `rename`  the last step of `path` becomes the key `to`, in the same place; absent: nothing happens; `to` taken: refused
 * - `append`  to the array at `path`; a missing array is created, and so is one in the place of null
 * - `insert`  into an array: `path` ends in the index it will have
 * - `move`    take from `from`, then `set` (or `insert`, for an index) at `path`, which is read after the taking
 * - `sort`    the elements of an array (all strings or all numbers; strings by code point) or the keys of an object
 */
export type Operation =
  | { readonly op: "set"; readonly path: Path; readonly value: Value }
  | { readonly op: "remove"; readonly path: Path }
  | { readonly op: "rename"; readonly path: Path; readonly to: string }
  | { readonly op: "append"; readonly path: Path; readonly value: Value }
  | { readonly op: "insert"; readonly path: Path; readonly value: Value }
  | { readonly op: "move"; readonly from: Path; readonly path: Path }
  | { readonly op: "sort"; readonly path: Path }

/** A change of a file as a whole, beside its tree. `create` is refused when the file exists; `mode` is octal digits such as `0600`. */
export type FileOperation =
  | { readonly op: "create"; readonly text: string }
  | { readonly op: "mode"; readonly mode: string }
  | { readonly op: "eol"; readonly eol: "lf" | "crlf" }
  | { readonly op: "bom"; readonly bom: boolean }
  | { readonly op: "final-newline"; readonly finalNewline: boolean }
  /** Makes a text parse that does not. Unless it `loses` something, every word that stands in the text still stands in it afterwards. */
  | { readonly op: "mend"; readonly edits: readonly Edit[]; readonly loses: boolean }
  /** Makes the whole of a file what it was in a state that is known good, whether it is there or not. */
  | { readonly op: "put-back"; readonly text: string; readonly bom: boolean; readonly mode: string }

/** Replace one stretch of a text. Edits of one list do not overlap and are in order of `start`. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}
