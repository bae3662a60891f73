import type { Repair, RepairStep, Safety } from "../model/finding.ts"
import { nearest } from "../model/nearest.ts"
import type { FileOperation, Operation } from "../model/operation.ts"
import { formatPath, valueAt } from "../model/path.ts"
import type { FileFact, Kind } from "../model/rule.ts"
import { equal, isArray, isObject, keysOf, type Value } from "../model/value.ts"
import type { CompiledRequirement, Term } from "./compiled.ts"
import { convert } from "./convert.ts"
import { type Context, elementsOf, isMany, isTrue, nodesOf, resolveFact } from "./facts.ts"
import { Frame } from "./frame.ts"
import { type DocumentOperation, independentRuns } from "./independent.ts"
import { repeats } from "./kinds.ts"
import { applyIndependent } from "./operations.ts"
import { quote } from "./show.ts"
import { targetOf } from "./target.ts"
import type { Node } from "./walk.ts"

/** Where a rule looks: the file and the 0-based document in it. */
export interface Spot {
  readonly file: string
  readonly document: number
}

/** The one change that makes a requirement true, in parts. `undefined`: there is none that is clear. */
type Derived = readonly { readonly title: string; readonly safety: Safety; readonly step: RepairStep }[] | undefined

/**
 * The repair that follows from a failing requirement itself. Of its parts, each is repaired as the repairs of those before it leave the
 * document, and one that has no repair of its own must hold after the others'.
 * @returns `undefined` when the requirement would not hold then; write a `fix` for it.
 */
export function deriveRepair(
  requirement: CompiledRequirement,
  frame: Frame,
  context: Context,
  spot: Spot,
): Repair | undefined {
  const parts = new Derivation(context, spot).requirement(requirement, frame)
  if (parts === undefined || parts.length === 0) return undefined
  return {
    title: [...new Set(parts.map((part) => part.title))].join(", "),
    safety: parts.every((part) => part.safety === "safe") ? "safe" : "unsafe",
    steps: parts.map((part) => part.step),
  }
}

/** An operation on the document that a node stands in. */
export function stepAt(node: Node, operation: Operation, spot: Spot): RepairStep {
  const file = node.place?.file ?? null
  return file === null ? { ...spot, operation } : { file, document: 0, operation }
}

class Derivation {
  readonly #before: Context
  readonly #spot: Spot
  /** As what was derived so far leaves it. */
  #context: Context
  /** Something was derived that cannot be tried here: it changes the file as such, or another one. */
  #untried = false

  constructor(context: Context, spot: Spot) {
    this.#before = context
    this.#context = context
    this.#spot = spot
  }

  requirement(requirement: CompiledRequirement, frame: Frame): Derived {
    if (requirement.type === "schema") return undefined
    if (requirement.type === "defaults")
      return this.#set(requirement.target, resolveFact(requirement.value, frame, this.#context), frame)
    const parts = this.#term(requirement.term, frame)
    return this.#untried || isTrue(requirement.term, this.#rebound(frame), this.#context) ? parts : undefined
  }

