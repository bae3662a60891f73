import type { Operation } from "../model/operation.ts"
import { type Path, startsWith, valueAt } from "../model/path.ts"
import { isArray, type Value } from "../model/value.ts"

/** Where a node is after an operation that must leave its text alone; `undefined` when the operation replaces, takes, moves or may reorder it. */
export function stayingPath(path: Path, operation: Operation, root: Value): Path | undefined {
  switch (operation.op) {
    case "set":
      return startsWith(path, operation.path) ? undefined : path
    case "append":
      return isArray(valueAt(root, operation.path)) || !startsWith(path, operation.path) ? path : undefined
    case "rename":
      return startsWith(path, operation.path) ? path.with(operation.path.length - 1, operation.to) : path
    case "remove":
      return withoutNode(path, operation.path)
    case "insert":
      return besideNode(path, operation.path)
    case "move": {
      const rest = withoutNode(path, operation.from)
      if (rest === undefined) return undefined
      if (typeof operation.path.at(-1) === "number") return besideNode(rest, operation.path)
      return startsWith(rest, operation.path) ? undefined : rest
    }
    case "sort": {
      const below = startsWith(path, operation.path) && path.length > operation.path.length
      return below && isArray(valueAt(root, operation.path)) ? undefined : path
    }
  }
}

/** Where a node is when another is taken away; `undefined` for that one and what is below it. */
export function withoutNode(path: Path, removed: Path): Path | undefined {
  return startsWith(path, removed) ? undefined : shifted(path, removed, -1, (step, index) => step > index)
}

function besideNode(path: Path, inserted: Path): Path {
  return shifted(path, inserted, 1, (step, index) => step >= index)
}

function shifted(path: Path, at: Path, by: number, hit: (step: number, index: number) => boolean): Path {
  const index = at.at(-1)
  const step = path[at.length - 1]
  if (typeof index !== "number" || typeof step !== "number" || !startsWith(path, at.slice(0, -1))) return path
  return hit(step, index) ? path.with(at.length - 1, step + by) : path
}
