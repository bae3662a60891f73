import { getHeapStatistics, setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/** Bytes that are not worth it. */
const little = 8 * 1024 * 1024

/** The memory that V8 needed for a while and by itself keeps for as long as little is asked of it. */
export class SpareMemory {
  #least = 0

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
    // What is new is kept apart, in a space that grows to 64 MiB with the first burst and does not shrink: from now on it stays as small as it is.
    setFlagsFromString("--semi-space-growth-factor=1")
    this.#least = getHeapStatistics().total_heap_size
  }
}
