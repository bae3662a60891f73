import type { BooleanCondition, CompiledRule, Condition } from "./compiled.ts"
import { Inference } from "./jsonRulesEngine.ts"
import { isTrue, type KnownVerdicts, type Part, partsOf } from "./verdicts.ts"

/** A rule with more is asked about when it is met. */
const mostQuestions = 64
const mostLeaves = 6

/** What json-rules-engine says of each combination that the conditions of a rule can be in; of a rule with few of them. It is loaded at no later start then. */
export async function askAll(rules: readonly CompiledRule[]): Promise<Readonly<Record<string, KnownVerdicts>>> {
  const inference = new Inference()
  const verdicts: Record<string, KnownVerdicts> = {}
  for (const rule of rules) {
    const keys = keysOf(partsOf(rule.conditions))
    if (keys === undefined) continue
    const asked = { ...rule, conditions: abstract(rule.conditions) }
    const own: Record<string, boolean> = {}
    for (const key of keys) {
      const facts = new Map([...key].map((bit, index) => [String(index), bit === "1"]))
      own[key] = (await inference.ask(asked, facts)).result === true
    }
    verdicts[rule.id] = own
  }
  return verdicts
}

/** As `Verdicts` makes them: up to the first part that is not true. @returns `undefined` for too many */
function keysOf(parts: readonly Part[]): readonly string[] | undefined {
  let open = [""]
  const ended: string[] = []
  for (const { condition, leaves } of parts) {
    if (leaves.length > mostLeaves || open.length * 2 ** leaves.length > mostQuestions) return undefined
    const rows = rowsOf(leaves.length).map((bits) => ({
      row: bits.map((bit) => (bit ? "1" : "0")).join(""),
      held: isTrue(condition, bits),
    }))
    const longer = (held: boolean) =>
      open.flatMap((before) => rows.flatMap((each) => (each.held === held ? [before + each.row] : [])))
    ended.push(...longer(false))
    open = longer(true)
  }
  return ended.length + open.length > mostQuestions ? undefined : [...ended, ...open]
}

/** All that so many answers can be. */
function rowsOf(length: number): readonly (readonly boolean[])[] {
  if (length === 0) return [[]]
  return rowsOf(length - 1).flatMap((row) => [
    [...row, false],
    [...row, true],
  ])
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
