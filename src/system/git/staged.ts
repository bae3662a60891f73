import { type GitChange, stagedChanges } from "./changes.ts"
import { changesToHead } from "./changesToHead.ts"
import { entriesOf, type GitEntries, indexEntries, prefixOf, readIndex } from "./entries.ts"
import type { Git } from "./git.ts"

/** What the next commit would hold below the folder, and what of that is other than in the last one. */
export interface Staged {
  readonly changes: readonly GitChange[]
  readonly entries: () => GitEntries
}

/** Git is started only where what is staged cannot be told without it. */
export function readStaged(git: Git): Staged {
  const known = readIndex(git.index)
  const changes = known === null ? null : changesToHead(git, known)
  const prefix = prefixOf(git)
  let entries: GitEntries | undefined
  return {
    changes: changes === null ? stagedChanges(git) : changes.flatMap((change) => below(prefix, change)),
    entries: () => {
      entries ??= known === null ? indexEntries(git) : entriesOf(git, known.files)
      return entries
    },
  }
}

function below(prefix: string, change: GitChange): readonly GitChange[] {
  return change.path.startsWith(prefix) ? [{ ...change, path: change.path.slice(prefix.length) }] : []
}
