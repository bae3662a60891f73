import type { Action, Expr, FunctionName, Link, PathExpr, Requirement, Rule, Segment } from "../src/model/rule.ts"
import { functionNames } from "../src/model/rule.ts"
import type { Span } from "../src/model/span.ts"
import type { Statement } from "./clause.ts"
import { type Fault, fault } from "./fault.ts"
import { suggest } from "./suggest.ts"

type Report = (fault: Fault) => void

/** What the text of one file says about names, as far as its statements could be read. */
export interface Names {
  readonly lets: ReadonlySet<string>
  /** By the number of their parameters; `undefined` where the predicate itself could not be read. */
  readonly predicates: ReadonlyMap<string, number | undefined>
  /** A file with imports may call what only they know. */
  readonly imports: boolean
}

/** Names that are known at a place, with what gave them. */
type Scope = ReadonlyMap<string, string>

const parameters: Readonly<Record<FunctionName, readonly string[]>> = {
  key: ["PATH"],
  path: ["PATH"],
  file_of: ["PATH"],
  count: ["LIST"],
  keys: ["OBJECT"],
  values: ["OBJECT"],
  lower: ["TEXT"],
  upper: ["TEXT"],
  trim: ["TEXT"],
  basename: ["TEXT"],
  dirname: ["TEXT"],
  split: ["TEXT", "SEPARATOR"],
  join: ["LIST", "SEPARATOR"],
  replace: ["TEXT", "PATTERN", "TEXT"],
  doc: ["FILE"],
  docs: ["GLOB"],
  glob: ["GLOB"],
  env: ["NAME"],
  last_good: ["PATH"],
  exists: ["FILE"],
  on_path: ["COMMAND"],
  loading: ["FILE"],
  secret: ["TEXT"],
  secrets: ["PATH"],
  conceal: ["TEXT", "TEXT"],
  variable: ["PATH"],
}

const takesPath: ReadonlySet<FunctionName> = new Set(["key", "path", "file_of", "last_good", "secrets", "variable"])

export function checkLet(statement: Extract<Statement, { type: "let" }>, names: Names, report: Report): void {
  checkExpr(statement.value, new Map(), names, report)
}

export function checkPredicate(
  statement: Extract<Statement, { type: "predicate" }>,
  names: Names,
  report: Report,
): void {
  const { name, nameSpan, parameters: own, body } = statement
  if (functionNames.some((known) => known === name)) {
    report(fault("duplicate-name", nameSpan, `\`${name}\` is a function of the language`, "choose another name"))
  }
  const scope = new Map<string, string>()
  for (const parameter of own) bind(scope, parameter.name, "a parameter", parameter.span, names, report)
  checkExpr(body, scope, names, report)
}

export function checkRule(rule: Rule, names: Names, report: Report): void {
  const scope = new Map<string, string>()
  for (const param of rule.params) bind(scope, param.name, "a `param`", param.span, names, report)
  for (const binding of rule.for) {
    checkPath(binding.in, scope, names, report)
    bind(scope, binding.name, "a `for`", binding.span, names, report)
  }
  const check = (expr: Expr) => checkExpr(expr, scope, names, report)
  rule.where.forEach(check)
  for (const requirement of rule.require) checkRequirement(requirement, scope, names, report)
  for (const part of rule.message ?? []) if (typeof part !== "string") check(part)
  for (const fix of rule.fixes) {
    fix.where.forEach(check)
    for (const action of fix.actions) checkAction(action, scope, names, report)
  }
  checkTests(rule, report)
}

function checkTests(rule: Rule, report: Report): void {
  const seen = new Set<string>()
  for (const test of rule.tests) {
    if (seen.has(test.name)) {
      report(
        fault("duplicate-name", test.span, `two tests are called ${JSON.stringify(test.name)}`, "rename one of them"),
      )
    }
    seen.add(test.name)
    for (const { at } of test.finds) checkOnePlace(at, "a finding is at", report)
  }
}

export function checkLink(link: Link, report: Report): void {
  for (const end of [link.source, ...link.targets]) checkOnePlace(end.at, "a link joins", report)
}

/** Add a name to a scope, unless it would hide another. */
function bind(scope: Map<string, string>, name: string, what: string, span: Span, names: Names, report: Report): void {
  const taken = scope.get(name) ?? (names.lets.has(name) ? "a `let`" : undefined)
  if (taken !== undefined) {
    report(fault("duplicate-name", span, `\`${name}\` is ${taken} already`, "choose another name"))
  }
  scope.set(name, what)
}

