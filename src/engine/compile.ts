import type { Action, FunctionName, PathExpr, Requirement, Rule, RuleFile, RuleProblem } from "../model/rule.ts"
import type { Span } from "../model/span.ts"
import { othersOf } from "./asksOthers.ts"
import type {
  BooleanCondition,
  CompiledAction,
  CompiledFix,
  CompiledRequirement,
  CompiledRule,
  Facts,
  PathTerm,
  Term,
} from "./compiled.ts"
import { allOf, conditionOf, FactTable, negate, wrap } from "./conditions.ts"
import { isMany } from "./facts.ts"
import { actionWrites, bindersOf, distinct, readsOf, requirementWrites } from "./places.ts"
import { constant, type Place, Resolver } from "./resolveNames.ts"
import { type FileScope, fileScope, type Meaning, type Report } from "./scope.ts"
import { termText } from "./termText.ts"

/** Those that are answered from a scan of the text. */
const secretFunctions: readonly FunctionName[] = ["secret", "secrets", "conceal", "variable"]

export interface Compiled {
  /** Those without an error, in order of the file. */
  readonly rules: readonly CompiledRule[]
  readonly problems: readonly RuleProblem[]
}

/**
 * Compile the rules of one file. What is wrong with one rule never hides the others.
 * @param resolve finds the file that an import names, `importer` being the path of the file with the import; `undefined` when there is none.
 * @param packs names that an import may have meant where it leads nowhere, such as `cfgsync:mcp`.
 */
export function compileRules(
  file: RuleFile,
  resolve: (from: string, importer: string) => RuleFile | undefined,
  packs: readonly string[] = [],
): Compiled {
  const problems = new Map<string, RuleProblem>()
  const report = (problem: RuleProblem) => {
    problems.set(
      JSON.stringify([problem.path, problem.span.start, problem.span.end, problem.code, problem.message]),
      problem,
    )
  }
  const scope = fileScope(file, resolve, report, packs)
  checkNames(file, scope, report)
  const seen = new Set<string>()
  const rules: CompiledRule[] = []
  for (const rule of file.rules) {
    let sound = !seen.has(rule.id)
    if (!sound) report(duplicate(rule, file.path))
    seen.add(rule.id)
    const compiled = new RuleCompiler(scope, (problem) => {
      if (problem.severity === "error") sound = false
      report(problem)
    }).compile(rule)
    if (sound) rules.push(compiled)
  }
  return { rules, problems: [...problems.values()].sort((a, b) => a.span.start - b.span.start) }
}

/** Lets and predicates that no rule uses are checked too. */
function checkNames(file: RuleFile, scope: FileScope, report: Report): void {
  for (const { name, value } of file.lets) {
    new Resolver(report).term(value, { file: scope, names: new Map(), calls: [`${file.path}\n${name}`] })
  }
  for (const { name, parameters, body } of file.predicates) {
    const names = new Map(
      parameters.map((parameter): [string, Meaning] => [parameter, { type: "binding", name: parameter }]),
    )
    new Resolver(report).term(body, { file: scope, names, calls: [`${file.path}\n${name}`] })
  }
}

function duplicate(rule: Rule, path: string): RuleProblem {
  return {
    code: "duplicate-id",
    severity: "error",
    message: `there are two rules "${rule.id}"`,
    hint: "give one of them another id",
    path,
    span: rule.idSpan,
  }
}

class RuleCompiler {
  readonly #resolver: Resolver
  readonly #report: Report
  readonly #facts = new FactTable()
  #place: Place

  constructor(file: FileScope, report: Report) {
    this.#resolver = new Resolver(report)
    this.#report = report
    this.#place = { file, names: new Map(), calls: [] }
  }

