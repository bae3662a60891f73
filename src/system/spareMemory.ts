import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/** Bytes that are not worth it. */
const little = 8 * 1024 * 1024
/** Of all that is held, what is new may take one part in so many: with less it is looked through again and again. */
const share = 20

/** The memory that V8 needed for a while and by itself keeps for as long as little is asked of it. */
export class SpareMemory {
  #least = 0
  #grows = false

  /** Whether much more is held than was needed after the last time that it was given back. */
  get isMuch(): boolean {
    return getHeapStatistics().total_heap_size > this.#least * 1.2 + little
  }

  /** Gives it back to the system. Everything stands still meanwhile, for a tenth of a second and more. */
  giveBack(): void {
    setFlagsFromString("--expose-gc")
    const collect: unknown = runInNewContext("gc")
    setFlagsFromString("--no-expose-gc")
    if (typeof collect === "function") collect({ type: "major", execution: "sync", flavor: "last-resort" })
    this.#least = getHeapStatistics().total_heap_size
    this.#grow(true)
  }

  /** What is new is kept apart, in a space that grows to 64 MiB with a burst and does not shrink. To be called now and then while there is much to do. */
  limitNewSpace(): void {
    if (this.#grows && newSpace() * share > this.#least) this.#grow(false)
  }

  #grow(grows: boolean): void {
    this.#grows = grows
    setFlagsFromString(`--semi-space-growth-factor=${grows ? 2 : 1}`)
  }
}

function newSpace(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space")?.space_size ?? 0
}
