import fc from "fast-check"
import { Engine } from "json-rules-engine"
import { expect, test } from "vitest"
import { addOperators, factsOf } from "../api/operators.ts"
import type { Expr, KindName, Rule, Segment } from "../model/rule.ts"
import { equal, type Value } from "../model/value.ts"
import { compileRules } from "./compile.ts"
import type { CompiledRule } from "./compiled.ts"
import { Evaluator } from "./evaluate.ts"
import { testSubject } from "./testWorld.ts"

/**
 * The language read straight off its syntax, as simply as it can be said: the judge of the compiler, the fact table, the conditions and
 * json-rules-engine together. It shares no code with them but `equal`.
 */
type Names = Readonly<Record<string, Value | undefined>>

function truth(expr: Expr, root: Value, names: Names): boolean {
  switch (expr.type) {
    case "not":
      return !truth(expr.arg, root, names)
    case "and":
      return expr.args.every((arg) => truth(arg, root, names))
    case "or":
      return expr.args.some((arg) => truth(arg, root, names))
    case "is":
      return isA(read(expr.arg, root, names), expr.kind)
    case "quantifier": {
      const many = expr.in.type === "path" && expr.in.segments.some(({ type }) => type === "wildcard")
      const value = read(expr.in, root, names)
      const elements = Array.isArray(value)
        ? value
        : typeof value === "object" && value !== null && !many
          ? Object.values(value)
          : []
      const test = (element: Value) => truth(expr.body, root, { ...names, [expr.name]: element })
      return expr.quantifier === "all" ? elements.every(test) : elements.some(test)
    }
    case "compare": {
      const left = read(expr.left, root, names)
      const right = read(expr.right, root, names)
      if (expr.op === "!=") return !(left !== undefined && equal(left, right))
      if (left === undefined || right === undefined) return false
      if (expr.op === "==") return equal(left, right)
      if (expr.op === "in") {
        if (!Array.isArray(right)) return false
        const member = (value: Value) => right.some((item: Value) => equal(item, value))
        return member(left) || (Array.isArray(left) && left.every(member))
      }
      if (expr.op === "contains") {
        if (Array.isArray(left)) return left.some((item: Value) => equal(item, right))
        if (typeof right !== "string" || left === null) return false
        return typeof left === "string" ? left.includes(right) : typeof left === "object" && right in left
      }
      if (typeof left !== typeof right || (typeof left !== "number" && typeof left !== "string")) return false
      const [a, b] = [left, right as typeof left]
      return { "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b }[expr.op as "<"]
    }
    default:
      return read(expr, root, names) === true
  }
}

function isA(value: Value | undefined, kind: unknown): boolean {
  if (typeof kind === "object")
    return Array.isArray(value) && value.every((item) => isA(item, (kind as { array: unknown }).array))
  if (kind === "absent" || kind === "present") return (value === undefined) === (kind === "absent")
  if (value === undefined) return false
  if (kind === "empty")
    return typeof value === "object" && value !== null ? Object.keys(value).length === 0 : value === ""
  if (kind === "null" || value === null) return value === null && kind === "null"
  if (kind === "integer") return Number.isInteger(value)
  if (kind === "array" || Array.isArray(value)) return Array.isArray(value) && kind === "array"
  return typeof value === kind
}

function read(expr: Expr, root: Value, names: Names): Value | undefined {
  switch (expr.type) {
    case "literal":
      return expr.value
    case "list": {
      const items = expr.items.map((item) => read(item, root, names))
      return items.includes(undefined) ? undefined : (items as Value[])
    }
    case "path": {
      let nodes: (Value | undefined)[] = [expr.root.type === "name" ? names[expr.root.name] : root]
      for (const segment of expr.segments) nodes = nodes.flatMap((node) => below(node, segment))
      if (!expr.segments.some(({ type }) => type === "wildcard")) return nodes[0]
      return nodes.filter((node) => node !== undefined) as Value[]
    }
    case "call": {
      const value = expr.args[0] && read(expr.args[0], root, names)
      if (value === undefined) return expr.name === "count" ? 0 : []
      if (expr.name === "count") {
        if (typeof value === "string") return value.length
        return typeof value === "object" && value !== null ? Object.keys(value).length : undefined
      }
      return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : undefined
    }
    case "default": {
      const left = read(expr.left, root, names)
      return left === undefined ? read(expr.right, root, names) : left
    }
    case "concat": {
      const left = read(expr.left, root, names)
      const right = read(expr.right, root, names)
      if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right]
      return typeof left === "string" && typeof right === "string" ? left + right : undefined
    }
    default:
      return truth(expr, root, names)
  }
}

function below(node: Value | undefined, segment: Segment): (Value | undefined)[] {
  const isObject = typeof node === "object" && node !== null && !Array.isArray(node)
  if (segment.type === "wildcard") return typeof node === "object" && node !== null ? Object.values(node) : []
  if (segment.type === "index") return [Array.isArray(node) ? node.at(segment.index) : undefined]
  if (segment.type === "member")
    return [isObject && Object.hasOwn(node, segment.name) ? (node as Record<string, Value>)[segment.name] : undefined]
  throw new Error("not generated")
}

