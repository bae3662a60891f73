import type { Safety } from "../model/finding.ts"
import type { Operation } from "../model/operation.ts"
import { formatPath, type Path } from "../model/path.ts"
import type { Comparison, FileFact, FunctionName, Kind } from "../model/rule.ts"
import { child, isArray, makeObject, type Value } from "../model/value.ts"
import type { World } from "../model/world.ts"
import type { CompiledRule, PathTerm, Term } from "./compiled.ts"
import { Frame } from "./frame.ts"
import { valueFunctions } from "./functions.ts"
import { isKind } from "./kinds.ts"
import { valueOperators } from "./operators.ts"
import { show } from "./show.ts"
import { elementSteps, frameSteps, keptSteps, type Steps } from "./steps.ts"
import { variableAt } from "./variableAt.ts"
import { children, descendants, leadsToMany, type Node, walk } from "./walk.ts"

/** One place that breaks a schema, and what would mend it. */
export interface SchemaViolation {
  /** From the checked value. */
  readonly path: Path
  /** The key is wrong, not its value. */
  readonly atKey: boolean
  readonly message: string
  readonly operations: readonly { readonly title: string; readonly safety: Safety; readonly operation: Operation }[]
}

/** @returns where a value breaks the schema known by this name; nothing for an unknown name. Paths count from the value. */
export type SchemaChecker = (name: string, value: Value) => readonly SchemaViolation[]

/** What the facts of one rule are read from. */
export interface Context {
  /** Of the document under check; `undefined`: there is none. */
  readonly value: Value | undefined
  readonly world: World
  readonly params: Readonly<Record<string, Value>>
  readonly schemas?: SchemaChecker
  /** Absent: however long it takes. */
  readonly steps?: Steps
}

/**
 * One frame for each combination of what the rule's `for` clauses find; one empty frame where it has none. They are made as they are taken:
 * a document may have fifty thousand.
 * @throws TooCostly as all that reads facts, when the context's steps are used up.
 */
export function bindings(rule: Pick<CompiledRule, "for">, context: Context): Iterable<Frame> {
  const frames = framesBelow(Frame.empty, rule.for, 0, context)
  // Whether several names have too many combinations shows before the first of them is looked at.
  return rule.for.length > 1 ? [...frames] : frames
}

function* framesBelow(frame: Frame, clauses: CompiledRule["for"], from: number, context: Context): Iterable<Frame> {
  const clause = clauses[from]
  if (clause === undefined) {
    yield frame
    return
  }
  const nodes = nodesOf(clause.in, frame, context).filter(({ value }) => value !== undefined)
  context.steps?.spend(nodes.length * frameSteps)
  for (const node of nodes) {
    yield* framesBelow(frame.with(clause.name, node), clauses, from + 1, context)
  }
}

/** Whether a term stands for any number of nodes; its value is then the list of theirs. */
export function isMany(term: Term): boolean {
  if (term.type === "call") return term.name === "docs" || term.name === "secrets"
  return term.type === "path" && (leadsToMany(term.segments) || (term.root.type === "term" && isMany(term.root.term)))
}

/** The nodes that a term stands for: exactly one, missing or not, unless it {@link isMany}. */
export function nodesOf(term: Term, frame: Frame, context: Context): readonly Node[] {
  if (term.type === "path") {
    if (term.root.type === "binding" && term.segments.length === 0)
      return [frame.get(term.root.name) ?? { value: undefined }]
    const spend = (count: number) => context.steps?.spend(count)
    const found = startsOf(term, frame, context).flatMap((start) =>
      walk(start, term.segments, (computed) => resolveFact(computed, frame, context), spend),
    )
    return isMany(term) ? found.filter((node) => node.value !== undefined) : found
  }
  if (term.type === "call" && (term.name === "doc" || term.name === "docs")) {
    const name = term.args[0] && resolveFact(term.args[0], frame, context)
    if (typeof name !== "string") return term.name === "doc" ? [{ value: undefined }] : []
    if (term.name === "doc") return [{ value: context.world.document(name), place: { file: name, path: [] } }]
    return context.world.documents(name).map(({ path, value }) => ({ value, place: { file: path, path: [] } }))
  }
  if (term.type === "call" && term.name === "secrets" && term.args[0] !== undefined) {
    return secretsBelow(nodesOf(term.args[0], frame, context), context)
  }
  return [{ value: resolveFact(term, frame, context) }]
}

/** Most documents hold none, and are not looked through then. */
function secretsBelow(nodes: readonly Node[], { world, steps }: Context): readonly Node[] {
  const known = world.secrets()
  if (known.size === 0) return []
  const below = nodes.filter(({ place }) => place?.file === null).flatMap(descendants)
  steps?.spend(below.length)
  return below.filter(({ value }) => typeof value === "string" && known.has(value))
}

