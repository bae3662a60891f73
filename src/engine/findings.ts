import type { Document } from "../model/document.ts"
import type { Rung } from "../model/explanation.ts"
import type { Finding, Repair, Severity } from "../model/finding.ts"
import type { Operation } from "../model/operation.ts"
import { type Path, startsWith, valueAt } from "../model/path.ts"
import type { Span } from "../model/span.ts"
import { isObject, type Value } from "../model/value.ts"
import { aboutOf, bindingPath, closestOf, existing } from "./about.ts"
import type { CompiledRequirement, CompiledRule } from "./compiled.ts"
import type { Spot } from "./derive.ts"
import { type Context, nodesOf, resolveFact, type SchemaViolation } from "./facts.ts"
import type { Frame } from "./frame.ts"
import { ladder } from "./ladder.ts"
import { holds } from "./operators.ts"
import { failureWords, fillIn } from "./words.ts"

/** A rule that fired in one frame. */
export interface Fired {
  readonly rule: CompiledRule
  readonly severity: Severity
  readonly frame: Frame
  readonly context: Context
  readonly spot: Spot
  readonly document: Document | undefined
}

/** The findings of a rule that fired: one for each requirement that is not met, and of a schema one for each place that breaks it. */
export function findingsOf(fired: Fired): readonly Finding[] {
  return failingOf(fired.rule, fired.frame, fired.context).flatMap((requirement) =>
    requirement.type === "schema" ? schemaFindings(fired, requirement) : [ownFinding(fired, requirement)],
  )
}

/** The requirements that do not hold. */
export function failingOf(rule: CompiledRule, frame: Frame, context: Context): readonly CompiledRequirement[] {
  const values = new Map<string, Value | undefined>()
  const fact = (name: string) => {
    const definition = rule.facts[name]
    if (!values.has(name) && definition !== undefined) values.set(name, resolveFact(definition, frame, context))
    return values.get(name)
  }
  return rule.require.filter(({ condition }) => !holds(condition, fact))
}

function ownFinding(fired: Fired, failing: CompiledRequirement): Finding {
  const { rule, frame, context, document, spot } = fired
  const message = rule.message
    ? fillIn(rule.message, frame, context)
    : `${rule.title}: ${failureWords(failing, frame, context)}`
  return {
    ...frameOf(fired),
    kind: "rule",
    message,
    ...(rule.require.length > 1 ? { part: rule.require.indexOf(failing) } : {}),
    path: bindingPath(frame) ?? aboutPath(failing, frame, context),
    ...closestPath(failing, frame, context),
    span: spanOf(failing, frame, context, document),
    repairs: repairsOf(ladder(rule, [failing], frame, context, spot)),
  }
}

function schemaFindings(fired: Fired, requirement: CompiledRequirement & { type: "schema" }): readonly Finding[] {
  const { rule, frame, context, document, spot } = fired
  const [node] = nodesOf(requirement.target, frame, context)
  if (node?.value === undefined || node.place === undefined) return []
  const base = node.place.path
  const own = node.place.file === null
  const file = node.place.file === null ? spot : { file: node.place.file, document: 0 }
  const written = repairsOf(ladder(rule, [], frame, context, spot))
  return (context.schemas?.(requirement.name, node.value) ?? []).map((violation): Finding => {
    const path = [...base, ...violation.path]
    return {
      ...frameOf(fired),
      kind: "schema",
      message: violation.message,
      path: own ? path : (bindingPath(frame) ?? []),
      span: own ? placeSpan(path, violation.atKey, context, document) : start(document),
      repairs: [...written, ...violationRepairs(violation, base, file)],
    }
  })
}

function violationRepairs(violation: SchemaViolation, base: Path, spot: Spot): readonly Repair[] {
  return violation.operations.map(({ title, safety, operation }) => ({
    title,
    safety,
    steps: [{ ...spot, operation: below(base, operation) }],
  }))
}

function below(base: Path, operation: Operation): Operation {
  const path = [...base, ...operation.path]
  return operation.op === "move" ? { ...operation, path, from: [...base, ...operation.from] } : { ...operation, path }
}

/** What every finding of a rule says. */
function frameOf({ rule, severity, spot }: Fired) {
  return {
    ...spot,
    rule: rule.id,
    severity,
    priority: rule.priority,
    ...(rule.why === undefined ? {} : { why: rule.why }),
    ...(rule.docs === undefined ? {} : { docs: rule.docs }),
  }
}

function repairsOf(rungs: readonly Rung[]): readonly Repair[] {
  return rungs.flatMap(({ repair }) => (repair === undefined ? [] : [repair]))
}

function closestPath(requirement: CompiledRequirement, frame: Frame, context: Context): Pick<Finding, "about"> {
  const place = closestOf(requirement, frame, context)?.place
  return place?.file === null ? { about: place.path } : {}
}

/** Of a rule without `for`: the place that the requirement speaks of, where there is something; else the root. */
function aboutPath(requirement: CompiledRequirement, frame: Frame, context: Context): Path {
  const place = aboutOf(requirement, frame, context)?.place
  return place?.file === null && valueAt(context.value, place.path) !== undefined ? place.path : []
}

/** The most precise node that exists: the value in question, or the key of what should hold it. */
function spanOf(
  requirement: CompiledRequirement,
  frame: Frame,
  context: Context,
  document: Document | undefined,
): Span {
  const bound = bindingPath(frame) ?? []
  const place = closestOf(requirement, frame, context)?.place
  if (place?.file !== null) return placeSpan(bound, true, context, document)
  // What is wrong is the node that the rule looks at, not what it is compared with.
  if (!startsWith(place.path, bound)) return placeSpan(bound, false, context, document)
  const found = existing(place.path, context.value)
  if (found.length < place.path.length && startsWith(bound, found)) return placeSpan(bound, true, context, document)
  return placeSpan(found, found.length < place.path.length, context, document)
}

function placeSpan(path: Path, atKey: boolean, context: Context, document: Document | undefined): Span {
  const found = existing(path, context.value)
  const location = found.length === 0 ? undefined : document?.locate(found)
  if (location === undefined) return start(document)
  const prefersKey = atKey || found.length < path.length || isObject(valueAt(context.value, found))
  return (prefersKey ? location.key : undefined) ?? location.value
}

/** One character: a whole document would be no place. */
function start(document: Document | undefined): Span {
  const span = document?.span ?? { start: 0, end: 0 }
  return { start: span.start, end: Math.min(span.start + 1, span.end) }
}
