import { nearest } from "../model/nearest.ts"
import {
  type Expr,
  type FileFact,
  type FunctionName,
  functionNames,
  type PathBody,
  type Segment,
  type Template,
} from "../model/rule.ts"
import type { Span } from "../model/span.ts"
import { DateTime, isArray, isObject, keysOf, type Value } from "../model/value.ts"
import type { CompiledTemplate, JsonConstant, PathTerm, Term, TermSegment } from "./compiled.ts"
import { patternProblem } from "./regex.ts"
import type { FileScope, Meaning, Report } from "./scope.ts"
import { validRange } from "./version.ts"

/** Where an expression stands: its file's names, the names of the rule around it, and the calls that led here. */
export interface Place {
  readonly file: FileScope
  readonly names: ReadonlyMap<string, Meaning>
  /** Names of lets and predicates that are being replaced by their bodies. */
  readonly calls: readonly string[]
}

/** Functions that take a place, and those that lead to places of their own. */
const pathFunctions: ReadonlySet<FunctionName> = new Set(["key", "path", "file_of", "last_good", "secrets", "variable"])
const rootFunctions: ReadonlySet<FunctionName> = new Set(["doc", "docs", "secrets"])
const arity: Readonly<Partial<Record<FunctionName, number>>> = { split: 2, join: 2, replace: 3, conceal: 2 }
/** Depth of expressions after predicates are put in; more is no rule that a person wrote, and predicates can double at every call. */
const mostNodes = 20_000

/** Turns expressions into terms: names resolved, lets and predicates put in place, every problem reported where it was written. */
export class Resolver {
  readonly #report: Report
  readonly #binders = new Set<string>()
  /** The facts of the file that were asked for so far. */
  readonly fileFacts = new Set<FileFact>()
  /** The functions that were called so far. */
  readonly functions = new Set<FunctionName>()
  #nodes = 0

  constructor(report: Report) {
    this.#report = report
  }

