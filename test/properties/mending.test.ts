import { expect, test } from "vitest"
import type { Mender } from "../../src/model/document.ts"
import { subjects } from "./lossless.ts"
import { damage, judge, type Outcome } from "./mending.ts"
import { Random } from "./random.ts"

/** The long form is CFGSYNC_CASES=100000, shared out among the formats. */
const asked = process.env.CFGSYNC_CASES
const cases = Number(asked ?? 500)
const names = ["json", "jsonc", "yaml", "toml", "markdown"] as const
const each = Math.ceil(cases / names.length)
const first = 1000

// A case ends at once; this is for a machine that does much else.
const hang = 60_000 + cases * 200

/** The share of what does harm that a safe repair undoes, and that one of those offered does, is more than this; the texts are wild. */
const leastBack: Readonly<Record<(typeof names)[number], number>> = {
  json: 0.4,
  jsonc: 0.35,
  yaml: 0.15,
  toml: 0.45,
  markdown: 0.15,
}
const leastRight = 0.7

test.each(names)(
  "a sign put into a random text, or taken out, is mended back where that is sure: %s",
  async (name) => {
    const subject = subjects[name]
    if (subject === undefined) throw new Error(`no subject ${name}`)
    const mender: Mender | undefined = await subject.format.mender?.()
    const tally: Record<Outcome, number> = { unseen: 0, back: 0, wrong: 0, offered: 0, otherwise: 0, left: 0 }
    const wrong: string[] = []
    for (let seed = first; seed < first + each; seed++) {
      const random = new Random(seed)
      const text = subject.text(random, 1 + random.below(20))
      const damaged = damage(random, text)
      if (damaged === undefined) continue
      const outcome = judge(subject.format, mender, subject.path, text, damaged.text)
      tally[outcome]++
      if (outcome === "wrong")
        wrong.push(`seed ${seed}, ${damaged.kind} ${damaged.sign} at ${damaged.at}: ${JSON.stringify(text)}`)
    }
    const { back, offered, otherwise, left } = tally
    const seen = back + wrong.length + offered + otherwise + left
    if (asked !== undefined)
      process.stderr.write(
        `| ${name} | ${seen} | ${back} | ${offered} | ${otherwise} | ${left} | ${wrong.length} |\n${wrong.slice(0, 5).join("\n")}\n`,
      )
    expect(wrong).toEqual([])
    // Doing nothing would be safe too.
    expect(back / seen).toBeGreaterThan(leastBack[name])
    expect((back + offered) / seen).toBeGreaterThan(leastRight)
  },
  hang,
)
