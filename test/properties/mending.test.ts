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

/** Of a hundred safe repairs so many may say something else. The texts are wild: in those that people write there are far fewer. */
const mostWrong: Readonly<Record<string, number>> = { json: 0.5, jsonc: 2, yaml: 2, toml: 0.5, markdown: 6 }

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
    const { unseen, back, offered, otherwise, left } = tally
    const seen = each - unseen
    if (asked !== undefined)
      process.stderr.write(
        `| ${name} | ${seen} | ${back} | ${offered} | ${otherwise} | ${left} | ${wrong.length} |\n${wrong.slice(0, 5).join("\n")}\n`,
      )
    expect(wrong.slice(Math.ceil((back * (mostWrong[name] ?? 0)) / 100))).toEqual([])
    expect(back).toBeGreaterThan(0)
  },
  hang,
)
