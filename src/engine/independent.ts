import type { Operation } from "../model/operation.ts"
import type { Path } from "../model/path.ts"
import { keyOfPath, prefixKeys } from "./trail.ts"

/** One operation on one document of a source (0-based). */
export interface DocumentOperation {
  readonly document: number
  readonly operation: Operation
}

/** Fewer than this are worded one after the other: each then sees the style that the text has by then. */
const fewest = 8

/**
 * Divide operations, in their order, into runs that can be read against one text: all on one document, no place at, above or below another,
 * and none in a list after an operation has shifted what is there.
 */
export function independentRuns(operations: readonly DocumentOperation[]): readonly (readonly DocumentOperation[])[] {
  if (operations.length < fewest) return operations.map((each) => [each])
  const runs: DocumentOperation[][] = []
  let run: Run | undefined
  for (const each of operations) {
    if (run === undefined || !run.take(each)) {
      run = new Run(each)
      runs.push(run.operations)
    }
  }
  return runs
}

class Run {
  readonly operations: DocumentOperation[] = []
  readonly #document: number
  readonly #closed: boolean
  readonly #places = new Set<string>()
  readonly #above = new Set<string>()
  /** The lowest index at which a list was shifted. */
  readonly #shifted = new Map<string, number>()

  constructor(first: DocumentOperation) {
    this.#document = first.document
    this.#closed = alone(first.operation)
    this.#add(first)
  }

  take(each: DocumentOperation): boolean {
    const { operation } = each
    if (this.#closed || alone(operation) || each.document !== this.#document) return false
    if (placesOf(operation).some((path) => this.#meets(path))) return false
    this.#add(each)
    return true
  }

  #meets(path: Path): boolean {
    const keys = prefixKeys(path)
    return (
      this.#above.has(keyOfPath(path)) ||
      keys.some((key, depth) => {
        const step = path[depth]
        return this.#places.has(key) || (typeof step === "number" && step >= (this.#shifted.get(key) ?? Infinity))
      })
    )
  }

  #add(each: DocumentOperation): void {
    this.operations.push(each)
    for (const path of placesOf(each.operation)) {
      this.#places.add(keyOfPath(path))
      for (const key of prefixKeys(path)) this.#above.add(key)
    }
    const { op, path } = each.operation
    const step = path.at(-1)
    if ((op !== "remove" && op !== "insert") || typeof step !== "number") return
    const list = keyOfPath(path.slice(0, -1))
    this.#shifted.set(list, Math.min(step, this.#shifted.get(list) ?? step))
  }
}

/** What reorders or carries along is done by itself. */
function alone({ op }: Operation): boolean {
  return op === "move" || op === "sort"
}

function placesOf(operation: Operation): readonly Path[] {
  if (operation.op !== "rename") return [operation.path]
  return [operation.path, [...operation.path.slice(0, -1), operation.to]]
}
