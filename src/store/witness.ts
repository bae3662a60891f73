import { hash } from "node:crypto"
import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { makePrivateFolder, writePrivateFile } from "./privateFile.ts"

/**
 * What is remembered of stores outside of them: which store was at a place, and its last checkpoint. So a store that is deleted, exchanged or set back
 * is noticed at the next start.
 */
export class Witness {
  readonly #folder: string

  /** @param folder below the user's state. */
  constructor(folder: string) {
    this.#folder = join(folder, "witness")
  }

  /** Id of the store that was last seen at a place. */
  storeAt(place: string): string | undefined {
    const id = read(this.#at(place))?.split("\n")[0]
    return id !== undefined && /^[0-9a-f-]{36}$/.test(id) ? id : undefined
  }

  /** The last checkpoint of a store, a signed note. */
  checkpoint(store: string): string | undefined {
    return read(this.#of(store))
  }

  remember(place: string, store: string, checkpoint: string): void {
    makePrivateFolder(this.#folder)
    if (this.storeAt(place) !== store) writePrivateFile(this.#at(place), `${store}\n${place}\n`)
    writePrivateFile(this.#of(store), checkpoint)
  }

  forget(place: string): void {
    rmSync(this.#at(place), { force: true })
  }

  #at(place: string): string {
    return join(this.#folder, `${hash("sha256", place, "hex").slice(0, 32)}.place`)
  }

  #of(store: string): string {
    return join(this.#folder, `${store}.checkpoint`)
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return undefined
  }
}