  compile(rule: Rule): CompiledRule {
    for (const { name, span } of rule.params) {
      this.#resolver.binder(name)
      this.#bind(name, { type: "param" }, span)
    }
    const bindings = rule.for.map(({ name, in: path, span }) => {
      const target = this.#resolver.target(path, path.span, this.#place)
      const unique = this.#resolver.binder(name)
      this.#bind(name, { type: "binding", name: unique }, span)
      return { name: unique, in: target }
    })
    const where = rule.where.map((expr) => this.#resolver.term(expr, this.#place))
    const whereConditions = where.map((term) => ({ text: termText(term), condition: this.#condition(term) }))
    const require = rule.require.map((requirement) => this.#requirement(requirement))
    const needsFile = !this.#resolver.fileFacts.has("exists")
    const fixes = rule.fixes.map(
      (fix): CompiledFix => ({
        title: fix.title,
        safety: fix.safety,
        where: fix.where.map((expr) => {
          const term = this.#resolver.term(expr, this.#place)
          return { text: termText(term), term }
        }),
        actions: fix.actions.map((action) => this.#action(action)),
      }),
    )
    const message = rule.message && this.#resolver.template(rule.message, this.#place)
    const binders = bindersOf({ for: bindings })
    const asked = [...bindings.map((binding) => binding.in), ...where, ...require.map(termOf)]
    const reads = distinct(asked.flatMap((term) => readsOf(term, binders)))
    const facts: Facts = Object.fromEntries(this.#facts.definitions)
    return {
      id: rule.id,
      title: rule.title,
      ...definedOnly({ since: rule.since, deprecated: rule.deprecated }),
      severity: rule.severity,
      files: rule.files,
      formats: rule.formats,
      environments: rule.environments,
      tags: rule.tags,
      priority: rule.priority,
      params: Object.fromEntries(rule.params.map((param) => [param.name, constant(param.default)])),
      needsDocument: reads.some((place) => place.file === null),
      needsFile,
      needsSecrets: secretFunctions.some((name) => this.#resolver.functions.has(name)),
      needsLastGood:
        this.#resolver.functions.has("last_good") ||
        fixes.some(({ actions }) => actions.some(({ type }) => type === "restore")),
      others: othersOf(facts, reads),
      ...definedOnly({ why: rule.why, docs: rule.docs, message }),
      for: bindings,
      facts,
      where: whereConditions,
      require,
      conditions: verdict(whereConditions, require),
      event: { type: rule.id, params: { severity: rule.severity, title: rule.title } },
      fixes,
      reads,
      writes: distinct([
        ...fixes.flatMap((fix) => fix.actions.flatMap((action) => actionWrites(action, fix.safety, binders))),
        ...require.flatMap((requirement) => requirementWrites(requirement, binders)),
      ]),
    }
  }

  #bind(name: string, meaning: Meaning, span: Span): void {
    if (this.#place.names.has(name)) {
      this.#problem("duplicate-name", `"${name}" is bound twice in this rule`, span, "rename one of them")
    }
    this.#place = { ...this.#place, names: new Map(this.#place.names).set(name, meaning) }
  }

  #condition(term: Term): BooleanCondition {
    return wrap(conditionOf(term, this.#facts))
  }

  #requirement(requirement: Requirement): CompiledRequirement {
    if (requirement.type === "holds") {
      const term = this.#resolver.term(requirement.expr, this.#place)
      return { type: "holds", text: termText(term), condition: this.#condition(term), term }
    }
    if (requirement.type === "defaults") {
      const target = this.#written(requirement.target)
      const value = this.#resolver.term(requirement.value, this.#place)
      const condition = this.#condition({ type: "is", arg: target, kind: "present" })
      return { type: "defaults", text: `${termText(target)} defaults ${termText(value)}`, condition, target, value }
    }
    const target = this.#schemaTarget(requirement.target)
    const count: Term = { type: "violations", schema: requirement.name, target }
    const condition = this.#condition({ type: "compare", op: "==", left: count, right: { type: "literal", value: 0 } })
    const text = `schema ${JSON.stringify(requirement.name)} at ${termText(target)}`
    return { type: "schema", text, condition, name: requirement.name, target }
  }

  #schemaTarget(path: PathExpr | undefined): PathTerm {
    if (path === undefined) return { type: "path", root: { type: "document" }, segments: [] }
    return this.#resolver.target(path, path.span, this.#place)
  }

  #action(action: Action): CompiledAction {
    switch (action.type) {
      case "set":
      case "append": {
        const value = this.#resolver.term(action.value, this.#place)
        return { type: action.type, target: this.#written(action.target), value }
      }
      case "remove":
      case "sort":
        return { type: action.type, target: this.#written(action.target) }
      case "rename":
        return { type: "rename", target: this.#written(action.target), to: action.to }
      case "insert": {
        const value = this.#resolver.term(action.value, this.#place)
        return { type: "insert", target: this.#written(action.target), index: action.index, value }
      }
      case "move":
        return { type: "move", target: this.#written(action.target), to: this.#written(action.to) }
      case "create":
        return { type: "create", from: action.from ?? null, text: action.text ?? null }
      case "restore":
        return { type: "restore" }
      case "chmod":
        return { type: "chmod", mode: action.mode }
    }
  }

  /** The target of a repair: one place. */
  #written(path: PathExpr): PathTerm {
    const target = this.#resolver.target(path, path.span, this.#place)
    if (isMany(target)) {
      this.#problem(
        "target-many",
        `a repair writes to one place, and ${termText(target)} may be many`,
        path.span,
        "bind each of them with for",
      )
    }
    return target
  }

  #problem(code: string, message: string, span: Span, hint: string): void {
    this.#report({ code, severity: "error", message, hint, path: this.#place.file.path, span })
  }
}

function verdict(
  where: readonly { readonly condition: BooleanCondition }[],
  require: readonly CompiledRequirement[],
): BooleanCondition {
  const required = allOf(require.map(({ condition }) => condition))
  return wrap(allOf([...where.map(({ condition }) => condition), negate(required)]))
}

function termOf(requirement: CompiledRequirement): Term {
  if (requirement.type === "holds") return requirement.term
  if (requirement.type === "defaults") return requirement.target
  return { type: "violations", schema: requirement.name, target: requirement.target }
}

/** JSON knows no `undefined`: what is not there is left out. */
function definedOnly<T extends object>(object: T): Partial<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>
}