  /** @returns a name that no other binder of the rule has, so that a predicate put in place never captures one. */
  binder(name: string): string {
    let unique = name
    for (let count = 2; this.#binders.has(unique); count++) unique = `${name}'${count}`
    this.#binders.add(unique)
    return unique
  }

  term(expr: Expr, place: Place): Term {
    if (++this.#nodes > mostNodes) {
      if (this.#nodes === mostNodes + 1)
        this.#problem(place, "too-large", "the rule grows too large when its predicates are put in", expr.span)
      return missing
    }
    switch (expr.type) {
      case "literal":
        return constant(expr.value)
      case "list":
        return list(expr.items.map((item) => this.term(item, place)))
      case "object":
        return {
          type: "object",
          entries: expr.entries.map(({ key, value }) => ({ key, value: this.term(value, place) })),
        }
      case "template":
        return { type: "template", parts: this.template(expr.parts, place) }
      case "path":
        return this.path(expr, expr.span, place)
      case "file":
        this.fileFacts.add(expr.fact)
        return { type: "file", fact: expr.fact }
      case "call":
        return this.#call(expr.name, expr.args, expr.span, place)
      case "predicate":
        return this.#predicate(expr.name, expr.args, expr.span, place)
      case "not":
        return { type: "not", arg: this.term(expr.arg, place) }
      case "and":
      case "or":
        return { type: expr.type, args: expr.args.map((arg) => this.term(arg, place)) }
      case "compare":
        return this.#compare(expr, place)
      case "is":
        return { type: "is", arg: this.term(expr.arg, place), kind: expr.kind }
      case "quantifier": {
        const over = this.term(expr.in, place)
        const name = this.binder(expr.name)
        const names = new Map(place.names).set(expr.name, { type: "binding", name })
        const body = this.term(expr.body, { ...place, names })
        return { type: "quantifier", quantifier: expr.quantifier, name, in: over, body }
      }
      case "default":
      case "concat":
        return { type: expr.type, left: this.term(expr.left, place), right: this.term(expr.right, place) }
    }
  }

  template(parts: Template, place: Place): CompiledTemplate {
    return parts.map((part) => (typeof part === "string" ? part : this.term(part, place)))
  }

  /** @returns what a path stands for: a path, or where a bare name is a let or an argument, that. */
  path(path: PathBody, span: Span, place: Place): Term {
    const segments = path.segments.map((segment) => this.#segment(segment, place))
    if (path.root.type === "document") return { type: "path", root: { type: "document" }, segments }
    const root = path.root.type === "call" ? this.term(path.root.call, place) : this.#name(path.root.name, span, place)
    return follow(root, segments)
  }

  /** A path that must be one: of `for`, `at`, or a repair's target. */
  target(path: PathBody, span: Span, place: Place): PathTerm {
    const term = this.path(path, span, place)
    const found = term.type === "call" && rootFunctions.has(term.name) ? rooted(term) : term
    if (found.type === "path") return found
    if (found !== missing)
      this.#problem(place, "not-a-path", "this must be a place in a document", span, "write a path such as $.a.b")
    return { type: "path", root: { type: "term", term: missing }, segments: [] }
  }

  #segment(segment: Segment, place: Place): TermSegment {
    if (segment.type === "descendant") return { type: "descendant", inner: this.#segment(segment.inner, place) }
    if (segment.type === "computed") return { type: "computed", term: this.term(segment.expr, place) }
    if (segment.type === "member") return { type: "member", name: segment.name }
    if (segment.type === "index") return { type: "index", index: segment.index }
    if (segment.type === "wildcard") return { type: "wildcard" }
    return { type: "slice", start: segment.start, end: segment.end, step: segment.step }
  }

  #name(name: string, span: Span, place: Place): Term {
    const meaning = place.names.get(name)
    if (meaning?.type === "binding")
      return { type: "path", root: { type: "binding", name: meaning.name }, segments: [] }
    if (meaning?.type === "param") return { type: "param", name }
    if (meaning?.type === "term") return meaning.term
    const found = place.file.lets.get(name)
    if (found === undefined) {
      if (place.file.predicates.has(name)) return this.#predicate(name, [], span, place)
      return this.#unknown(name, span, place, [...place.names.keys(), ...place.file.lets.keys()])
    }
    if (this.#recursive(name, span, place)) return missing
    return this.term(found.definition.value, {
      file: found.home,
      names: new Map(),
      calls: [...place.calls, call(found.home, name)],
    })
  }

  #predicate(name: string, args: readonly Expr[], span: Span, place: Place): Term {
    const found = place.file.predicates.get(name)
    if (found === undefined) {
      if (isFunction(name)) return this.#call(name, args, span, place)
      return this.#unknown(name, span, place, [...place.file.predicates.keys(), ...functionNames])
    }
    const { definition, home } = found
    if (definition.parameters.length !== args.length) {
      this.#wrongArity(name, definition.parameters.length, args.length, span, place)
      return missing
    }
    if (this.#recursive(name, span, place, home)) return missing
    const names = new Map<string, Meaning>()
    definition.parameters.forEach((parameter, index) => {
      names.set(parameter, { type: "term", term: this.term(args[index] as Expr, place) })
    })
    return this.term(definition.body, { file: home, names, calls: [...place.calls, call(home, name)] })
  }

  #call(name: FunctionName, args: readonly Expr[], span: Span, place: Place): Term {
    const wanted = arity[name] ?? 1
    if (args.length !== wanted) {
      this.#wrongArity(name, wanted, args.length, span, place)
      return missing
    }
    this.functions.add(name)
    const terms = args.map((arg) => this.term(arg, place))
    const [first] = terms
    if (pathFunctions.has(name) && first?.type !== "path" && first !== missing) {
      this.#problem(
        place,
        "not-a-path",
        `${name}() takes a place in a document`,
        args[0]?.span ?? span,
        "write a bound name or a path such as $.a.b",
      )
      return missing
    }
    if (name === "replace") this.#checkPattern(terms[1], args[1]?.span ?? span, place)
    return { type: "call", name, args: terms }
  }

  #checkPattern(pattern: Term | undefined, span: Span, place: Place): void {
    if (pattern?.type !== "literal" || typeof pattern.value !== "string") return
    const reason = patternProblem(pattern.value)
    if (reason === undefined) return
    this.#problem(place, "invalid-pattern", reason, span, "patterns are RE2: no look-around, no back references")
  }

