import type { Finding } from "../../model/finding.ts"
import type { Drift } from "./drift.ts"
import { quiet } from "./repairs.ts"
import type { Seen } from "./setting.ts"

/** A file that is written again and again is told of in the state that it is in then. */
const longestHold = 2000

interface Hold {
  /** Since when the file is not told of. */
  readonly since: number
  /** It may be gone again at once, whatever it holds. */
  readonly isNew: boolean
}

/** Knows which files somebody is writing just now: what may be the middle of a save is told of only when it lasts. */
export class Saves {
  readonly #drift: Pick<Drift, "has" | "isNew">
  readonly #wake: (delay: number) => void
  /** When a file was last written, in the clock of `performance`. */
  readonly #stirred = new Map<string, number>()
  readonly #held = new Map<string, Hold>()

  /** @param wake wakes the monitor after so many milliseconds. */
  constructor(drift: Pick<Drift, "has" | "isNew">, wake: (delay: number) => void) {
    this.#drift = drift
    this.#wake = wake
  }

  stir(path: string): void {
    this.#stirred.set(path, performance.now())
  }

  /** When a file was last written; `undefined`: not lately. */
  stirred(path: string): number | undefined {
    return this.#stirred.get(path)
  }

  isQuiet(path: string, now: number): boolean {
    return (this.#stirred.get(path) ?? 0) + quiet <= now
  }

  holds(path: string): boolean {
    return this.#held.has(path)
  }

  /** Whether the report of a file must wait: it does not parse, is empty, is gone, or is new. */
  mustHold(path: string, { bytes, at, age = quiet }: Seen, findings: readonly Finding[], wasKnown: boolean): boolean {
    // Written just then, though its event has not come yet. In the other clock it may lie ahead.
    if (Math.abs(age) < quiet) this.#stirred.set(path, Math.max(this.#stirred.get(path) ?? 0, at - Math.abs(age)))
    const stirred = this.#stirred.get(path)
    if (stirred === undefined) return false
    const held = this.#held.get(path)
    const since = held?.since ?? at
    if (stirred + quiet <= at || since + longestHold <= at) return false
    const isNew = held?.isNew ?? (!wasKnown && !this.#drift.has(path))
    const isBroken = findings.some(({ kind }) => kind === "syntax") || bytes === undefined || isBlank(bytes)
    // Held because it was seen empty or cut off: what was written by then may be cut off still, where its text does not show that.
    if (!isBroken && !isNew && (held === undefined || showsItsEnd(bytes))) return false
    if (!this.#drift.isNew(path, findings) && !this.#drift.has(path)) return false
    this.#held.set(path, { since, isNew })
    this.#wake(Math.max(0, stirred + quiet - performance.now()))
    return true
  }

  /** A file is told of. */
  told(path: string): void {
    this.#held.delete(path)
  }

  /** The files that have waited long enough. */
  due(): readonly string[] {
    const now = performance.now()
    const due: string[] = []
    for (const [path, { since }] of this.#held) {
      const ready = Math.min((this.#stirred.get(path) ?? 0) + quiet, since + longestHold)
      if (ready <= now) due.push(path)
      else this.#wake(ready - now)
    }
    return due
  }

  /** Only of what is held or waits for a repair does it matter when it was written. */
  forget(): void {
    const now = performance.now()
    for (const [path, at] of this.#stirred)
      if (now - at > longestHold && !this.#held.has(path)) this.#stirred.delete(path)
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.length < 16 && bytes.every((byte) => byte <= 32)
}

/** Whether nothing that parses could be the beginning of it: it stands in braces, as most JSON does. (Of JSON Lines each stands for itself.) */
function showsItsEnd(bytes: Uint8Array): boolean {
  const signs = (byte: number) => byte > 32
  return bytes[bytes.findIndex(signs)] === 123 && bytes[bytes.findLastIndex(signs)] === 125
}
