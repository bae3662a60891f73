import { nearest } from "../model/nearest.ts"
import type { Rule, RuleFile, RuleProblem } from "../model/rule.ts"
import type { Span } from "../model/span.ts"
import { equal } from "../model/value.ts"
import type { CompiledRule, Place } from "./compiled.ts"
import { allOf, negate } from "./conditions.ts"
import { type Flow, flowsOf, type WrittenConstant, writtenConstants } from "./flows.ts"
import { globsOverlap } from "./globOverlap.ts"
import { globProblem } from "./globPattern.ts"
import { satisfiable } from "./satisfiable.ts"
import { quote } from "./show.ts"
import { placeText } from "./termText.ts"

export interface AnalyseOptions {
  /** The formats that there are; absent: any name may be one. */
  readonly formats?: readonly string[]
  /**
   * Whether the schema of the files that these globs name knows the place (`null` is any step); `undefined` when there is no schema, or it
   * does not say.
   */
  readonly knows?: (files: readonly string[], steps: Place["steps"]) => boolean | undefined
}

/** A compiled rule with the text it came from. */
interface Subject {
  readonly rule: CompiledRule
  readonly written: Rule
  readonly path: string
}

/**
 * What is wrong with rules as such, whatever the files say: duplicate ids across files, requirements that never or always hold, repairs that
 * contradict each other or go round in a circle, places that a schema does not know, rules without a test.
 * @param rules every compiled rule of `files`.
 */
export function analyseRules(
  rules: readonly CompiledRule[],
  files: readonly RuleFile[],
  options: AnalyseOptions = {},
): readonly RuleProblem[] {
  const subjects = subjectsOf(rules, files)
  return [
    ...duplicateIds(files),
    ...subjects.flatMap(contradictions),
    ...subjects.flatMap(untested),
    ...subjects.flatMap((subject) => [...unknownFormats(subject, options), ...wrongGlobs(subject)]),
    ...subjects.flatMap((subject) => unknownPlaces(subject, options)),
    ...conflicts(subjects),
    ...circles(subjects),
  ]
}

function subjectsOf(rules: readonly CompiledRule[], files: readonly RuleFile[]): readonly Subject[] {
  const compiled = new Map(rules.map((rule) => [rule.id, rule]))
  return files.flatMap((file) =>
    file.rules.flatMap((written) => {
      const rule = compiled.get(written.id)
      compiled.delete(written.id)
      return rule === undefined ? [] : [{ rule, written, path: file.path }]
    }),
  )
}

function problem(
  code: string,
  severity: "error" | "warning",
  at: { readonly path: string; readonly span: Span },
  message: string,
  hint: string,
): RuleProblem {
  return { code, severity, message, hint, path: at.path, span: at.span }
}

function duplicateIds(files: readonly RuleFile[]): readonly RuleProblem[] {
  const homes = new Map<string, string>()
  return files.flatMap((file) => {
    const here = new Set<string>()
    return file.rules.flatMap(({ id, idSpan }) => {
      const home = homes.get(id)
      const again = here.has(id)
      here.add(id)
      if (home === undefined) homes.set(id, file.path)
      // Twice in one file is told by the compiler.
      if (home === undefined || again) return []
      const message = `the rule "${id}" is also in ${home}`
      return [
        problem("duplicate-id", "error", { path: file.path, span: idSpan }, message, "give one of them another id"),
      ]
    })
  })
}

function contradictions({ rule, written, path }: Subject): readonly RuleProblem[] {
  const at = (span: Span) => ({ path, span })
  const where = allOf(rule.where.map(({ condition }) => condition))
  const first = written.where[0]
  if (first !== undefined && !satisfiable(where, rule.facts)) {
    const hint = "look for two conditions on one place that exclude each other"
    return [problem("never-applies", "warning", at(first.span), "the rule can never apply", hint)]
  }
  const always = rule.where.flatMap(({ condition }, index) => {
    if (satisfiable(negate(condition), rule.facts)) return []
    const span = written.where[index]?.span ?? written.idSpan
    const message = "this always holds, so it leaves nothing out"
    return [problem("always-holds", "warning", at(span), message, "drop it, or say when the rule does not apply")]
  })
  return [...always, ...impossible({ rule, written, path })]
}

