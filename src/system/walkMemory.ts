import type { Walk, Walks } from "./list.ts"
import { folderLook, isSameLook, isSettled } from "./look.ts"

/** A walk, and what was looked for in it. */
export interface Tree extends Walk {
  readonly key: string
}

/** Remembers the last walk below a root of which every folder was settled: as long as those look the same, the walk would find the same. */
export class WalkMemory implements Walks {
  readonly #root: string
  #tree: Tree | undefined
  /** When the present walk began or before, in milliseconds since 1970. */
  #moment = 0

  /** @param tree what is remembered already. */
  constructor(root: string, tree?: Tree) {
    this.#root = root
    this.#tree = tree
  }

  get tree(): Tree | undefined {
    return this.#tree
  }

  recall(key: string): readonly string[] | undefined {
    this.#moment = Date.now()
    if (this.#tree?.key !== key) return undefined
    for (const [folder, look] of this.#tree.folders) {
      const now = folderLook(`${this.#root}/${folder}`)
      if (now === null || !isSameLook(look, now)) return undefined
    }
    return this.#tree.paths
  }

  keep(key: string, walk: Walk): void {
    const isSettledTree = [...walk.folders.values()].every((look) => isSettled(look, this.#moment))
    if (isSettledTree) this.#tree = { key, ...walk }
  }
}
