import { type Document, type Format, hasErrors, type Limits, type Parsed } from "../model/document.ts"
import type { Edit, Operation } from "../model/operation.ts"
import { valueAt } from "../model/path.ts"
import type { Source } from "../model/source.ts"
import { equal, isArray, isObject, keysOf, type Value } from "../model/value.ts"
import { applyEdits, composeEdits } from "./edits.ts"
import { type DocumentOperation, independentRuns } from "./independent.ts"
import { lossOf } from "./lossless.ts"
import { applyIndependent, applyOperation, plainOperation, withoutDates } from "./operations.ts"
import type { Loss } from "./reading.ts"
import type { Done } from "./trail.ts"

type EditStep = "edit" | "parse" | "value" | "bytes"

export type Edited =
  | { readonly ok: true; readonly source: Source; readonly edits: readonly Edit[] }
  | {
      readonly ok: false
      readonly step: EditStep
      readonly reason: string
      readonly operation: Operation
      /** The law that every right wording would break, and the text of the best one; for step `bytes`. */
      readonly loss?: Loss & { readonly text: string }
    }

/**
 * Carry operations out on a text, losslessly: of the texts that the format proposes, the first is taken that parses to exactly the value the
 * operation asks for, all other documents unchanged, and that keeps the laws of `lossless.ts`. Where none does, the whole edit is refused
 * with the reason. A date goes as its text into a format without dates.
 */
export function editDocument(
  format: Format,
  source: Source,
  operations: readonly DocumentOperation[],
  limits: Limits,
): Edited {
  const editor = new Editor(format, source, limits)
  const failed = independentRuns(operations).reduce<Failed | undefined>(
    (failure, run) => failure ?? editor.carryOut(run),
    undefined,
  )
  return failed ?? { ok: true, source: editor.source, edits: composeEdits(source.text, editor.rounds) }
}

type Failed = Extract<Edited, { readonly ok: false }>

/** A text that keeps the laws, read. */
interface Verified {
  readonly source: Source
  readonly parsed: Parsed
}

type Unverified = Omit<Failed, "ok" | "operation">

class Editor {
  readonly #format: Format
  readonly #limits: Limits
  readonly rounds: (readonly Edit[])[] = []
  source: Source
  /** The source, read: the reading that verified it serves the operations that follow. */
  #parsed: Parsed | undefined

  constructor(format: Format, source: Source, limits: Limits) {
    this.#format = format
    this.source = source
    this.#limits = limits
  }

  /** Operations that do not meet: all from one reading where that can be verified, else in halves. */
  carryOut(run: readonly DocumentOperation[]): Failed | undefined {
    const [only] = run
    if (only === undefined) return undefined
    if (run.length === 1) return this.#one(only)
    const parsed = this.#read()
    if (!hasErrors(parsed) && this.#together(parsed, only.document, run)) return undefined
    const middle = Math.ceil(run.length / 2)
    return this.carryOut(run.slice(0, middle)) ?? this.carryOut(run.slice(middle))
  }

  #read(): Parsed {
    this.#parsed ??= this.#format.parse(this.source, this.#limits)
    return this.#parsed
  }