/** Requirements that never, or always, hold, each alone and together. */
function impossible({ rule, written, path }: Subject): readonly RuleProblem[] {
  const at = (span: Span) => ({ path, span })
  const found = rule.require.flatMap(({ condition }, index) => {
    const span = written.require[index]?.span ?? written.idSpan
    if (!satisfiable(condition, rule.facts)) {
      const hint = "no value meets it: look for parts that exclude each other, or an empty list"
      return [problem("contradiction", "error", at(span), "this can never hold", hint)]
    }
    if (satisfiable(negate(condition), rule.facts)) return []
    return [
      problem(
        "always-holds",
        "warning",
        at(span),
        "this always holds, so the rule finds nothing",
        "drop it, or say what must not be",
      ),
    ]
  })
  if (found.length > 0 || rule.require.length < 2) return found
  const together = allOf(rule.require.map(({ condition }) => condition))
  if (satisfiable(together, rule.facts)) return []
  const span = written.require[1]?.span ?? written.idSpan
  return [
    problem(
      "contradiction",
      "error",
      at(span),
      "this and the requirement before it exclude each other",
      "drop one of them, or make it a rule of its own with a where",
    ),
  ]
}

function untested({ rule, written, path }: Subject): readonly RuleProblem[] {
  if (written.tests.length > 0) return []
  const hint = 'add test "name" { given … finds … }'
  return [problem("untested", "warning", { path, span: written.idSpan }, `the rule "${rule.id}" has no test`, hint)]
}

function unknownFormats({ rule, written, path }: Subject, { formats }: AnalyseOptions): readonly RuleProblem[] {
  if (formats === undefined) return []
  return rule.formats
    .filter((name) => !formats.includes(name))
    .map((name) => {
      const near = nearest(name, formats)
      const hint = near === undefined ? `the formats are ${formats.join(", ")}` : `did you mean "${near.word}"?`
      return problem("unknown-format", "error", { path, span: written.idSpan }, `there is no format "${name}"`, hint)
    })
}

function wrongGlobs({ rule, written, path }: Subject): readonly RuleProblem[] {
  return rule.files.flatMap((glob) => {
    const wrong = globProblem(glob)
    if (wrong === undefined) return []
    const message = `the glob "${glob}" matches no file that was meant: ${wrong.reason}`
    return [problem("wrong-glob", "warning", { path, span: written.idSpan }, message, wrong.hint)]
  })
}

function unknownPlaces({ rule, written, path }: Subject, { knows }: AnalyseOptions): readonly RuleProblem[] {
  if (knows === undefined) return []
  return rule.reads.flatMap((place) => {
    const files = place.file === null ? rule.files : [place.file]
    if (place.steps.length === 0 || knows(files, place.steps) !== false) return []
    const message = `the schema of these files knows no ${placeText(place)}`
    return [
      problem("unknown-path", "warning", { path, span: written.idSpan }, message, "correct the path, or the schema"),
    ]
  })
}

function conflicts(subjects: readonly Subject[]): readonly RuleProblem[] {
  const writes = subjects.map((subject) => ({ subject, constants: writtenConstants(subject.rule) }))
  return writes.flatMap((right, index) =>
    writes.slice(0, index).flatMap((left) => {
      const pair = firstPair(left.constants, right.constants)
      if (pair === undefined || !meet(left.subject.rule, right.subject.rule)) return []
      return [conflict(left.subject, right.subject, pair)]
    }),
  )
}

type Pair = readonly [WrittenConstant, WrittenConstant]