function startsOf({ root }: PathTerm, frame: Frame, context: Context): readonly Node[] {
  if (root.type === "document") return [{ value: context.value, place: { file: null, path: [] } }]
  if (root.type === "term") return nodesOf(root.term, frame, context)
  return [frame.get(root.name) ?? { value: undefined }]
}

/** What a quantifier ranges over: the nodes of a path that leads to many, else the elements or members of the one value. */
export function elementsOf(term: Term, frame: Frame, context: Context): readonly Node[] {
  const nodes = nodesOf(term, frame, context)
  const elements = isMany(term) ? nodes : nodes.flatMap(children)
  context.steps?.spend(elements.length)
  return elements
}

/** The value of a fact's definition; `undefined`: missing. Never throws. */
export function resolveFact(term: Term, frame: Frame, context: Context): Value | undefined {
  switch (term.type) {
    case "literal":
      return term.value
    case "bigint":
      return BigInt(term.digits)
    case "list":
      return all(term.items.map((item) => resolveFact(item, frame, context)))
    case "object": {
      const values = all(term.entries.map(({ value }) => resolveFact(value, frame, context)))
      return values && makeObject(term.entries.map(({ key }, index) => [key, values[index] as Value] as const))
    }
    case "template": {
      const parts = all(term.parts.map((part) => (typeof part === "string" ? part : resolveFact(part, frame, context))))
      return parts?.map(show).join("")
    }
    case "path":
      return pathValue(term, frame, context)
    case "param":
      return Object.hasOwn(context.params, term.name) ? context.params[term.name] : undefined
    case "file":
      return fileFact(term.fact, context.world)
    case "call":
      return call(term.name, term.args, frame, context)
    case "default":
      return defaulted(term.left, term.right, frame, context)
    case "concat":
      return concat(resolveFact(term.left, frame, context), resolveFact(term.right, frame, context))
    case "violations":
      return nodesOf(term.target, frame, context).reduce(
        (sum, { value }) => sum + violations(term.schema, value, context),
        0,
      )
    case "frames":
      return framesValue(term, frame, context)
    default:
      return isTrue(term, frame, context)
  }
}

function framesValue(term: Term & { readonly type: "frames" }, frame: Frame, context: Context): Value {
  const facts = Object.entries(term.facts)
  const elements = elementsOf(term.in, frame, context)
  // Unlike a node that is only looked at, what is known of each is kept until all are.
  context.steps?.spend(elements.length * keptSteps)
  return elements.map((node) => {
    const inner = frame.with(term.name, node)
    const found: (readonly [string, Value])[] = []
    for (const [name, definition] of facts) {
      const value = resolveFact(definition, inner, context)
      if (value !== undefined) found.push([name, value])
    }
    return makeObject(found)
  })
}

/** What is not there has a path and no mode, no size, no line ends. */
function fileFact(fact: FileFact, world: World): Value | undefined {
  if (fact === "exists" || fact === "path" || fact === "name") return world.file(fact)
  return world.file("exists") === true ? (world.file(fact) ?? undefined) : undefined
}

/** Members and indices are followed without keeping their places: most facts are such paths, and they are read most often. */
function pathValue(term: PathTerm, frame: Frame, context: Context): Value | undefined {
  const { root, segments } = term
  if (root.type === "term") return nodesValue(term, frame, context)
  let value = root.type === "document" ? context.value : frame.get(root.name)?.value
  for (const segment of segments) {
    if (segment.type === "member") value = isArray(value) ? undefined : child(value, segment.name)
    else if (segment.type === "index" && segment.index >= 0) value = isArray(value) ? value[segment.index] : undefined
    else return nodesValue(term, frame, context)
  }
  return value
}

function nodesValue(term: PathTerm, frame: Frame, context: Context): Value | undefined {
  const nodes = nodesOf(term, frame, context)
  return isMany(term) ? nodes.map((node) => node.value as Value) : nodes[0]?.value
}

/** Unlike the `??` of JavaScript, a `null` is there. */
function defaulted(left: Term, right: Term, frame: Frame, context: Context): Value | undefined {
  const value = resolveFact(left, frame, context)
  return value === undefined ? resolveFact(right, frame, context) : value
}

