export interface Nearest {
  readonly word: string
  /** Letters added, left out, changed or swapped; 1 for a word that differs in case, `-` and `_` only. */
  readonly distance: number
  /** No other candidate is as near. */
  readonly unique: boolean
}

/**
 * The candidate that a misspelt word was most likely meant to be; the first of several that are equally near.
 * @returns `undefined` when none is near: short words take no typing error, longer ones up to three.
 */
export function nearest(word: string, candidates: Iterable<string>): Nearest | undefined {
  let best: Nearest | undefined
  for (const candidate of new Set(candidates)) {
    const most = Math.min(best?.distance ?? Number.POSITIVE_INFINITY, tolerance(word, candidate))
    const distance = distanceOf(word, candidate, most)
    if (distance > most) continue
    best =
      best === undefined || distance < best.distance
        ? { word: candidate, distance, unique: true }
        : { ...best, unique: false }
  }
  return best
}

function tolerance(left: string, right: string): number {
  const length = Math.max(left.length, right.length)
  return length < 6 ? 1 : length < 10 ? 2 : 3
}

function distanceOf(left: string, right: string, most: number): number {
  if (left === right) return 0
  if (fold(left) === fold(right)) return 1
  const shortest = Math.min(left.length, right.length)
  if (shortest < 3 || shortest > 100 || Math.abs(left.length - right.length) > most) return Number.POSITIVE_INFINITY
  return editDistance(left, right)
}

function fold(word: string): string {
  return word.replace(/[-_]/g, "").toLowerCase()
}

/** Damerau-Levenshtein in its restricted form (optimal string alignment): no stretch is edited twice. */
function editDistance(left: string, right: string): number {
  let older: number[] = []
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const changed = left[row - 1] === right[column - 1] ? 0 : 1
      let cost = Math.min(at(previous, column) + 1, at(current, column - 1) + 1, at(previous, column - 1) + changed)
      const swapped = row > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
      if (swapped) cost = Math.min(cost, at(older, column - 2) + 1)
      current.push(cost)
    }
    older = previous
    previous = current
  }
  return at(previous, right.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
