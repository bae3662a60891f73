import fc from "fast-check"
import { expect, test } from "vitest"
import { runCase, subjects } from "./lossless.ts"

/** Shared out among the formats. The long form is CFGSYNC_CASES=1000000. */
const cases = Number(process.env.CFGSYNC_CASES ?? 3000)
const each = Math.ceil(cases / Object.keys(subjects).length)

test.each(Object.entries(subjects))(
  "a random edit of a random text is lossless and exact, or refused: %s",
  (name, subject) => {
    const tally = { done: 0, unjudged: 0, refused: 0, skipped: 0 }
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, size) => {
        const outcome = runCase(subject, seed, size)
        if (outcome.kind === "wrong") throw new Error(`${outcome.reason}\n${JSON.stringify(outcome.text)}`)
        tally[outcome.kind]++
      }),
      { numRuns: each },
    )
    if (process.env.CFGSYNC_CASES !== undefined) process.stderr.write(`${name}: ${JSON.stringify(tally)}\n`)
    // What is refused or cannot be judged must stay the exception, or the property says little.
    expect(tally.done).toBeGreaterThan(each * 0.7)
  },
  30_000 + cases * 20,
)