function firstPair(left: readonly WrittenConstant[], right: readonly WrittenConstant[]): Pair | undefined {
  for (const a of left) {
    for (const b of right) if (samePlace(a.place, b.place) && !equal(a.value, b.value)) return [a, b]
  }
  return undefined
}

function conflict(left: Subject, right: Subject, [a, b]: Pair): RuleProblem {
  // A `where` may keep the two apart in ways that cannot be seen here.
  const certain = !a.conditional && !b.conditional && left.rule.where.length === 0 && right.rule.where.length === 0
  const message = `repairs write ${quote(b.value)} to ${placeText(b.place)}, where "${left.rule.id}" (${left.path}) writes ${quote(a.value)}`
  const hint = "let one of the rules go, or keep them apart with files or where"
  const at = { path: right.path, span: right.written.idSpan }
  return problem("conflicting-repairs", certain ? "error" : "warning", at, message, hint)
}

/** Whether two rules of one rank may look at one file, and may both apply there as far as can be told. */
function meet(left: CompiledRule, right: CompiledRule): boolean {
  const share = (a: readonly string[], b: readonly string[]) =>
    a.length === 0 || b.length === 0 || a.some((each) => b.includes(each))
  // Else one goes before the other, and the loser is told of as deferred.
  if (left.priority !== right.priority || left.severity !== right.severity) return false
  if (!globsOverlap(left.files, right.files)) return false
  if (!share(left.formats, right.formats) || !share(left.environments, right.environments)) return false
  const sameNames = JSON.stringify(left.for) === JSON.stringify(right.for)
  const where = allOf([...left.where, ...right.where].map(({ condition }) => condition))
  return !sameNames || satisfiable(where, { ...left.facts, ...right.facts })
}

function samePlace(left: Place, right: Place): boolean {
  return left.file === right.file && left.steps.length === right.steps.length && overlap(left, right)
}

function overlap(left: Place, right: Place): boolean {
  if (left.file !== right.file) return false
  return left.steps.every((step, index) => {
    const other = right.steps[index]
    return step === null || other === null || other === undefined || step === other
  })
}

interface Owned {
  readonly subject: Subject
  readonly flow: Flow
}

/** Repairs that copy from what another one writes, and so on back to the first: each run changes what the next one reads. */
function circles(subjects: readonly Subject[]): readonly RuleProblem[] {
  // A place that is made from itself (`[X] ++ …`) is read before it is written, by one repair alone.
  const flows = subjects.flatMap((subject) =>
    flowsOf(subject.rule)
      .filter(({ from, to }) => !overlap(from, to))
      .map((flow) => ({ subject, flow })),
  )
  const trail: Owned[] = []
  const done = new Set<Owned>()
  const found = new Map<string, RuleProblem>()
  const visit = (owned: Owned) => {
    if (done.has(owned)) return
    const start = trail.indexOf(owned)
    if (start >= 0) {
      const problem = circle(trail.slice(start))
      found.set(problem.message, problem)
      return
    }
    trail.push(owned)
    for (const next of flows) if (feeds(owned, next)) visit(next)
    trail.pop()
    done.add(owned)
  }
  for (const owned of flows) visit(owned)
  return [...found.values()]
}

function feeds(from: Owned, to: Owned): boolean {
  if (from.subject === to.subject || !overlap(from.flow.to, to.flow.from)) return false
  return globsOverlap(from.subject.rule.files, to.subject.rule.files)
}

function circle(trail: readonly Owned[]): RuleProblem {
  const ids = [...new Set(trail.map(({ subject }) => subject.rule.id))].sort()
  const { subject } = trail.find((each) => each.subject.rule.id === ids[0]) ?? (trail[0] as Owned)
  const message = `the repairs of ${ids.map((id) => `"${id}"`).join(", ")} feed each other in a circle`
  const hint = "let one place be the source, and repair the others from it"
  return problem("repair-cycle", "warning", { path: subject.path, span: subject.written.idSpan }, message, hint)
}