  #compare(expr: Expr & { readonly type: "compare" }, place: Place): Term {
    const left = this.term(expr.left, place)
    const right = this.term(expr.right, place)
    if (expr.op === "matches") this.#checkPattern(right, expr.right.span, place)
    if (right.type === "literal" && typeof right.value === "string") {
      if (expr.op === "satisfies" && !validRange(right.value))
        this.#problem(
          place,
          "invalid-range",
          `"${right.value}" is no version range`,
          expr.right.span,
          'write one such as ">=1.2 <2"',
        )
    }
    if (expr.op === "!=") return { type: "not", arg: { type: "compare", op: "==", left, right } }
    return { type: "compare", op: expr.op, left, right }
  }

  #recursive(name: string, span: Span, place: Place, home = place.file.lets.get(name)?.home ?? place.file): boolean {
    if (!place.calls.includes(call(home, name))) return false
    this.#problem(
      place,
      "recursion",
      `"${name}" leads back to itself`,
      span,
      "a rule always ends: write it without the circle",
    )
    return true
  }

  #unknown(name: string, span: Span, place: Place, candidates: readonly string[]): Term {
    const near = nearest(name, candidates)
    this.#problem(
      place,
      "unknown-name",
      `"${name}" is not known here`,
      span,
      near === undefined ? unknownHint(candidates) : `did you mean "${near.word}"?`,
    )
    return missing
  }

  #wrongArity(name: string, wanted: number, given: number, span: Span, place: Place): void {
    const many = wanted === 1 ? "1 argument" : `${wanted} arguments`
    this.#problem(place, "wrong-arity", `"${name}" takes ${many}, not ${given}`, span, "give it as many as it takes")
  }

  #problem(place: Place, code: string, message: string, span: Span, hint?: string): void {
    const problem = { code, severity: "error", message, path: place.file.path, span } as const
    this.#report(hint === undefined ? problem : { ...problem, hint })
  }
}

/** A short name is near to none; where few are known, they are named. */
function unknownHint(candidates: readonly string[]): string {
  const how = "bind it with for, let, param or predicate"
  return candidates.length === 0 || candidates.length > 8 ? how : `known are ${candidates.join(", ")}; else ${how}`
}

/** What stands for an expression that could not be resolved; the rule is refused, so nobody evaluates it. */
const missing: Term = { type: "list", items: [] }

function call(home: FileScope, name: string): string {
  return `${home.path}\n${name}`
}

function isFunction(name: string): name is FunctionName {
  return (functionNames as readonly string[]).includes(name)
}

function rooted(term: Term): PathTerm {
  return { type: "path", root: { type: "term", term }, segments: [] }
}

function follow(root: Term, segments: readonly TermSegment[]): Term {
  if (segments.length === 0) return root
  if (root.type !== "path") return { ...rooted(root), segments }
  return { ...root, segments: [...root.segments, ...segments] }
}

function list(items: readonly Term[]): Term {
  const values: JsonConstant[] = []
  for (const item of items) {
    if (item.type !== "literal") return { type: "list", items }
    values.push(item.value)
  }
  return { type: "literal", value: values }
}

/** A value as a term that JSON can carry: objects keep the order of their keys, big integers their digits. */
export function constant(value: Value): Term {
  if (typeof value === "bigint") return { type: "bigint", digits: String(value) }
  if (value instanceof DateTime) return { type: "literal", value: value.text }
  if (isArray(value)) return list(value.map(constant))
  if (isObject(value)) {
    return { type: "object", entries: keysOf(value).map((key) => ({ key, value: constant(value[key] as Value) })) }
  }
  return { type: "literal", value }
}
