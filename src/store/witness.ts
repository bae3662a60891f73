import { hash } from "node:crypto"
import { readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { makePrivateFolder, overwrite, writePrivateFile } from "./privateFile.ts"

/** What is remembered of the store at a place. */
export interface Memory {
  /** The path of its file. */
  readonly place: string
  /** Id of the store. */
  readonly store: string
  /** Public key that its log is signed with. */
  readonly key: string
  /** Its last checkpoint, a signed note. */
  readonly checkpoint: string
  /** What its file looked like when it was last closed, see {@link "./stamp.ts".stampOf}; `null`: it was not closed yet. */
  readonly stamp: string | null
}

/** Bytes; memories are filled up with spaces to a multiple, so that nearly all have one length. */
const block = 1024

/**
 * What is remembered of stores outside of them, by their place: so a store that is deleted, exchanged, set back or changed by anybody else is noticed at
 * the next start, while a copy of one, made with its project, has a memory of its own. It is no promise to keep, so it is not forced to the disk:
 * after a power failure it may be older, or what cannot be read, which raises no alarm.
 */
export class Witness {
  readonly #folder: string

  /** @param folder below the user's state. */
  constructor(folder: string) {
    this.#folder = join(folder, "witness")
  }

  at(place: string): Memory | undefined {
    return read(this.#file(place))
  }

  /** Places at which a store of this id was seen. All memories are read, so ask only about a store that is new at its place. */
  placesOf(store: string): readonly Memory[] {
    return names(this.#folder).flatMap((name) => {
      const memory = read(join(this.#folder, name))
      return memory?.store === store ? [memory] : []
    })
  }

  /** Who has the lock of the store writes alone, several times a change: so over what is there, where that has the same length. */
  remember(memory: Memory): void {
    const [file, text] = [this.#file(memory.place), JSON.stringify(memory)]
    const bytes = Buffer.alloc(Math.ceil(Buffer.byteLength(text) / block) * block, " ")
    bytes.write(text)
    if (overwrite(file, bytes)) return
    makePrivateFolder(this.#folder)
    writePrivateFile(file, bytes, false)
  }

  forget(place: string): void {
    rmSync(this.#file(place), { force: true })
  }

  #file(place: string): string {
    return join(this.#folder, `${hash("sha256", place, "hex").slice(0, 32)}.json`)
  }
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".json"))
  } catch {
    return []
  }
}

/** What cannot be read is not remembered. */
function read(path: string): Memory | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"))
    return isMemory(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isMemory(value: unknown): value is Memory {
  if (typeof value !== "object" || value === null) return false
  const parts = new Map<string, unknown>(Object.entries(value))
  const { length } = ["place", "store", "key", "checkpoint"].filter((name) => typeof parts.get(name) === "string")
  return length === 4 && (parts.get("stamp") === null || typeof parts.get("stamp") === "string")
}