/** Whether a term holds as a condition. */
export function isTrue(term: Term, frame: Frame, context: Context): boolean {
  switch (term.type) {
    case "not":
      return !isTrue(term.arg, frame, context)
    case "and":
      return term.args.every((arg) => isTrue(arg, frame, context))
    case "or":
      return term.args.some((arg) => isTrue(arg, frame, context))
    case "compare":
      return compare(term.op, wholeValue(term.left, frame, context), wholeValue(term.right, frame, context))
    case "is":
      return isKindOf(resolveFact(term.arg, frame, context), term.kind, context.world)
    case "quantifier": {
      const elements = elementsOf(term.in, frame, context)
      const holds = (node: Node) => isTrue(term.body, frame.with(term.name, node), context)
      return term.quantifier === "all" ? elements.every(holds) : elements.some(holds)
    }
    default:
      return resolveFact(term, frame, context) === true
  }
}

/** The value of a term that may be looked through as a whole. */
export function wholeValue(term: Term, frame: Frame, context: Context): Value | undefined {
  const value = resolveFact(term, frame, context)
  if (context.steps !== undefined && isArray(value)) context.steps.spend(value.length * elementSteps)
  return value
}

/** The operator of conditions for each comparison of the language; `!=` is the negation of `==`. */
export const comparisonOperators: Readonly<Record<Exclude<Comparison, "!=">, keyof typeof valueOperators>> = {
  "==": "equals",
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
  in: "oneOf",
  contains: "has",
  matches: "matches",
  like: "like",
  satisfies: "satisfies",
}

function compare(op: Comparison, left: Value | undefined, right: Value | undefined): boolean {
  return op === "!=" ? !valueOperators.equals(left, right) : valueOperators[comparisonOperators[op]](left, right)
}

/** `is`, with `executable` asked of the world: a command on PATH, or a file that is there. */
function isKindOf(value: Value | undefined, kind: Kind, world: World): boolean {
  if (kind === "executable") return typeof value === "string" && (world.onPath(value) || world.exists(value))
  if (typeof kind === "string") return isKind(value, kind)
  return isArray(value) && value.every((item) => isKindOf(item, kind.array, world))
}

function call(name: FunctionName, args: readonly Term[], frame: Frame, context: Context): Value | undefined {
  const [first] = args
  if (first === undefined) return undefined
  const place = () => nodesOf(first, frame, context)[0]?.place
  const text = () => {
    const value = resolveFact(first, frame, context)
    return typeof value === "string" ? value : undefined
  }
  switch (name) {
    case "key":
      return place()?.path.at(-1)
    case "path": {
      const found = place()
      return found && formatPath(found.path)
    }
    case "file_of":
      return place()?.file ?? (place() && context.world.file("path"))
    case "last_good": {
      const found = place()
      return found?.file === null ? context.world.lastGood(found.path) : undefined
    }
    case "doc":
      return nodesOf({ type: "call", name, args }, frame, context)[0]?.value
    case "docs":
    case "secrets":
      return nodesOf({ type: "call", name, args }, frame, context).map((node) => node.value as Value)
    case "secret":
      return withText(text(), (value) => context.world.secrets().get(value)?.kind)
    case "conceal":
      return withText(text(), (value) => concealed(value, args[1] && resolveFact(args[1], frame, context), context))
    case "variable": {
      const found = place()
      return found?.file === null ? variableAt(found.path, context.value, context.world) : undefined
    }
    case "glob":
      return withText(text(), (pattern) => context.world.files(pattern))
    case "env":
      return withText(text(), (name) => context.world.environment(name))
    case "exists":
      return withText(text(), (name) => context.world.exists(name))
    case "on_path":
      return withText(text(), (name) => context.world.onPath(name))
    case "loading":
      return withText(text(), (name) => context.world.loading(name))
    default:
      return valueFunctions[name](args.map((arg) => wholeValue(arg, frame, context)))
  }
}

function withText(text: string | undefined, ask: (text: string) => Value | undefined): Value | undefined {
  return text === undefined ? undefined : ask(text)
}

/** The text with another in the place of what is secret in it. */
function concealed(text: string, by: Value | undefined, { world }: Context): string | undefined {
  const known = world.secrets().get(text)
  if (known === undefined || typeof by !== "string") return undefined
  return known.parts.reduce((shown, part) => shown.replaceAll(part, () => by), text)
}

function concat(left: Value | undefined, right: Value | undefined): Value | undefined {
  if (isArray(left) && isArray(right)) return [...left, ...right]
  return typeof left === "string" && typeof right === "string" ? left + right : undefined
}

function violations(schema: string, value: Value | undefined, context: Context): number {
  return value === undefined ? 0 : (context.schemas?.(schema, value).length ?? 0)
}

/** The values, unless one is missing. */
function all(values: readonly (Value | undefined)[]): readonly Value[] | undefined {
  const present = values.filter((value) => value !== undefined)
  return present.length === values.length ? present : undefined
}
