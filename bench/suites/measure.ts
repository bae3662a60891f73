import { judgeEdit, nodesOf } from "../../src/api/judgeEdit.ts"
import { trickyStrings } from "../../src/api/trickyStrings.ts"
import { applyOperation } from "../../src/engine/operations.ts"
import { type Document, defaultLimits, type Format, hasErrors } from "../../src/model/document.ts"
import type { Operation } from "../../src/model/operation.ts"
import { formatPath, type Path } from "../../src/model/path.ts"
import { decode, type Source } from "../../src/model/source.ts"
import { equal, isArray, isObject, makeObject, type Value } from "../../src/model/value.ts"

export interface SuiteCase {
  readonly name: string
  /** The path under which the format is to read it. */
  readonly path: string
  readonly bytes: Uint8Array
  /** `either`: the suite leaves it to the reader. */
  readonly verdict: "valid" | "invalid" | "either"
  /** What the suite says its documents mean, where it says so. */
  readonly values?: readonly Value[]
}

/** A reader that a format does not use to verify its own edits. */
export interface SecondReader {
  /** The values of all documents of a text; `undefined` when the second reader cannot read it. */
  readonly secondReader: (text: string) => readonly Value[] | undefined
  /** What of a value the second reader and the format say alike: for keys that one of them does not keep as text. */
  readonly normal?: (value: Value) => Value
}

/** An official test suite, the format it is for, and a second reader. */
export interface Suite extends SecondReader {
  readonly format: Format
  readonly cases: readonly SuiteCase[]
  /** Cases whose verdict the format does not share, with the reason. */
  readonly exceptions: Readonly<Record<string, string>>
  /** Whether a node stands at its path, where a format can make one text stand for nodes at several; absent: every node does. */
  readonly isOwn?: (document: Document, path: Path) => boolean
}

export interface Acceptance {
  readonly valid: { readonly cases: number; readonly accepted: number }
  readonly invalid: { readonly cases: number; readonly rejected: number }
  /** Cases with a value given by the suite, and how many are read as that value. */
  readonly values: { readonly cases: number; readonly right: number }
  /** `NAME: what`, for every case that is neither right nor an exception. */
  readonly wrong: readonly string[]
  /** Exceptions that were met: `NAME: reason`. */
  readonly excepted: readonly string[]
}

export const measuredOperations = ["set", "add", "remove", "rename", "append"] as const
export type MeasuredOperation = (typeof measuredOperations)[number]

export interface EditFigures {
  cases: number
  done: number
  refused: number
  wrong: number
  /** Done, right by the format's own reading, and out of the second reader's reach. */
  unjudged: number
  readonly reasons: Map<string, number>
  readonly breaches: string[]
  /** Every refused case with its reason. */
  readonly refusals: string[]
}

/** Read every case; a problem that has no place in the text counts as wrong. */
export function measureAcceptance(suite: Suite): Acceptance {
  const count = { valid: 0, accepted: 0, invalid: 0, rejected: 0, valued: 0, right: 0 }
  const wrong: string[] = []
  const excepted: string[] = []
  for (const each of suite.cases) {
    const miss = (what: string) => {
      const reason = suite.exceptions[each.name]
      if (reason === undefined) wrong.push(`${each.name}: ${what}`)
      else excepted.push(`${each.name}: ${reason}`)
    }
    const decoded = decode(each.path, each.bytes)
    const parsed = decoded.ok ? suite.format.parse(decoded.source, defaultLimits) : undefined
    const accepted = parsed !== undefined && !hasErrors(parsed)
    if (
      decoded.ok &&
      parsed?.problems.some(({ span }) => span.start > span.end || span.end > decoded.source.text.length)
    )
      miss("a problem stands outside the text")
    if (each.verdict === "valid") {
      count.valid++
      if (accepted) count.accepted++
      else miss(`rejected: ${decoded.ok ? parsed?.problems[0]?.message : decoded.reason}`)
      if (accepted && each.values !== undefined) {
        count.valued++
        if (
          sameValues(
            suite,
            parsed.documents.map((document) => document.value),
            each.values,
          )
        )
          count.right++
        else miss("read as another value")
      }
    }
    if (each.verdict === "invalid") {
      count.invalid++
      if (accepted) miss("accepted")
      else count.rejected++
    }
  }
  return {
    valid: { cases: count.valid, accepted: count.accepted },
    invalid: { cases: count.invalid, rejected: count.rejected },
    values: { cases: count.valued, right: count.right },
    wrong,
    excepted,
  }
}

function sameValues(suite: SecondReader, left: readonly Value[], right: readonly Value[]): boolean {
  const normal = suite.normal ?? ((value: Value) => value)
  return (
    left.length === right.length && left.every((value, index) => equal(normal(value), normal(right[index] as Value)))
  )
}

