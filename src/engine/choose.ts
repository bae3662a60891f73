import { type Finding, type Repair, type RepairStep, severities } from "../model/finding.ts"
import { type Path, startsWith } from "../model/path.ts"
import { stepKey } from "./prove.ts"
import { keyOfPath, prefixKeys } from "./trail.ts"

/** A finding and the repair that it would take first. */
export interface Wish {
  readonly finding: Finding
  readonly repair: Repair
}

export interface Choice<T extends Wish> {
  /** Those whose repairs do not meet a stronger one, the last of the text first. */
  readonly batch: readonly T[]
  /** Those that want something else at the very same place with the same right, each with the rules that it ties with. */
  readonly ties: ReadonlyMap<T, readonly string[]>
}

/** Repairs that may be made together; those that lose to a stronger one are in neither. Costs little for many that do not meet. */
export function choose<T extends Wish>(wishes: readonly T[]): Choice<T> {
  const ranked = [...wishes].sort((a, b) => byRank(a.finding, b.finding) || byPlace(a.finding, b.finding))
  const ties = new Map<T, Set<string>>()
  const tie = (wish: T, other: T) => ties.set(wish, (ties.get(wish) ?? new Set()).add(other.finding.rule))
  const chosen = new Places<T>()
  for (const wish of ranked) {
    const met = chosen.met(wish)
    if (met.length === 0) chosen.add(wish)
    for (const other of met)
      if (byRank(wish.finding, other.finding) === 0 && clash(wish.repair, other.repair)) {
        tie(wish, other)
        tie(other, wish)
      }
  }
  // Later elements of a list first, so that the places of those before them still count.
  const batch = chosen.all.filter((wish) => !ties.has(wish)).sort((a, b) => byPlace(b.finding, a.finding))
  return { batch, ties: new Map([...ties].map(([wish, rules]) => [wish, [...rules]])) }
}

/** Two repairs that do the same have the same key. */
export function repairKey(repair: Repair): string {
  return repair.steps.map(stepKey).join("\n")
}

/** What has been chosen, found by the places that it touches. */
class Places<T extends Wish> {
  readonly all: T[] = []
  readonly #at = new Map<string, T[]>()
  readonly #within = new Map<string, T[]>()

  add(wish: T): void {
    this.all.push(wish)
    for (const step of wish.repair.steps) {
      for (const path of placesOf(step)) push(this.#at, placeKey(step, keyOfPath(path)), wish)
      for (const key of new Set(placesOf(step).flatMap(prefixKeys))) push(this.#within, placeKey(step, key), wish)
      push(this.#within, step.file, wish)
      if (!("document" in step)) push(this.#at, step.file, wish)
    }
  }

  /** Those that touch a place that this one touches too, above it or below it, in order to do something else. */
  met(wish: T): readonly T[] {
    const own = repairKey(wish.repair)
    const found = new Set<T>()
    const look = (others: readonly T[] | undefined) => {
      for (const other of others ?? []) if (repairKey(other.repair) !== own) found.add(other)
    }
    for (const step of wish.repair.steps) {
      look(this.#at.get(step.file))
      if (!("document" in step)) look(this.#within.get(step.file))
      for (const path of placesOf(step)) {
        for (const key of prefixKeys(path)) look(this.#at.get(placeKey(step, key)))
        look(this.#within.get(placeKey(step, keyOfPath(path))))
      }
    }
    return [...found]
  }
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [item])
  else known.push(item)
}

function placeKey(step: RepairStep, key: string): string {
  return JSON.stringify([step.file, "document" in step ? step.document : -1, key])
}

/** Higher priority, then severity, then the deeper path. */
function byRank(a: Finding, b: Finding): number {
  return (
    b.priority - a.priority ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    b.path.length - a.path.length
  )
}

function byPlace(a: Finding, b: Finding): number {
  return a.document - b.document || a.span.start - b.span.start || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0)
}

/** Whether two repairs want different things of the very same place. */
function clash(left: Repair, right: Repair): boolean {
  return left.steps.some((a) => right.steps.some((b) => stepKey(a) !== stepKey(b) && samePlace(a, b)))
}

function samePlace(a: RepairStep, b: RepairStep): boolean {
  if (a.file !== b.file) return false
  if (!("document" in a) || !("document" in b))
    return "document" in a === "document" in b && a.operation.op === b.operation.op
  return (
    a.document === b.document &&
    placesOf(a).some((left) => placesOf(b).some((right) => left.length === right.length && startsWith(left, right)))
  )
}

/** None for a step on the file as a whole: it touches all of it. */
export function placesOf(step: RepairStep): readonly Path[] {
  if (!("document" in step)) return []
  const { operation } = step
  if (operation.op === "move") return [operation.from, operation.path]
  if (operation.op === "rename") return [operation.path, [...operation.path.slice(0, -1), operation.to]]
  return [operation.path]
}