  /** @param term one that does not hold. */
  #term(term: Term, frame: Frame): Derived {
    if (term.type === "and") {
      const parts = term.args.map((arg) => {
        const here = this.#rebound(frame)
        return isTrue(arg, here, this.#context) ? [] : (this.#term(arg, here) ?? [])
      })
      return parts.flat()
    }
    if (term.type === "quantifier") {
      if (term.quantifier === "any") return undefined
      const inner = elementsOf(term.in, frame, this.#context).map((node) => frame.with(term.name, node))
      const failing = inner.filter((each) => !isTrue(term.body, each, this.#context))
      const [context, untried] = [this.#context, this.#untried]
      // The last first: what is removed there moves nothing that is still to be repaired.
      const parts = union(failing.toReversed().map((each) => this.#term(term.body, this.#rebound(each))))
      if (parts === undefined) [this.#context, this.#untried] = [context, untried]
      return parts
    }
    const parts = this.#single(term, frame)
    this.#try(parts?.map(({ step }) => step) ?? [])
    return parts
  }

  /** One after the other; of very many that do not meet, all at once. */
  #try(steps: readonly RepairStep[]): void {
    const own = steps.flatMap((step): DocumentOperation[] =>
      "document" in step && step.file === this.#spot.file && step.document === this.#spot.document ? [step] : [],
    )
    if (own.length < steps.length) this.#untried = true
    for (const run of independentRuns(own)) {
      const { value } = this.#context
      const applied =
        value === undefined
          ? undefined
          : applyIndependent(
              value,
              run.map(({ operation }) => operation),
            )
      if (applied?.ok === true) this.#context = { ...this.#context, value: applied.value }
      else this.#untried = true
    }
  }

  /** The frame with its values as they are by now. */
  #rebound(frame: Frame): Frame {
    const { value: root } = this.#context
    if (root === this.#before.value) return frame
    const node = (each: Node) =>
      each.place?.file === null ? { value: valueAt(root, each.place.path), place: each.place } : each
    return [...frame].reduce((outer, [name, each]) => outer.with(name, node(each)), Frame.empty)
  }

  /** A term without parts that are repaired on their own. */
  #single(term: Term, frame: Frame): Derived {
    switch (term.type) {
      case "compare":
        return this.#compare(term, frame)
      case "is":
        return this.#is(term.arg, term.kind, frame)
      case "not":
        if (term.arg.type === "compare" && term.arg.op === "contains") return this.#without(term.arg, frame)
        return term.arg.type === "is" && term.arg.kind === "present" ? this.#remove(term.arg.arg, frame) : undefined
      case "path":
      case "default":
        return this.#set(term, true, frame)
      case "file":
        return this.#file(term.fact, true)
      default:
        return undefined
    }
  }

  #compare({ op, left, right }: Term & { readonly type: "compare" }, frame: Frame): Derived {
    const wanted = resolveFact(right, frame, this.#context)
    switch (op) {
      case "==":
        if (left.type === "file") return this.#file(left.fact, wanted)
        if (right.type === "file") return this.#file(right.fact, resolveFact(left, frame, this.#context))
        if (targetOf(left) === undefined) return this.#set(right, resolveFact(left, frame, this.#context), frame)
        return this.#set(left, wanted, frame)
      case "contains":
        return this.#append(left, wanted, frame)
      case "in":
        return isArray(wanted) ? this.#nearest(left, wanted, frame) : undefined
      default:
        return undefined
    }
  }

  #set(term: Term, value: Value | undefined, frame: Frame): Derived {
    const node = this.#target(term, frame)
    if (node === undefined || value === undefined) return undefined
    const { path } = node.place
    return [this.#part(`set ${formatPath(path)} to ${quote(value)}`, "safe", node, { op: "set", path, value })]
  }

  #remove(term: Term, frame: Frame): Derived {
    const node = this.#target(term, frame)
    if (node === undefined || node.place.path.length === 0) return undefined
    const { path } = node.place
    return [this.#part(`remove ${formatPath(path)}`, "unsafe", node, { op: "remove", path })]
  }

  #append(term: Term, value: Value | undefined, frame: Frame): Derived {
    const node = this.#target(term, frame)
    if (node === undefined || value === undefined) return undefined
    if (node.value !== undefined && !isArray(node.value)) return undefined
    const { path } = node.place
    return [this.#part(`add ${quote(value)} to ${formatPath(path)}`, "safe", node, { op: "append", path, value })]
  }

  /** `X not contains v` fails: take out every such element, the last first so that the indices still count. */
  #without({ left, right }: Term & { readonly type: "compare" }, frame: Frame): Derived {
    const node = this.#target(left, frame)
    const value = resolveFact(right, frame, this.#context)
    if (node === undefined || value === undefined) return undefined
    const keys = isArray(node.value)
      ? node.value.flatMap((item, index) => (equal(item, value) ? [index] : [])).reverse()
      : isObject(node.value)
        ? [String(value)]
        : undefined
    const title = `remove ${quote(value)} from ${formatPath(node.place.path)}`
    return keys?.map((key) => this.#part(title, "unsafe", node, { op: "remove", path: [...node.place.path, key] }))
  }

  #is(term: Term, kind: Kind, frame: Frame): Derived {
    if (kind === "absent") return this.#remove(term, frame)
    const node = this.#target(term, frame)
    if (node?.value === undefined) return undefined
    const { path } = node.place
    if (kind === "sorted") {
      return [this.#part(`sort ${formatPath(path)}`, "safe", node, { op: "sort", path })]
    }
    if (kind === "unique") {
      if (!isArray(node.value)) return undefined
      const title = `drop the repeats in ${formatPath(path)}`
      return repeats(node.value)
        .toReversed()
        .map((index) => this.#part(title, "safe", node, { op: "remove", path: [...path, index] }))
    }
    const value = convert(node.value, kind)
    if (value === undefined) return undefined
    return [this.#part(`write ${formatPath(path)} as ${quote(value)}`, "safe", node, { op: "set", path, value })]
  }

  /** A value, an element, or with `keys(X)` a key that is no member of the list: the one member that it was most likely meant to be. */
  #nearest(left: Term, members: readonly Value[], frame: Frame): Derived {
    const words = members.filter((member) => typeof member === "string")
    if (left.type === "call" && left.name === "keys" && left.args[0] !== undefined) {
      const node = this.#target(left.args[0], frame)
      const { value } = node ?? {}
      if (node === undefined || !isObject(value)) return undefined
      const wrong = keysOf(value).filter((key) => !words.includes(key))
      return union(
        wrong.map((key) =>
          this.#renameKey(
            node,
            key,
            words.filter((word) => !Object.hasOwn(value, word)),
          ),
        ),
      )
    }
    const node = this.#target(left, frame)
    if (node === undefined) return undefined
    const { path } = node.place
    if (!isArray(node.value)) return this.#correct(node, node.value, path, words)
    return union(
      node.value.flatMap((item, index) =>
        members.some((member) => equal(member, item)) ? [] : [this.#correct(node, item, [...path, index], words)],
      ),
    )
  }

  #correct(
    node: Placed,
    value: Value | undefined,
    path: readonly (string | number)[],
    words: readonly string[],
  ): Derived {
    const near = typeof value === "string" ? nearest(value, words) : undefined
    if (near?.unique !== true) return undefined
    const title = `set ${formatPath(path)} to ${quote(near.word)}`
    return [this.#part(title, typo(near.distance), node, { op: "set", path, value: near.word })]
  }

  #renameKey(node: Placed, key: string, free: readonly string[]): Derived {
    const near = nearest(key, free)
    if (near?.unique !== true) return undefined
    const path = [...node.place.path, key]
    const title = `rename ${formatPath(path)} to ${quote(near.word)}`
    return [this.#part(title, typo(near.distance), node, { op: "rename", path, to: near.word })]
  }

  #file(fact: FileFact, wanted: Value | undefined): Derived {
    const operation = fileOperation(fact, wanted, this.#context)
    if (operation === undefined) return undefined
    return [{ ...operation, safety: "safe", step: { file: this.#spot.file, operation: operation.operation } }]
  }

  #part(title: string, safety: Safety, node: Placed, operation: Operation) {
    return { title, safety, step: stepAt(node, operation, this.#spot) }
  }

  /** The place to write to, whether something is there or not; of many nodes none is meant. */
  #target(term: Term, frame: Frame): Placed | undefined {
    const target = targetOf(term)
    if (target === undefined || isMany(target)) return undefined
    const [node] = nodesOf(target, frame, this.#context)
    if (node?.place === undefined) return undefined
    const nowhere = node.place.file === null && this.#context.value === undefined
    return nowhere ? undefined : { value: node.value, place: node.place }
  }
}

type Placed = Required<Node>

function typo(distance: number): Safety {
  return distance <= 1 ? "safe" : "unsafe"
}

function fileOperation(
  fact: FileFact,
  wanted: Value | undefined,
  context: Context,
): { readonly title: string; readonly operation: FileOperation } | undefined {
  if (fact === "exists" && wanted === true) {
    const text = context.world.lastGoodText?.()
    return text === undefined
      ? undefined
      : { title: "restore its last known-good state", operation: { op: "create", text } }
  }
  if (fact === "mode" && typeof wanted === "string" && /^[0-7]{3,4}$/.test(wanted)) {
    return { title: `set the mode to ${wanted}`, operation: { op: "mode", mode: wanted } }
  }
  if (fact === "eol" && (wanted === "lf" || wanted === "crlf")) {
    return { title: `end lines with ${wanted.toUpperCase()}`, operation: { op: "eol", eol: wanted } }
  }
  if (fact === "bom" && typeof wanted === "boolean") {
    return {
      title: wanted ? "add the byte order mark" : "remove the byte order mark",
      operation: { op: "bom", bom: wanted },
    }
  }
  if (fact === "final_newline" && typeof wanted === "boolean") {
    const title = wanted ? "end the file with a newline" : "remove the newline at the end of the file"
    return { title, operation: { op: "final-newline", finalNewline: wanted } }
  }
  return undefined
}

function union(parts: readonly Derived[]): Derived {
  const known = parts.filter((part) => part !== undefined)
  return known.length === parts.length ? known.flat() : undefined
}
