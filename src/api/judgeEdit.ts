import { editDocument } from "../engine/editDocument.ts"
import { applyEdits } from "../engine/edits.ts"
import { applyOperation, withoutDates } from "../engine/operations.ts"
import { defaultLimits, type Format, hasErrors, type Limits } from "../model/document.ts"
import type { Edit, Operation } from "../model/operation.ts"
import type { Source } from "../model/source.ts"
import { equal, type Value } from "../model/value.ts"

export { nodesOf } from "../engine/nodesOf.ts"

/**
 * What became of one operation on one document. `meaningless`: the operation has no meaning for this value (append to a string), whatever
 * the format. `wrong`: a law of lossless editing is broken; `law` names it.
 */
export type Verdict =
  | { readonly outcome: "done"; readonly source: Source; readonly edits: readonly Edit[]; readonly expected: Value }
  | { readonly outcome: "meaningless"; readonly reason: string }
  | { readonly outcome: "refused"; readonly reason: string }
  | { readonly outcome: "wrong"; readonly law: string; readonly detail: string; readonly text: string }

class Broken extends Error {
  readonly law: string
  constructor(law: string, detail: string) {
    super(detail)
    this.law = law
  }
}

function must(held: boolean, law: string, detail: () => string): void {
  if (!held) throw new Broken(law, detail())
}

/**
 * Carry one operation out through the engine, which holds the result to the laws of lossless editing (`src/engine/lossless.ts`). A format all
 * of whose wordings break one is wrong, though nothing is written.
 * @param source parses without errors.  @param index 0-based document of the source.
 */
export function judgeEdit(
  format: Format,
  source: Source,
  operation: Operation,
  index = 0,
  limits: Limits = defaultLimits,
): Verdict {
  const parsed = format.parse(source, limits)
  const before = parsed.documents[index]
  if (hasErrors(parsed) || before === undefined)
    throw new Error(`${source.path} does not parse, so nothing can be judged`)
  const wanted = applyOperation(before.value, format.dates ? operation : withoutDates(operation))
  if (!wanted.ok) return { outcome: "meaningless", reason: wanted.reason }
  let text = source.text
  try {
    const edited = editDocument(format, source, [{ document: index, operation }], limits)
    if (!edited.ok)
      return edited.loss === undefined
        ? { outcome: "refused", reason: edited.reason }
        : { outcome: "wrong", ...edited.loss }
    text = edited.source.text
    if (text === source.text && equal(before.value, wanted.value) && operation.op !== "sort")
      return { outcome: "done", source, edits: [], expected: wanted.value }
    must(applyEdits(source.text, edited.edits) === text, "the edits give the text", () => JSON.stringify(edited.edits))
    const again = format.parse(edited.source, limits)
    must(!hasErrors(again), "the result parses", () => again.problems[0]?.message ?? "")
    must(
      equal(again.documents[index]?.value, wanted.value),
      "the value is what was asked for",
      () => "the result parses to another value",
    )
    if (operation.op === "set") judgeRepeat(format, edited.source, operation, index, limits)
    return { outcome: "done", source: edited.source, edits: edited.edits, expected: wanted.value }
  } catch (error) {
    const law = error instanceof Broken ? error.law : "nothing is thrown"
    return { outcome: "wrong", law, detail: error instanceof Error ? error.message : String(error), text }
  }
}

function judgeRepeat(format: Format, result: Source, operation: Operation, index: number, limits: Limits): void {
  const repeated = editDocument(format, result, [{ document: index, operation }], limits)
  must(repeated.ok && repeated.edits.length === 0, "the same edit again changes nothing", () =>
    JSON.stringify(repeated),
  )
}