const span = { start: 0, end: 0 }
const keys = ["a", "b", "c"]

const json: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Value>(null, true, false, 0, 1, 2, 1.5, "", "a", "ab", "b"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...keys), tie("value"), { maxKeys: 3 }),
  ),
})).value

const segment: fc.Arbitrary<Segment> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...keys).map((name) => ({ type: "member", name }) as const) },
  { weight: 1, arbitrary: fc.integer({ min: -2, max: 2 }).map((index) => ({ type: "index", index }) as const) },
  { weight: 1, arbitrary: fc.constant({ type: "wildcard" } as const) },
)

/** Expressions that may use these names. */
function exprs(names: readonly string[], depth: number): fc.Arbitrary<Expr> {
  const roots = fc.constantFrom<Extract<Expr, { type: "path" }>["root"]>(
    { type: "document" },
    ...names.map((name) => ({ type: "name", name }) as const),
  )
  const path = fc.record({
    span: fc.constant(span),
    type: fc.constant("path" as const),
    root: roots,
    segments: fc.array(segment, { maxLength: 2 }),
  })
  const literal = fc
    .constantFrom<Value>(null, true, false, 0, 1, 2, "a", "ab", "")
    .map((value) => ({ span, type: "literal", value }) as const)
  if (depth === 0) return fc.oneof({ weight: 2, arbitrary: path }, { weight: 1, arbitrary: literal })
  const inner = exprs(names, depth - 1)
  const name = `x${depth}`
  const kinds = fc.constantFrom<KindName>(
    "string",
    "number",
    "integer",
    "boolean",
    "null",
    "array",
    "object",
    "absent",
    "present",
    "empty",
  )
  return fc.oneof<fc.Arbitrary<Expr>[]>(
    path,
    inner.map((arg) => ({ span, type: "not", arg })),
    fc
      .tuple(fc.constantFrom("and" as const, "or" as const), fc.array(inner, { minLength: 1, maxLength: 3 }))
      .map(([type, args]) => ({ span, type, args })),
    fc
      .tuple(fc.constantFrom("==", "!=", "<", "<=", ">", ">=", "in", "contains"), inner, inner)
      .map(([op, left, right]) => ({ span, type: "compare", op, left, right }) as Expr),
    fc
      .tuple(inner, kinds, fc.boolean())
      .map(([arg, kind, list]) => ({ span, type: "is", arg, kind: list ? { array: kind } : kind })),
    fc
      .tuple(inner, inner, fc.constantFrom("default" as const, "concat" as const))
      .map(([left, right, type]) => ({ span, type, left, right })),
    fc.array(inner, { maxLength: 2 }).map((items) => ({ span, type: "list", items })),
    fc
      .tuple(inner, fc.constantFrom("count" as const, "keys" as const))
      .map(([arg, call]) => ({ span, type: "call", name: call, args: [arg] })),
    fc
      .tuple(fc.constantFrom("all" as const, "any" as const), inner, exprs([...names, name], depth - 1))
      .map(([quantifier, over, body]) => ({ span, type: "quantifier", quantifier, name, in: over, body })),
  )
}

function compiledRule(where: Expr, require: Expr): CompiledRule {
  const rule: Rule = {
    id: "r", title: "t", severity: "error", files: [], formats: [], environments: [], tags: [], priority: 0, params: [],
    for: [{ name: "s", in: { span, type: "path", root: { type: "document" }, segments: [{ type: "wildcard" }] }, span }],
    where: [where], require: [{ type: "holds", expr: require, span }], fixes: [], tests: [], span, idSpan: span,
  } // biome-ignore format: a list to read
  const { rules, problems } = compileRules(
    { path: "r", imports: [], lets: [], predicates: [], rules: [rule], links: [] },
    () => undefined,
  )
  expect(problems).toEqual([])
  return JSON.parse(JSON.stringify(rules[0]))
}

test("compiled rules, a plain json-rules-engine and a naive reading of the syntax give the same verdicts", async () => {
  await fc.assert(
    fc.asyncProperty(
      exprs(["s"], 1),
      exprs(["s"], 3),
      fc.array(json, { minLength: 1, maxLength: 4 }),
      async (where, require, elements) => {
        const rule = compiledRule(where, require)
        const expected = elements.map((s) => truth(where, elements, { s }) && !truth(require, elements, { s }))
        const findings = await new Evaluator([rule], { params: {}, severity: {} }).evaluate(testSubject(elements))
        const found = new Set(findings.map(({ path }) => path[0]))
        expect(elements.map((_, index) => found.has(index))).toEqual(expected)

        const engine = addOperators(
          new Engine([{ conditions: JSON.parse(JSON.stringify(rule.conditions)), event: { type: rule.event.type } }]),
        )
        const fired: boolean[] = []
        for (const { facts } of factsOf(rule, elements)) fired.push((await engine.run({ ...facts })).events.length > 0)
        expect(fired).toEqual(expected)
      },
    ),
    { numRuns: process.env.CFGSYNC_LONG ? 50_000 : 1500 },
  )
}, 600_000)
