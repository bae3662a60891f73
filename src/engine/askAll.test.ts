import { expect, test } from "vitest"
import { parseRules } from "../../grammar/index.ts"
import { askAll } from "./askAll.ts"
import { compileRules } from "./compile.ts"
import { Verdicts } from "./verdicts.ts"

const text = `
rule t/some "of several" {
  files "*.json"
  where $.a == 1 or $.b == 2
  where $.c exists
  require not ($.d == 4 and $.e == 5)
  require $.f == 6
}
rule t/none "always asked" { files "*.json" require $.g == 7 }
`.replace("$.c exists", "$.c is present")

const rules = compileRules(parseRules(text, "t.rule").file, () => undefined).rules

test("what was asked beforehand is what is asked with the facts at hand", async () => {
  const before = new Verdicts(await askAll(rules))
  const none = new Verdicts()
  let fired = 0
  for (const rule of rules) {
    const names = Object.keys(rule.facts)
    for (let row = 0; row < 2 ** names.length; row++) {
      const right = { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7 }
      const facts = new Map(
        names.map((name, index) => {
          const key = name.match(/[a-g]/)?.[0] ?? ""
          return [
            name,
            (row & (1 << index)) === 0 ? undefined : Object.entries(right).find(([each]) => each === key)?.[1],
          ] as const
        }),
      )
      const known = before.of(rule, (name) => facts.get(name))
      expect(typeof known).toBe("boolean")
      expect(known).toBe(await none.of(rule, (name) => facts.get(name)))
      if (known === true) fired++
    }
  }
  expect(fired).toBeGreaterThan(5)
})

test("a rule whose where does not hold asks for nothing else", async () => {
  const [rule] = rules
  const asked: string[] = []
  const fact = (name: string) => {
    asked.push(name)
    return undefined
  }
  if (rule === undefined) throw new Error("no rule")
  expect(await new Verdicts(await askAll(rules)).of(rule, fact)).toBe(false)
  expect(asked).toEqual(["$.a", "$.b"])
})
