import { Worker } from "node:worker_threads"

export interface ScanOrder {
  readonly id: number
  readonly patterns: readonly string[]
  readonly ignore: readonly string[]
  /** Files to look at besides, whether they are there or not. */
  readonly also: readonly string[]
  /** Patterns of files to look at besides. */
  readonly globs: readonly string[]
  /** What the asker holds for the files that match, to find out whether he is right. */
  readonly sum: number
}

export interface Scanned {
  /** What is other than at the last scan, has come or gone. At the first scan all. */
  readonly changed: readonly string[]
  /** What was to be looked at and is not there: what came and went between two scans looks as it did before. */
  readonly absent: readonly string[]
  /** How many files match the patterns. */
  readonly listed: number
  /** All of them, where their sum is another one than the asker's. */
  readonly list?: readonly string[]
  /** Paths that are links, with the file that they lead to. */
  readonly links: readonly (readonly [path: string, real: string])[]
  /** Tells the root folder from another one under its name; `undefined`: it is not there. */
  readonly root: string | undefined
  readonly milliseconds: number
}

export type ScanAnswer =
  | (Scanned & { readonly id: number; readonly ok: true })
  | { readonly id: number; readonly ok: false; readonly reason: string }

/** Of what a scan needs for a moment, V8 would otherwise keep up to 64 MiB for good. */
const sparing = { maxYoungGenerationSizeMb: 4 } as const

/** A number for a set of paths, whatever their order: the sum of a number for each. */
export function pathSum(path: string): number {
  let sum = 0x811c9dc5
  for (let index = 0; index < path.length; index++) sum = Math.imul(sum ^ path.charCodeAt(index), 0x01000193)
  return sum >>> 0
}

/** Compares all files with what they were at the last look, by their state and not by their content, in a thread of its own: nobody waits for it. */
export class Scanner {
  readonly #file: string
  readonly #root: string
  #worker: Worker | undefined
  #count = 0
  readonly #waiting = new Map<number, { resolve: (scanned: Scanned) => void; reject: (error: Error) => void }>()

  /** @param file of the thread's program. */
  constructor(file: string, root: string) {
    this.#file = file
    this.#root = root
  }

  /** Patterns and `ignore` as in `System.list`. @throws Error when the thread fails; the next scan begins with a new one, which finds everything changed */
  scan(order: Omit<ScanOrder, "id">): Promise<Scanned> {
    const id = ++this.#count
    const worker = this.#open()
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      worker.ref()
      worker.postMessage({ ...order, id } satisfies ScanOrder)
    })
  }

  #open(): Worker {
    if (this.#worker !== undefined) return this.#worker
    const worker = new Worker(this.#file, { workerData: this.#root, stderr: false, resourceLimits: sparing })
    worker.on("message", (answer: ScanAnswer) => this.#answer(answer))
    worker.on("error", (error) => this.#fail(error instanceof Error ? error : new Error(String(error))))
    worker.on("exit", () => this.#fail(new Error("the scanning thread ended")))
    this.#worker = worker
    return worker
  }

  #answer(answer: ScanAnswer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (this.#waiting.size === 0) this.#worker?.unref()
    if (answer.ok) waiting?.resolve(answer)
    else waiting?.reject(new Error(answer.reason))
  }

  #fail(error: Error): void {
    this.#worker = undefined
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    worker?.removeAllListeners("exit")
    await worker?.terminate()
    this.#fail(new Error("the scanner was closed"))
  }
}
