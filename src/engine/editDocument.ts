import { type Format, hasErrors, type Limits } from "../model/document.ts"
import type { Edit, Operation } from "../model/operation.ts"
import type { Source } from "../model/source.ts"
import { equal, isArray, isObject, keysOf, type Value } from "../model/value.ts"
import { applyEdits, composeEdits } from "./edits.ts"
import { applyOperation } from "./operations.ts"

export type Edited =
  | { readonly ok: true; readonly source: Source; readonly edits: readonly Edit[] }
  | {
      readonly ok: false
      readonly step: "edit" | "parse" | "value"
      readonly reason: string
      readonly operation: Operation
    }

/** One operation on one document of a source (0-based). */
export interface DocumentOperation {
  readonly document: number
  readonly operation: Operation
}

/**
 * Carry operations out on a text, losslessly: of the texts that the format proposes, the first is taken that parses to exactly the value the
 * operation asks for, all other documents unchanged. Where none does, the whole edit is refused with the reason.
 */
export function editDocument(
  format: Format,
  source: Source,
  operations: readonly DocumentOperation[],
  limits: Limits,
): Edited {
  let current = source
  const rounds: (readonly Edit[])[] = []
  for (const { document: index, operation } of operations) {
    const refuse = (step: "edit" | "parse" | "value", reason: string): Edited => ({
      ok: false,
      step,
      reason,
      operation,
    })
    const parsed = format.parse(current, limits)
    if (hasErrors(parsed))
      return refuse(
        "parse",
        parsed.problems.find((problem) => problem.severity === "error")?.message ?? "it does not parse",
      )
    const document = parsed.documents[index]
    if (document === undefined) return refuse("edit", `there is no document ${index + 1}`)
    const wanted = applyOperation(document.value, operation)
    if (!wanted.ok) return refuse("edit", wanted.reason)
    if (same(document.value, wanted.value, operation)) continue
    const candidates = document.candidates(operation)
    if ("refused" in candidates) return refuse("edit", candidates.refused)
    const values = parsed.documents.map((each, place) => (place === index ? wanted.value : each.value))
    let failed: "parse" | "value" = "value"
    let chosen: readonly Edit[] | undefined
    for (const edits of candidates.edits) {
      const text = applyEdits(current.text, edits)
      const again = format.parse({ ...current, text }, limits)
      if (hasErrors(again)) {
        failed = "parse"
        continue
      }
      if (again.documents.length !== values.length || again.problems.length > parsed.problems.length) continue
      if (!again.documents.every((each, place) => same(each.value, values[place] as Value, operation))) continue
      chosen = edits
      current = { ...current, text }
      break
    }
    if (chosen === undefined)
      return refuse(failed, "no wording of the change was found that parses to exactly what is wanted")
    rounds.push(chosen)
  }
  return { ok: true, source: current, edits: composeEdits(source.text, rounds) }
}

/** Key order is part of what `sort` and `rename` ask for; elsewhere a new key may stand where the text has room for it. */
function same(left: Value, right: Value, operation: Operation): boolean {
  return equal(left, right) && (operation.op !== "sort" || sameOrder(left, right))
}

function sameOrder(left: Value, right: Value): boolean {
  if (isArray(left) && isArray(right)) return left.every((item, index) => sameOrder(item, right[index] as Value))
  if (!isObject(left) || !isObject(right)) return true
  const keys = keysOf(right)
  return keysOf(left).every((key, index) => key === keys[index] && sameOrder(left[key] as Value, right[key] as Value))
}
