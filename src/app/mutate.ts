import type { Expr, Rule, RuleFile } from "../model/rule.ts"

/** A rule with one small change that its tests should notice, and the change in words. */
export interface Mutant {
  readonly rule: Rule
  readonly change: string
}

/**
 * Small wrong versions of a rule: each condition, requirement, fix and action left out; each `where` and requirement negated; `and` for `or`;
 * a comparison turned or moved by one. Tests and texts for people are not changed.
 */
export function* mutantsOf(rule: Rule): Generator<Mutant> {
  yield* without(rule, "where")
  if (rule.require.length > 1) yield* without(rule, "require")
  yield* without(rule, "fixes")
  for (const [index, where] of rule.where.entries()) {
    for (const { expr, change } of variants(where))
      yield { rule: { ...rule, where: rule.where.with(index, expr) }, change: `where: ${change}` }
  }
  for (const [index, requirement] of rule.require.entries()) {
    if (requirement.type !== "holds") continue
    for (const { expr, change } of variants(requirement.expr)) {
      yield {
        rule: { ...rule, require: rule.require.with(index, { ...requirement, expr }) },
        change: `require: ${change}`,
      }
    }
  }
  for (const [index, fix] of rule.fixes.entries()) {
    const label = `fix ${JSON.stringify(fix.title)}`
    const put = (changed: typeof fix, change: string): Mutant => ({
      rule: { ...rule, fixes: rule.fixes.with(index, changed) },
      change: `${label}: ${change}`,
    })
    for (const [at, where] of fix.where.entries()) {
      yield put({ ...fix, where: fix.where.toSpliced(at, 1) }, `without its where ${at + 1}`)
      for (const { expr, change } of variants(where))
        yield put({ ...fix, where: fix.where.with(at, expr) }, `where: ${change}`)
    }
    if (fix.actions.length > 1)
      for (const at of fix.actions.keys())
        yield put({ ...fix, actions: fix.actions.toSpliced(at, 1) }, `without its action ${at + 1}`)
    yield put({ ...fix, safety: fix.safety === "safe" ? "unsafe" : "safe" }, `${fix.safety} turned round`)
  }
}

/** A rule file in which one name means something slightly else, which the tests of its rules should notice. */
export interface NameMutant {
  readonly name: string
  readonly file: RuleFile
  readonly change: string
}

/** The same for what the rules of a file share: its predicates, and the members of its lists. Names that only other files use are left out. */
export function* nameMutantsOf(file: RuleFile): Generator<NameMutant> {
  if (file.rules.length === 0) return
  for (const [index, predicate] of file.predicates.entries()) {
    for (const { expr, change } of variants(predicate.body))
      yield {
        name: predicate.name,
        file: { ...file, predicates: file.predicates.with(index, { ...predicate, body: expr }) },
        change,
      }
  }
  for (const [index, each] of file.lets.entries()) {
    for (const { expr, change } of withoutMembers(each.value))
      yield { name: each.name, file: { ...file, lets: file.lets.with(index, { ...each, value: expr }) }, change }
  }
}

function* without(rule: Rule, clause: "where" | "require" | "fixes"): Generator<Mutant> {
  for (const index of rule[clause].keys())
    yield {
      rule: { ...rule, [clause]: [...rule[clause]].toSpliced(index, 1) },
      change: `without ${clause} ${index + 1}`,
    }
}

interface Variant {
  readonly expr: Expr
  readonly change: string
}

function* variants(expr: Expr): Generator<Variant> {
  const { span } = expr
  // Of these, one of the changes inside is the negation already: what is not equal is defined as the opposite of equal.
  const negatedInside = expr.type === "not" || (expr.type === "compare" && (expr.op === "==" || expr.op === "!="))
  if (!negatedInside) yield { expr: { type: "not", arg: expr, span }, change: "negated" }
  yield* inner(expr)
}

/** Changes inside an expression, so that no single part of it goes untested. */
function* inner(expr: Expr): Generator<Variant> {
  const { span } = expr
  switch (expr.type) {
    case "and":
    case "or": {
      yield { expr: { ...expr, type: expr.type === "and" ? "or" : "and" }, change: `${expr.type} turned round` }
      for (const [index, arg] of expr.args.entries()) {
        const rest = expr.args.toSpliced(index, 1)
        yield {
          expr: rest.length === 1 && rest[0] !== undefined ? rest[0] : { ...expr, args: rest },
          change: `without part ${index + 1} of ${expr.type}`,
        }
        for (const variant of inner(arg))
          yield { expr: { ...expr, args: expr.args.with(index, variant.expr) }, change: variant.change }
      }
      return
    }
    case "not":
      yield { expr: expr.arg, change: "without its not" }
      for (const variant of inner(expr.arg))
        yield { expr: { type: "not", arg: variant.expr, span }, change: variant.change }
      return
    case "compare": {
      const turned = {
        "==": "!=",
        "!=": "==",
        "<": "<=",
        "<=": "<",
        ">": ">=",
        ">=": ">",
        in: undefined,
        contains: undefined,
        matches: undefined,
        like: undefined,
        satisfies: undefined,
      } as const
      const op = turned[expr.op]
      if (op !== undefined) yield { expr: { ...expr, op }, change: `${expr.op} as ${op}` }
      for (const { expr: right, change } of withoutMembers(expr.right)) yield { expr: { ...expr, right }, change }
      return
    }
    case "default":
      yield { expr: expr.left, change: "without its ??" }
      return
    case "quantifier":
      yield {
        expr: { ...expr, quantifier: expr.quantifier === "all" ? "any" : "all" },
        change: `${expr.quantifier} turned round`,
      }
      for (const variant of inner(expr.body)) yield { expr: { ...expr, body: variant.expr }, change: variant.change }
      return
    default:
      return
  }
}

function* withoutMembers(expr: Expr): Generator<Variant> {
  if (expr.type !== "list") return
  for (const index of expr.items.keys())
    yield {
      expr: { ...expr, items: expr.items.toSpliced(index, 1) },
      change: `without member ${index + 1} of the list`,
    }
}
