import { afterAll, expect, test } from "vitest"
import { installInProcess, sequence } from "./sequence.ts"

/** So many in CI; `npm run test:long` plays 50,000. */
const count = Number(process.env.CFGSYNC_SEQUENCES ?? 15)

const place = installInProcess()
afterAll(place.dispose)

test(`${count} random sequences of edits and commits lose nothing, and commit what was staged with its repairs`, async () => {
  let commits = 0
  for (let seed = 1; seed <= count; seed++) {
    const told = await sequence(place, seed + Number(process.env.CFGSYNC_SEED ?? 0))
    expect(told.wrong, `seed ${told.seed}: ${told.steps.join("; ")}`).toBe("")
    commits += told.commits
  }
  expect(commits).toBeGreaterThan(0)
  // In CI the machine may be slow: what was played counts, not how long it took.
}, 3_600_000)
