import type {
  ExplainedBinding,
  ExplainedClause,
  ExplainedCondition,
  ExplainedFrame,
  Explanation,
  Silence,
} from "../model/explanation.ts"
import type { Severity } from "../model/finding.ts"
import type { BooleanCondition, CompiledRule } from "./compiled.ts"
import {
  applies,
  contextOf,
  type EvaluatorSettings,
  factsIn,
  paramsOf,
  runsWithoutDocument,
  type Subject,
} from "./evaluate.ts"
import { bindings, type Context, nodesOf } from "./facts.ts"
import { failingOf } from "./findings.ts"
import type { Frame } from "./frame.ts"
import { matcher } from "./glob.ts"
import type { FactValues, Inference, InferredCondition } from "./jsonRulesEngine.ts"
import { ladder } from "./ladder.ts"
import { Steps, TooCostly } from "./steps.ts"
import { termText } from "./termText.ts"
import { Verdicts } from "./verdicts.ts"

/** What a rule makes of a file, step by step, with json-rules-engine's own account of each condition. */
export async function explain(rule: CompiledRule, subject: Subject, settings: EvaluatorSettings): Promise<Explanation> {
  const severity = settings.severity[rule.id] ?? rule.severity
  const head = { rule: rule.id, title: rule.title, severity }
  const silence = silenceOf(rule, subject, severity)
  if (silence !== undefined) return { ...head, silence, frames: [] }
  try {
    return { ...head, ...(await framesOf(rule, subject, settings)) }
  } catch (error) {
    if (!(error instanceof TooCostly)) throw error
    return { ...head, silence: { reason: "too-costly" }, frames: [] }
  }
}

async function framesOf(
  rule: CompiledRule,
  subject: Subject,
  settings: EvaluatorSettings,
): Promise<Pick<Explanation, "silence" | "frames">> {
  const inference = await new Verdicts().inference()
  const frames: ExplainedFrame[] = []
  let unbound: Silence | undefined
  const documents = rule.needsDocument && subject.documents.length > 0 ? subject.documents : [subject.documents[0]]
  for (const [index, document] of documents.entries()) {
    const params = paramsOf(rule, settings)
    const context = { ...contextOf(document?.value, subject.world, params, settings.schemas), steps: new Steps() }
    const found = [...bindings(rule, context)]
    if (found.length === 0) unbound ??= firstUnbound(rule, context)
    for (const frame of found) {
      const explained = await explainFrame(inference, rule, frame, context, { file: subject.file, document: index })
      frames.push({ ...explained, document: index, bindings: explainBindings(frame, document) })
    }
  }
  return frames.length === 0 && unbound !== undefined ? { silence: unbound, frames } : { frames }
}

function silenceOf(rule: CompiledRule, subject: Subject, severity: Severity | "off"): Silence | undefined {
  if (severity === "off") return { reason: "off" }
  if (!matcher(rule.files)(subject.file)) return { reason: "files", globs: rule.files }
  if (!applies({ formats: rule.formats, environments: [] }, subject))
    return { reason: "formats", formats: rule.formats }
  if (!applies(rule, subject)) return { reason: "environments", environments: rule.environments }
  return subject.documents.length > 0 || runsWithoutDocument(rule, subject) ? undefined : { reason: "no-document" }
}

/** The outermost `for` below which nothing is bound. */
function firstUnbound(rule: CompiledRule, context: Context): Silence | undefined {
  for (const [index, clause] of rule.for.entries()) {
    const outer = [...bindings({ for: rule.for.slice(0, index) }, context)]
    const some = outer.some((frame) => nodesOf(clause.in, frame, context).some((node) => node.value !== undefined))
    if (!some) return { reason: "no-binding", name: clause.name, in: termText(clause.in) }
  }
  return undefined
}

async function explainFrame(
  inference: Inference,
  rule: CompiledRule,
  frame: Frame,
  context: Context,
  spot: { readonly file: string; readonly document: number },
) {
  const facts = factsIn(rule, frame, context)
  const clauses = async (all: readonly { readonly text: string; readonly condition: BooleanCondition }[]) => {
    const explained: ExplainedClause[] = []
    for (const clause of all) explained.push(await explainClause(inference, rule, clause, facts))
    return explained
  }
  const where = await clauses(rule.where)
  const require = await clauses(rule.require)
  const fires = (await inference.ask(rule, facts)).result === true
  return {
    where,
    applies: where.every(({ holds }) => holds),
    require,
    fires,
    ladder: fires ? ladder(rule, failingOf(rule, frame, context), frame, context, spot) : [],
  }
}

async function explainClause(
  inference: Inference,
  rule: CompiledRule,
  { text, condition }: { readonly text: string; readonly condition: BooleanCondition },
  facts: FactValues,
): Promise<ExplainedClause> {
  const result = await inference.ask({ id: rule.id, event: rule.event, conditions: condition }, facts)
  const holds = result.result === true
  // The engine notes a result on every condition but the outermost.
  return { text, holds, condition: { ...explainCondition(result.conditions), holds } }
}

function explainCondition(condition: InferredCondition): ExplainedCondition {
  const { all, any, not, fact, operator, factResult: value, valueResult: expected } = condition
  const holds = condition.result === true
  if (all !== undefined) return { type: "all", holds, parts: [...all].map(explainCondition) }
  if (any !== undefined) return { type: "any", holds, parts: [...any].map(explainCondition) }
  if (not !== undefined) return { type: "not", holds, parts: [explainCondition(not)] }
  if (fact === undefined || operator === undefined) throw new Error("a compiled rule names no shared condition")
  return { type: "fact", holds, fact, operator, value, expected }
}

function explainBindings(
  frame: Frame,
  document: Subject["documents"][number] | undefined,
): readonly ExplainedBinding[] {
  return [...frame].map(([name, { value, place }]) => {
    if (place === undefined) return { name, value }
    const span = place.file === null ? document?.locate(place.path)?.value : undefined
    return span === undefined ? { name, path: place.path, value } : { name, path: place.path, span, value }
  })
}