function checkRequirement(requirement: Requirement, scope: Scope, names: Names, report: Report): void {
  switch (requirement.type) {
    case "holds":
      checkExpr(requirement.expr, scope, names, report)
      break
    case "defaults":
      checkTarget(requirement.target, scope, names, report)
      checkExpr(requirement.value, scope, names, report)
      break
    case "schema":
      if (requirement.target !== undefined) checkPath(requirement.target, scope, names, report)
  }
}

function checkAction(action: Action, scope: Scope, names: Names, report: Report): void {
  if ("target" in action) checkTarget(action.target, scope, names, report)
  if (action.type === "move") checkTarget(action.to, scope, names, report)
  if ("value" in action) checkExpr(action.value, scope, names, report)
}

function checkTarget(path: PathExpr, scope: Scope, names: Names, report: Report): void {
  checkOnePlace(path, "a repair changes", report)
  checkPath(path, scope, names, report)
}

const many: Partial<Readonly<Record<Segment["type"], string>>> = {
  wildcard: "`*`",
  slice: "a slice",
  descendant: "`..`",
}

function checkOnePlace(path: PathExpr, what: string, report: Report): void {
  const wide = path.segments.map((segment) => many[segment.type]).find((name) => name !== undefined)
  if (wide === undefined) return
  const hint = "name one place, or bind each of them with `for NAME in PATH`"
  report(fault("target", path.span, `${what} one place, and ${wide} may mean several`, hint))
}

function checkPath(path: PathExpr, scope: Scope, names: Names, report: Report): void {
  if (path.root.type === "call") checkExpr(path.root.call, scope, names, report)
  for (const segment of path.segments) {
    const inner = segment.type === "descendant" ? segment.inner : segment
    if (inner.type === "computed") checkExpr(inner.expr, scope, names, report)
  }
}

function checkExpr(expr: Expr, scope: Scope, names: Names, report: Report): void {
  if (expr.type === "call") checkArguments(expr.name, parameters[expr.name].length, expr.args, expr.span, report)
  if (expr.type === "predicate") checkCall(expr, names, report)
  if (expr.type === "path") checkPath(expr, scope, names, report)
  for (const child of childrenOf(expr)) checkExpr(child, scope, names, report)
  if (expr.type === "quantifier") {
    const inner = new Map(scope)
    bind(inner, expr.name, "a name", expr.span, names, report)
    checkExpr(expr.body, inner, names, report)
  }
}

/** The expressions right below one, in the same scope; those within a path aside. */
function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.type) {
    case "literal":
    case "file":
    case "path":
      return []
    case "list":
      return expr.items
    case "object":
      return expr.entries.map(({ value }) => value)
    case "template":
      return expr.parts.filter((part) => typeof part !== "string")
    case "call":
    case "predicate":
    case "and":
    case "or":
      return expr.args
    case "not":
    case "is":
      return [expr.arg]
    case "compare":
    case "default":
    case "concat":
      return [expr.left, expr.right]
    case "quantifier":
      return [expr.in]
  }
}

function checkCall(call: Extract<Expr, { type: "predicate" }>, names: Names, report: Report): void {
  if (names.predicates.has(call.name)) {
    const count = names.predicates.get(call.name)
    if (count !== undefined) checkArguments(call.name, count, call.args, call.span, report)
  } else if (!names.imports) {
    const known = [...functionNames, ...names.predicates.keys()]
    const hint =
      suggest(call.name, known) ?? `the functions are ${functionNames.join(", ")}; others begin with \`predicate\``
    const span = { start: call.span.start, end: call.span.start + call.name.length }
    report(fault("unknown-function", span, `there is no function \`${call.name}\``, hint))
  }
}

function checkArguments(name: string, count: number, args: readonly Expr[], span: Span, report: Report): void {
  const known = functionNames.find((candidate) => candidate === name)
  const form = known === undefined ? undefined : `write \`${name}(${parameters[known].join(", ")})\``
  if (args.length !== count) {
    const takes = `${count} ${count === 1 ? "argument" : "arguments"}`
    report(fault("arguments", span, `\`${name}\` takes ${takes}, not ${args.length}`, form))
  } else if (known !== undefined && takesPath.has(known) && args[0]?.type !== "path") {
    report(fault("arguments", span, `\`${name}\` takes a place, not a value`, form))
  }
}
