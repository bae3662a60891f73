import { type Path, valueAt } from "../model/path.ts"
import type { CompiledRequirement, PathTerm, Term } from "./compiled.ts"
import { type Context, elementsOf, isMany, isTrue, nodesOf } from "./facts.ts"
import type { Frame } from "./frame.ts"
import type { Node } from "./walk.ts"

/** The place that a requirement speaks of; of many nodes, the one that holds them. `undefined`: none in particular. */
export function aboutOf(requirement: CompiledRequirement, frame: Frame, context: Context): Node | undefined {
  if (requirement.type !== "holds") return nodesOf(requirement.target, frame, context)[0]
  return about(requirement.term, frame, context, false)
}

/** As {@link aboutOf}, but down to the element that fails. */
export function closestOf(requirement: CompiledRequirement, frame: Frame, context: Context): Node | undefined {
  if (requirement.type !== "holds") return aboutOf(requirement, frame, context)
  return about(requirement.term, frame, context, true)
}

function about(term: Term, frame: Frame, context: Context, closest: boolean): Node | undefined {
  const inner = (each: Term) => about(each, frame, context, closest)
  switch (term.type) {
    case "path":
      return nodesOf(single(term), frame, context)[0]
    case "default":
    case "concat":
      return inner(term.left)
    case "not":
    case "is":
      return inner(term.arg)
    case "and": {
      const failing = term.args.find((arg) => !isTrue(arg, frame, context))
      return failing && inner(failing)
    }
    case "or":
      return first(term.args, inner)
    case "compare":
      return first([term.left, term.right], inner)
    case "call":
      return term.name === "doc" || term.name === "docs" ? undefined : first(term.args, inner)
    case "quantifier": {
      const element = closest
        ? elementsOf(term.in, frame, context).find(
            (each) => isTrue(term.body, frame.with(term.name, each), context) !== (term.quantifier === "all"),
          )
        : undefined
      if (element === undefined) return inner(term.in)
      return about(term.body, frame.with(term.name, element), context, closest) ?? element
    }
    default:
      return undefined
  }
}

/** The path up to where it may branch. */
function single(path: PathTerm): PathTerm {
  if (!isMany(path)) return path
  const end = path.segments.findIndex(({ type }) => type === "wildcard" || type === "slice" || type === "descendant")
  return { ...path, segments: path.segments.slice(0, Math.max(end, 0)) }
}

function first(terms: readonly Term[], find: (term: Term) => Node | undefined): Node | undefined {
  for (const term of terms) {
    const node = find(term)
    if (node?.place !== undefined) return node
  }
  return undefined
}

/** Where the innermost `for` binding stands in the rule's own document. */
export function bindingPath(frame: Frame): Path | undefined {
  const innermost = [...frame].at(-1)?.[1]
  return innermost?.place?.file === null ? innermost.place.path : undefined
}

/** The longest beginning of a path where something is. */
export function existing(path: Path, root: Context["value"]): Path {
  let length = path.length
  while (length > 0 && valueAt(root, path.slice(0, length)) === undefined) length--
  return path.slice(0, length)
}
