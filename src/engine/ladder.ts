import type { Rung } from "../model/explanation.ts"
import type { RepairStep } from "../model/finding.ts"
import type { Operation } from "../model/operation.ts"
import type { CompiledAction, CompiledFix, CompiledRequirement, CompiledRule, PathTerm } from "./compiled.ts"
import { deriveRepair, type Spot, stepAt } from "./derive.ts"
import { type Context, isTrue, nodesOf, resolveFact } from "./facts.ts"
import type { Frame } from "./frame.ts"
import { termText } from "./termText.ts"

/** The explicit fixes in the order written, then the repairs that follow from the failing requirements, where there is one. */
export function ladder(
  rule: CompiledRule,
  failing: readonly CompiledRequirement[],
  frame: Frame,
  context: Context,
  spot: Spot,
): readonly Rung[] {
  const rungs = rule.fixes.map((fix) => explicit(fix, frame, context, spot))
  const derived = failing.flatMap((requirement): readonly Rung[] => {
    const repair = deriveRepair(requirement, frame, context, spot)
    return repair === undefined ? [] : [{ title: repair.title, safety: repair.safety, derived: true, repair }]
  })
  return [...rungs, ...derived]
}

function explicit(fix: CompiledFix, frame: Frame, context: Context, spot: Spot): Rung {
  const { title, safety } = fix
  const rung = { title, safety, derived: false }
  const unmet = fix.where.find(({ term }) => !isTrue(term, frame, context))
  if (unmet !== undefined) return { ...rung, reason: `its condition does not hold: ${unmet.text}` }
  const steps: RepairStep[] = []
  for (const action of fix.actions) {
    const made = stepOf(action, frame, context, spot)
    if (typeof made === "string") return { ...rung, reason: made }
    steps.push(made)
  }
  return { ...rung, repair: { title, safety, steps } }
}

/** @returns the step, or why it cannot be made. Values and places are read from the document as it was before the first step. */
function stepOf(action: CompiledAction, frame: Frame, context: Context, spot: Spot): RepairStep | string {
  switch (action.type) {
    case "create": {
      const text = action.from === null ? (action.text ?? "") : context.world.template(action.from)
      if (text === undefined) return `the template "${action.from}" is missing`
      return { file: spot.file, operation: { op: "create", text } }
    }
    case "chmod":
      return { file: spot.file, operation: { op: "mode", mode: action.mode } }
    case "restore":
      return restore(context, spot)
    default:
      return treeStep(action, frame, context, spot)
  }
}

function restore(context: Context, spot: Spot): RepairStep | string {
  const reason = "no known-good state of the file is remembered"
  if (context.world.file("exists") !== true) {
    const text = context.world.lastGoodText?.()
    return text === undefined ? reason : { file: spot.file, operation: { op: "create", text } }
  }
  const value = context.world.lastGood([])
  return value === undefined ? reason : { ...spot, operation: { op: "set", path: [], value } }
}

type TreeAction = Extract<CompiledAction, { readonly target: PathTerm }>

function treeStep(action: TreeAction, frame: Frame, context: Context, spot: Spot): RepairStep | string {
  const node = only(action.target, frame, context)
  if (typeof node === "string") return node
  const { path } = node.place
  const at = (operation: Operation) => stepAt(node, operation, spot)
  switch (action.type) {
    case "remove":
    case "sort":
      return at({ op: action.type, path })
    case "rename":
      return at({ op: "rename", path, to: action.to })
    case "move": {
      const to = only(action.to, frame, context)
      if (typeof to === "string") return to
      if (to.place.file !== node.place.file) return "a value cannot be moved to another file"
      return at({ op: "move", from: path, path: to.place.path })
    }
    default: {
      const value = resolveFact(action.value, frame, context)
      if (value === undefined) return `${termText(action.value)} is missing`
      if (action.type === "insert") return at({ op: "insert", path: [...path, action.index], value })
      return at({ op: action.type, path, value })
    }
  }
}

function only(target: PathTerm, frame: Frame, context: Context) {
  const [node] = nodesOf(target, frame, context)
  return node?.place === undefined
    ? `${termText(target)} is no place that can be written`
    : { value: node.value, place: node.place }
}
