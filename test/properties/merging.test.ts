import { expect, test } from "vitest"
import { subjects } from "./lossless.ts"
import { mergeCase } from "./merging.ts"

/** The long form is CFGSYNC_CASES=100000, shared out among the formats. */
const asked = process.env.CFGSYNC_CASES
const cases = Number(asked ?? 250)
const each = Math.ceil(cases / Object.keys(subjects).length)
const from = Number(process.env.CFGSYNC_FROM ?? 0)

test.each(Object.entries(subjects))(
  "a merge says what both sides say, keeps their comments, and does not depend on the order: %s",
  (name, subject) => {
    const counts = new Map<string, number>()
    const breaches = new Map<string, string>()
    for (let seed = from; seed < from + each; seed++) {
      const outcome = mergeCase(subject, seed)
      counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1)
      if (outcome.kind !== "wrong") continue
      const kind = outcome.reason.split(/[:/]/)[0] ?? ""
      if (!breaches.has(kind))
        breaches.set(
          kind,
          `seed ${seed}: ${outcome.reason}\n${[...outcome.sides, outcome.merged].map((text) => JSON.stringify(text)).join("\n")}`,
        )
    }
    if (asked !== undefined) process.stderr.write(`${name}: ${JSON.stringify(Object.fromEntries(counts))}\n`)
    expect([...breaches.values()]).toEqual([])
    // What is merged by its lines is not judged, so that it must stay the exception.
    expect(counts.get("lines") ?? 0).toBeLessThan(each * 0.05)
    expect(counts.get("clean") ?? 0).toBeGreaterThan(each * 0.4)
  },
  60_000 + cases * 200,
)