  #one({ document: index, operation: asked }: DocumentOperation): Failed | undefined {
    const refuse = (step: EditStep, reason: string): Failed => ({ ok: false, step, reason, operation: asked })
    const parsed = this.#read()
    const problem = parsed.problems.find(({ severity }) => severity === "error")
    if (problem !== undefined) return refuse("parse", problem.message)
    const document = parsed.documents[index]
    if (document === undefined) return refuse("edit", `there is no document ${index + 1}`)
    const operation = this.#plain(document, asked)
    const wanted = applyOperation(document.value, operation)
    if (!wanted.ok) return refuse("edit", wanted.reason)
    if (same(document.value, wanted.value, operation.op === "sort")) return undefined
    const candidates = document.candidates(operation)
    if ("refused" in candidates) return refuse("edit", candidates.refused)
    let failed: Unverified | undefined
    for (const edits of candidates.edits) {
      const verified = this.#verify(parsed, index, edits, wanted.value, [{ operation, root: document.value }])
      if (!("step" in verified)) return this.#take(verified, edits)
      if (failed === undefined || rank(verified.step) > rank(failed.step)) failed = verified
    }
    return failed === undefined ? refuse("value", noWording) : { ok: false, ...failed, operation: asked }
  }

  /** @returns whether the first wordings of all operations were verified together and taken. */
  #together(parsed: Parsed, index: number, run: readonly DocumentOperation[]): boolean {
    const document = parsed.documents[index]
    if (document === undefined) return false
    const done: Done[] = []
    const edits: Edit[] = []
    for (const { operation: asked } of run) {
      const operation = this.#plain(document, asked)
      done.push({ operation, root: document.value })
      if (isDone(document.value, operation)) continue
      const candidates = document.candidates(operation)
      if ("refused" in candidates) return false
      for (const first of candidates.edits) {
        edits.push(...first)
        break
      }
    }
    const wanted = applyIndependent(
      document.value,
      done.map(({ operation }) => operation),
    )
    if (!wanted.ok) return false
    edits.sort((left, right) => left.start - right.start || left.end - right.end)
    if (edits.some(({ start }, place) => start < (edits[place - 1]?.end ?? 0))) return false
    const verified = this.#verify(parsed, index, edits, wanted.value, done)
    if ("step" in verified) return false
    this.#take(verified, edits)
    return true
  }

  #plain(document: Document, operation: Operation): Operation {
    return plainOperation(document.value, this.#format.dates ? operation : withoutDates(operation))
  }

  #take({ source, parsed }: Verified, edits: readonly Edit[]): undefined {
    this.rounds.push(edits)
    this.source = source
    this.#parsed = parsed
  }

  #verify(
    before: Parsed,
    index: number,
    edits: readonly Edit[],
    wanted: Value,
    done: readonly Done[],
  ): Verified | Unverified {
    const source = { ...this.source, text: applyEdits(this.source.text, edits) }
    const parsed = this.#format.parse(source, this.#limits)
    const problem = parsed.problems.find(({ severity }) => severity === "error")
    if (problem !== undefined) return { step: "parse", reason: `${noWording}: ${problem.message}` }
    const ordered = done.some(({ operation }) => operation.op === "sort")
    const right =
      parsed.documents.length === before.documents.length &&
      parsed.problems.length <= before.problems.length &&
      parsed.documents.every(({ value }, place) =>
        same(value, place === index ? wanted : (before.documents[place]?.value ?? null), ordered),
      )
    if (!right) return { step: "value", reason: noWording }
    const loss = lossOf({ source: this.source, ...before }, { source, ...parsed }, index, done)
    if (loss === undefined) return { source, parsed }
    return {
      step: "bytes",
      reason: `more than the change would be touched: ${loss.law}: ${loss.detail}`,
      loss: { ...loss, text: source.text },
    }
  }
}

function isDone(root: Value, operation: Operation): boolean {
  const value = valueAt(root, operation.path)
  return operation.op === "set" ? equal(value, operation.value) : operation.op === "remove" && value === undefined
}

const noWording = "no wording of the change was found that parses to exactly what is wanted"

/** A refusal names the step that the best wording came to. */
function rank(step: EditStep): number {
  return ["edit", "parse", "value", "bytes"].indexOf(step)
}

/** Key order is what `sort` asks for; elsewhere a new key may stand where the text has room for it. */
function same(left: Value, right: Value, ordered: boolean): boolean {
  return equal(left, right) && (!ordered || sameOrder(left, right))
}

function sameOrder(left: Value, right: Value): boolean {
  if (isArray(left) && isArray(right)) return left.every((item, index) => sameOrder(item, right[index] as Value))
  if (!isObject(left) || !isObject(right)) return true
  const keys = keysOf(right)
  return keysOf(left).every((key, index) => key === keys[index] && sameOrder(left[key] as Value, right[key] as Value))
}
