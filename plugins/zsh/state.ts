import type { Reading } from "./grammar.ts"
import type { Item } from "./item.ts"
import type { Scan } from "./scan.ts"

/** A text as it was read, which is what its edits are made from. */
export interface State {
  readonly text: string
  readonly scan: Scan
  /** What the grammar makes of it, read when first asked for; `undefined` where it gave up. @throws when the grammar was not loaded */
  readonly reading: () => Reading | undefined
  readonly groups: ReadonlyMap<Item["group"], readonly Item[]>
}