/** Edit every node of every valid case, and let the laws of lossless editing and the second reader judge each result. */
export function measureEdits(suite: Suite): Readonly<Record<MeasuredOperation, EditFigures>> {
  const figures = { set: blank(), add: blank(), remove: blank(), rename: blank(), append: blank() }
  for (const each of suite.cases) {
    if (each.verdict === "invalid") continue
    const decoded = decode(each.path, each.bytes)
    if (!decoded.ok) continue
    const parsed = suite.format.parse(decoded.source, defaultLimits)
    if (hasErrors(parsed)) continue
    parsed.documents.forEach((document, index) => {
      let turn = 0
      for (const { path, value } of nodesOf(document.value)) {
        if (suite.isOwn?.(document, path) === false) continue
        for (const [kind, operation] of operationsAt(path, value, turn++))
          judgeCase(suite, each, decoded.source, index, operation, figures[kind])
      }
    })
  }
  return figures
}

function blank(): EditFigures {
  return { cases: 0, done: 0, refused: 0, wrong: 0, unjudged: 0, reasons: new Map(), breaches: [], refusals: [] }
}

/** @param turn makes every node get another of the tricky strings. */
function operationsAt(path: Path, value: Value, turn: number): readonly (readonly [MeasuredOperation, Operation])[] {
  const list: (readonly [MeasuredOperation, Operation])[] = []
  const tricky = trickyStrings[turn % trickyStrings.length] as string
  if (isArray(value)) {
    // Of the kind that the list holds: TOML's lists of sections hold nothing else.
    const objects = isObject(value.at(-1))
    for (const added of ["appended", tricky])
      list.push(["append", { op: "append", path, value: objects ? makeObject([["k", added]]) : added }])
    if (!objects) list.push(["append", { op: "append", path, value: [makeObject([["k", tricky]])] }])
  } else if (isObject(value)) {
    list.push(["add", { op: "set", path: [...path, "added key"], value: 42 }])
    list.push(["add", { op: "set", path: [...path, tricky], value: ["v", makeObject([["k", true]])] }])
  } else {
    for (const set of ["plain", tricky, 42, true, -0.5])
      if (!equal(set, value)) list.push(["set", { op: "set", path, value: set }])
  }
  if (path.length > 0) list.push(["remove", { op: "remove", path }])
  if (typeof path.at(-1) === "string") {
    list.push(["rename", { op: "rename", path, to: "renamed" }])
    list.push(["rename", { op: "rename", path, to: tricky }])
  }
  return list
}

function judgeCase(
  suite: Suite,
  each: SuiteCase,
  source: Source,
  document: number,
  operation: Operation,
  figures: EditFigures,
): void {
  const verdict = judgeEdit(suite.format, source, operation, document)
  if (verdict.outcome === "meaningless") return
  figures.cases++
  const where = `${each.name} ${operation.op} ${formatPath(operation.path)}`
  if (verdict.outcome === "refused") {
    figures.refused++
    const reason = verdict.reason.replace(/"[^"]*"|[`'][^`']*[`']|[&*][^ ,;]+/g, "…")
    figures.reasons.set(reason, (figures.reasons.get(reason) ?? 0) + 1)
    figures.refusals.push(`${where} ${JSON.stringify(operation)}: ${verdict.reason}`)
    return
  }
  const breach =
    verdict.outcome === "wrong"
      ? `${verdict.law}: ${verdict.detail}`
      : secondOpinion(suite.format, suite, source, document, operation, verdict.source, each.values)
  if (breach === undefined || breach === "unjudged") {
    figures.done++
    if (breach !== undefined) figures.unjudged++
    return
  }
  figures.wrong++
  figures.breaches.push(`${where}: ${breach}`)
}

/**
 * Whether the second reader sees in the result what the operation asked for.
 * @param values what the documents mean for sure, used where the second reader does not read the original as the format does.
 * @returns what is wrong, `unjudged` where neither says what the original means, else `undefined`.
 */
export function secondOpinion(
  format: Format,
  second: SecondReader,
  source: Source,
  document: number,
  operation: Operation,
  result: Source,
  values?: readonly Value[],
): string | undefined {
  const own = format.parse(source, defaultLimits).documents.map((each) => each.value)
  const seen = second.secondReader(source.text)
  const read = seen !== undefined && sameValues(second, own, seen)
  if (!read && (values === undefined || !sameValues(second, own, values))) return "unjudged"
  // Applied to the format's own reading, which is known to be alike: paths must not depend on how the second reader spells keys.
  const applied = applyOperation(own[document] as Value, operation)
  if (!applied.ok) return "unjudged"
  const wanted = own.map((value, index) => (index === document ? applied.value : value))
  const after = read
    ? second.secondReader(result.text)
    : format.parse(result, defaultLimits).documents.map((each) => each.value)
  if (after === undefined) return `the second reader rejects the result ${JSON.stringify(result.text.slice(0, 300))}`
  if (sameValues(second, wanted, after)) return undefined
  return `the second reader reads another value in ${JSON.stringify(result.text.slice(0, 300))}`
}
