import type { Safety } from "../model/finding.ts"
import type {
  CompiledAction,
  CompiledRequirement,
  CompiledRule,
  PathTerm,
  Place,
  Term,
  TermSegment,
} from "./compiled.ts"
import { isMany } from "./facts.ts"
import { targetOf } from "./target.ts"

type Binders = ReadonlyMap<string, Place>
export type Write = Place & { readonly safety: Safety }

/** Where the rule's `for` names stand. */
export function bindersOf(rule: Pick<CompiledRule, "for">): Binders {
  const binders = new Map<string, Place>()
  for (const { name, in: path } of rule.for) {
    const place = placeOf(path, binders)
    if (place !== undefined) binders.set(name, place)
  }
  return binders
}

/** Every place that a term reads; what lies below a place is read with it. */
export function readsOf(term: Term, binders: Binders): readonly Place[] {
  switch (term.type) {
    case "path": {
      const place = placeOf(term, binders)
      const computed = term.segments.flatMap((segment) =>
        segment.type === "computed" ? readsOf(segment.term, binders) : [],
      )
      const root = term.root.type === "term" && place === undefined ? readsOf(term.root.term, binders) : []
      return place === undefined ? [...root, ...computed] : [place, ...computed]
    }
    case "list":
      return term.items.flatMap((item) => readsOf(item, binders))
    case "object":
      return term.entries.flatMap(({ value }) => readsOf(value, binders))
    case "template":
      return term.parts.flatMap((part) => (typeof part === "string" ? [] : readsOf(part, binders)))
    case "call": {
      const place = placeOf(term, binders)
      const inner = term.args.flatMap((arg) => readsOf(arg, binders))
      return place === undefined ? inner : [place, ...inner]
    }
    case "not":
    case "is":
      return readsOf(term.arg, binders)
    case "and":
    case "or":
      return term.args.flatMap((arg) => readsOf(arg, binders))
    case "compare":
    case "default":
    case "concat":
      return [...readsOf(term.left, binders), ...readsOf(term.right, binders)]
    case "quantifier":
      return [...readsOf(term.in, binders), ...readsOf(term.body, within(term, binders))]
    case "violations":
      return readsOf(term.target, binders)
    default:
      return []
  }
}

/** Where an explicit action writes in a document. */
export function actionWrites(action: CompiledAction, safety: Safety, binders: Binders): readonly Write[] {
  if (!("target" in action)) return []
  const targets = [action.target]
  if (action.type === "move") targets.push(action.to)
  if (action.type === "rename") {
    const segments: readonly TermSegment[] = [
      ...action.target.segments.slice(0, -1),
      { type: "member", name: action.to },
    ]
    targets.push({ ...action.target, segments })
  }
  return targets.flatMap((target) => writeAt(target, safety, binders))
}

/** Where the repair that is derived from a requirement writes. */
export function requirementWrites(requirement: CompiledRequirement, binders: Binders): readonly Write[] {
  if (requirement.type === "holds") return termWrites(requirement.term, binders)
  return writeAt(requirement.target, "safe", binders)
}

function termWrites(term: Term, binders: Binders): readonly Write[] {
  switch (term.type) {
    case "and":
      return term.args.flatMap((arg) => termWrites(arg, binders))
    case "quantifier":
      return term.quantifier === "all" ? termWrites(term.body, within(term, binders)) : []
    case "compare":
      return ["==", "contains", "in"].includes(term.op) ? writeAt(term.left, "safe", binders) : []
    case "is":
      if (["present", "null", "empty", "object", "url", "path", "executable"].includes(String(term.kind))) return []
      return writeAt(term.arg, term.kind === "absent" ? "unsafe" : "safe", binders)
    case "not":
      if (term.arg.type === "compare" && term.arg.op === "contains") return writeAt(term.arg.left, "unsafe", binders)
      return term.arg.type === "is" && term.arg.kind === "present" ? writeAt(term.arg.arg, "unsafe", binders) : []
    case "path":
    case "default":
      return writeAt(term, "safe", binders)
    default:
      return []
  }
}

function writeAt(term: Term, safety: Safety, binders: Binders): readonly Write[] {
  const target = targetOf(term)
  const place = target && placeOf(target, binders)
  return place === undefined ? [] : [{ ...place, safety }]
}

export function within(term: Term & { readonly type: "quantifier" }, binders: Binders): Binders {
  const over = placeOf(term.in, binders)
  if (over === undefined) return binders
  return new Map(binders).set(term.name, isMany(term.in) ? over : { ...over, steps: [...over.steps, null] })
}

/** Where a path may lead; `undefined` for what stands in no document. */
export function placeOf(term: Term, binders: Binders): Place | undefined {
  if (term.type === "call" && (term.name === "doc" || term.name === "docs")) {
    const [file] = term.args
    return {
      file: file?.type === "literal" && typeof file.value === "string" ? file.value : "**",
      steps: [],
      deep: false,
    }
  }
  if (term.type === "call" && term.name === "secrets" && term.args[0] !== undefined) {
    const place = placeOf(term.args[0], binders)
    return place && { ...place, deep: true }
  }
  if (term.type !== "path") return undefined
  const start = startOf(term, binders)
  if (start === undefined || start.deep) return start
  const steps = [...start.steps]
  for (const segment of term.segments) {
    if (segment.type === "descendant") return { file: start.file, steps, deep: true }
    steps.push(stepOf(segment))
  }
  return { file: start.file, steps, deep: false }
}

function startOf({ root }: PathTerm, binders: Binders): Place | undefined {
  if (root.type === "document") return { file: null, steps: [], deep: false }
  return root.type === "binding" ? binders.get(root.name) : placeOf(root.term, binders)
}

function stepOf(segment: TermSegment): string | number | null {
  if (segment.type === "member") return segment.name
  if (segment.type === "index" && segment.index >= 0) return segment.index
  if (segment.type !== "computed" || segment.term.type !== "literal") return null
  const { value } = segment.term
  return typeof value === "string" || typeof value === "number" ? value : null
}

/** Without repetition, in a stable order. */
export function distinct<T extends Place>(places: readonly T[]): readonly T[] {
  const byKey = new Map(places.map((place) => [JSON.stringify(place), place]))
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, place]) => place)
}
