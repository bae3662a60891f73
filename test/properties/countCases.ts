import { runCase, type Subject } from "./lossless.ts"
import { Random } from "./random.ts"

export interface Tally {
  readonly done: number
  readonly unjudged: number
  readonly refused: number
  readonly skipped: number
  readonly wrong: number
  /** Each kind of wrong result once, with a case that shows it. */
  readonly breaches: readonly string[]
  /** How often each reason to refuse was given, names left out. */
  readonly reasons: ReadonlyMap<string, number>
}

const mostBreaches = 50

/** Run many cases, whatever comes of them. The same `from` and `cases` give the same tally. */
export function countCases(subject: Subject, from: number, cases: number): Tally {
  const tally = { done: 0, unjudged: 0, refused: 0, skipped: 0, wrong: 0 }
  const breaches = new Map<string, string>()
  const reasons = new Map<string, number>()
  for (let seed = from; seed < from + cases; seed++) {
    const size = 1 + new Random(seed).below(30)
    const outcome = runCase(subject, seed, size)
    tally[outcome.kind]++
    if (outcome.kind === "refused") {
      const reason = outcome.reason.replace(/"[^"]*"|[`'][^`']*[`']|[&*][^ ,;]+/g, "…")
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    }
    if (outcome.kind !== "wrong") continue
    const kind = (outcome.reason.split(/[:\n]/)[0] ?? "") + outcome.operation.op
    if (!breaches.has(kind) && breaches.size < mostBreaches)
      breaches.set(kind, `seed ${seed} size ${size} ${JSON.stringify(outcome.operation)}: ${outcome.reason}`)
  }
  return { ...tally, breaches: [...breaches.values()], reasons }
}
