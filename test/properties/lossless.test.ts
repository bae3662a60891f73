import fc from "fast-check"
import { expect, test } from "vitest"
import { countCases } from "./countCases.ts"
import { runCase, subjects } from "./lossless.ts"

/** The long form is CFGSYNC_CASES=1000000, shared out among the formats: it goes on behind a wrong result and tells how many there are. */
const asked = process.env.CFGSYNC_CASES
const cases = Number(asked ?? 3000)
const each = Math.ceil(cases / Object.keys(subjects).length)

// A case ends at once; this is for a machine that does much else.
const hang = 60_000 + cases * 50

if (asked === undefined) {
  test.each(Object.entries(subjects))(
    "a random edit of a random text is lossless and exact, or refused: %s",
    (_, subject) => {
      let done = 0
      fc.assert(
        fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, size) => {
          const outcome = runCase(subject, seed, size)
          if (outcome.kind === "wrong") throw new Error(`${outcome.reason}\n${JSON.stringify(outcome.text)}`)
          if (outcome.kind === "done") done++
        }),
        { numRuns: each },
      )
      // What is refused or cannot be judged must stay the exception, or the property says little.
      expect(done).toBeGreaterThan(each * 0.7)
    },
    hang,
  )
} else {
  process.stderr.write("| format | cases | done | unjudged | refused | skipped | wrong |\n")
  process.stderr.write("| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n")
  test.each(Object.entries(subjects))(
    `${each} random edits are lossless and exact, or refused: %s`,
    (name, subject) => {
      const { done, unjudged, refused, skipped, wrong, breaches } = countCases(subject, 0, each)
      process.stderr.write(`| ${name} | ${each} | ${done} | ${unjudged} | ${refused} | ${skipped} | ${wrong} |\n`)
      expect(breaches).toEqual([])
      expect(done).toBeGreaterThan(each * 0.7)
    },
    hang,
  )
}
