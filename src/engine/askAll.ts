import type { BooleanCondition, CompiledRule, Condition } from "./compiled.ts"
import { type FactValues, Inference } from "./jsonRulesEngine.ts"
import { type KnownVerdicts, readConditions } from "./verdicts.ts"

/** A rule with more is asked about when it is met. */
const mostQuestions = 256

/** What json-rules-engine says of each combination that the conditions of a rule can be in; of a rule with few of them. It is loaded at no later start then. */
export async function askAll(rules: readonly CompiledRule[]): Promise<Readonly<Record<string, KnownVerdicts>>> {
  const inference = new Inference()
  const verdicts: Record<string, KnownVerdicts> = {}
  for (const rule of rules) {
    const asked = { ...rule, conditions: abstract(rule.conditions) }
    const answers = answersOf(asked.conditions)
    if (answers === undefined) continue
    const own: Record<string, boolean> = {}
    for (const facts of answers) {
      const key = [...facts.values()].map((held) => (held ? "1" : "0")).join("")
      own[key] = (await inference.ask(asked, facts)).result === true
    }
    verdicts[rule.id] = own
  }
  return verdicts
}

/** All ways through the conditions: which are asked, by what those before them said. @returns `undefined` for too many */
function answersOf(conditions: BooleanCondition): readonly FactValues[] | undefined {
  const ways: FactValues[] = []
  const open: (readonly boolean[])[] = [[]]
  for (let begun = open.pop(); begun !== undefined; begun = open.pop()) {
    if (ways.length === mostQuestions) return undefined
    const facts = new Map<string, boolean>()
    // Ends in nothing but false; each of those is also the last step of another beginning.
    readConditions(conditions, ({ fact }) => {
      const held = begun[facts.size] ?? false
      facts.set(fact, held)
      return held
    })
    ways.push(facts)
    const bits = [...facts.values()]
    for (let at = begun.length; at < bits.length; at++) open.push([...bits.slice(0, at), true])
  }
  return ways
}

/** The same conditions of facts that are true or not, named by their places. */
function abstract(conditions: BooleanCondition): BooleanCondition {
  let next = 0
  function boolean(each: BooleanCondition): BooleanCondition {
    if ("all" in each) return { all: each.all.map(any) }
    return "any" in each ? { any: each.any.map(any) } : { not: any(each.not) }
  }
  const any = (each: Condition): Condition =>
    "fact" in each ? { fact: String(next++), operator: "equals", value: true } : boolean(each)
  return boolean(conditions)
}
