import { editDocument } from "../engine/editDocument.ts"
import { type MergeRequest, mergeTexts } from "../engine/merge/mergeTexts.ts"
import { operationsBetween } from "../engine/merge/operationsBetween.ts"
import { applyOperation } from "../engine/operations.ts"
import { type Recovery, recoverText } from "../engine/recover.ts"
import { type ValueChange, valueChanges } from "../engine/valueChanges.ts"
import { type Format, hasErrors, type Limits } from "../model/document.ts"
import type { Finding } from "../model/finding.ts"
import { formatPath, type Path, startsWith, valueAt } from "../model/path.ts"
import type { Source } from "../model/source.ts"
import type { Value } from "../model/value.ts"
import { checkPaths } from "./check.ts"
import { declaredLists } from "./declaredLists.ts"
import type { Run } from "./run.ts"

/** A good state of a file, all that is known to have followed, and the present state last. */
export interface Course {
  readonly good: Source
  readonly later: readonly Source[]
  /** Nobody knows which later state is bad, so that nothing speaks for any of them; else it is the first. */
  readonly doubtful: boolean
}

/** What going back to a good state leaves of what came after. */
export interface Reapplied {
  readonly source: Source
  /** Changes since the good state that are there still. */
  readonly kept: readonly ValueChange[]
  /** Changes since the good state that are gone. */
  readonly dropped: readonly ValueChange[]
  /** How a present state that does not parse was read. */
  readonly recovery?: Recovery
}

/**
 * Go back to a good state and make the good edits again that came after it. A step after which a check finds an error that it did not find before is bad:
 * of it only those entries stay that have no part in an error. Where no step is bad, the first is what the user goes back from.
 */
export async function reapply(run: Run, { good, later, doubtful }: Course): Promise<Reapplied | undefined> {
  const format = run.format(good.path)
  const limits = run.project.settings.limits
  await run.prepareEdits()
  if (format === undefined || hasErrors(format.parse(good, limits))) return undefined
  const { states, recovery } = await readable(good, later, format, limits)
  const judge = new Judge(run, format, limits)
  const steps = await judge.steps(good, states)
  const anyBad = steps.some(({ bad }) => bad)
  if (!anyBad && doubtful && recovery === undefined) return undefined
  const known = await judge.errors(good)
  const declared = await declaredLists(run, good, format)
  let source = good
  // Where a change is gone back from, a later one at the same place is no other edit.
  const first = anyBad || recovery !== undefined ? undefined : steps[0]
  const gone = first === undefined ? [] : changesBetween(first.from, first.to, format, limits).map(wholeList)
  for (const step of steps) {
    const { from, to, bad } = step
    if (step === first) continue
    const wanted = bad
      ? await judge.goodPart(from, to)
      : judge.without(from, to, (each) => gone.some((one) => sharePlace(one, each)))
    const merged = wanted && mergeAgain({ base: from, ours: source, theirs: wanted, format, limits, declared })
    if (merged === undefined) continue
    const fresh = (await judge.errors(merged)).filter((finding) => !known.some((each) => sameError(each, finding)))
    if (fresh.length === 0) source = merged
  }
  const present = states.at(-1) ?? good
  return {
    source,
    kept: changesBetween(good, source, format, limits).filter((each) => isIn(each, present, format, limits)),
    dropped: changesBetween(good, present, format, limits).filter((each) => !isIn(each, source, format, limits)),
    ...(recovery === undefined ? {} : { recovery }),
  }
}

/** The states that parse; a present one that does not is recovered from the last that did. */
async function readable(
  good: Source,
  later: readonly Source[],
  format: Format,
  limits: Limits,
): Promise<{ readonly states: readonly Source[]; readonly recovery?: Recovery }> {
  const parses = (source: Source) => !hasErrors(format.parse(source, limits))
  const present = later.at(-1)
  const states = later.filter(parses)
  if (present === undefined || parses(present)) return { states }
  const { mendText } = await import("../engine/mend.ts")
  const { repairs } = mendText(await format.mender?.(), format, present, limits)
  const recovery = recoverText(present, states.at(-1) ?? good, repairs, { format, limits })
  return { states: [...states, recovery.source], recovery }
}

interface Step {
  readonly from: Source
  readonly to: Source
  readonly bad: boolean
}

class Judge {
  readonly #run: Run
  readonly #format: Format
  readonly #limits: Limits

  constructor(run: Run, format: Format, limits: Limits) {
    this.#run = run
    this.#format = format
    this.#limits = limits
  }

  /** The errors of a file, if this were its text. */
  async errors(source: Source): Promise<readonly Finding[]> {
    const { path } = source
    const { findings } = await checkPaths(this.#run, [path], new Map([[path, { source }]]))
    return findings.filter(({ file, severity }) => file === path && severity === "error")
  }

  async steps(good: Source, states: readonly Source[]): Promise<readonly Step[]> {
    const steps: Step[] = []
    let from = good
    let known = await this.errors(good)
    for (const to of states) {
      if (to.text === from.text) continue
      const errors = await this.errors(to)
      steps.push({ from, to, bad: errors.some((error) => !known.some((each) => sameError(each, error))) })
      from = to
      known = errors
    }
    return steps
  }

  /** A bad step without the entries that have to do with an error; `undefined`: nothing of it is left, or it cannot be told apart. */
  async goodPart(from: Source, to: Source): Promise<Source | undefined> {
    const known = await this.errors(from)
    const errors = (await this.errors(to)).filter((error) => !known.some((each) => sameError(each, error)))
    return this.without(from, to, ({ document, path }) =>
      errors.some((error) => error.document === document && meet(error.path, entryOf(path))),
    )
  }

  /** What a step made, less some of its changes; `undefined`: nothing of it is left. */
  without(from: Source, to: Source, leave: (change: ValueChange) => boolean): Source | undefined {
    const changes = changesBetween(from, to, this.#format, this.#limits)
    const left = changes.filter(leave)
    if (left.length === 0) return to
    const [was, is] = [from, to].map((source) => this.#format.parse(source, this.#limits).documents)
    const operations = (is ?? []).flatMap(({ value }, document) => {
      const places = left.filter((each) => each.document === document).map(({ path }) => entryOf(path))
      const wanted = places.reduce<Value>((now, place) => putBack(now, was?.[document]?.value, place), value)
      return operationsBetween(value, wanted).map((operation) => ({ document, operation }))
    })
    const edited = editDocument(this.#format, to, operations, this.#limits)
    // What says the same as before is not worth another wording of it.
    const says = edited.ok && changesBetween(from, edited.source, this.#format, this.#limits).length > 0
    return says ? edited.source : undefined
  }
}

/** Indices tell little from one state to the next: of what changes in a list, the list is the place. */
function wholeList(change: ValueChange): ValueChange {
  const list = change.path.findIndex((step) => typeof step === "number")
  return list < 0 ? change : { ...change, path: change.path.slice(0, list) }
}

function sharePlace(one: ValueChange, other: ValueChange): boolean {
  return one.document === other.document && meet(one.path, other.path)
}

/** What is changed together: an entry of an entry of the document, such as one server among the servers. */
function entryOf(path: Path): Path {
  return path.slice(0, 2)
}

function meet(one: Path, other: Path): boolean {
  return startsWith(one, other) || startsWith(other, one)
}

function putBack(now: Value, before: Value | undefined, place: Path): Value {
  const value = valueAt(before, place)
  const applied = applyOperation(
    now,
    value === undefined ? { op: "remove", path: place } : { op: "set", path: place, value },
  )
  return applied.ok ? applied.value : now
}

/** What a step changed, made again on another text; where both differ, that text stays. */
function mergeAgain(request: Omit<MergeRequest, "markers" | "prefer">): Source | undefined {
  const markers = { labels: { ours: "", theirs: "" }, size: 7 }
  const merged = mergeTexts({ ...request, markers, prefer: "ours" })
  return merged.by === "structure" ? merged.source : undefined
}

function sameError(left: Finding, right: Finding): boolean {
  return (
    left.rule === right.rule &&
    left.document === right.document &&
    left.message === right.message &&
    formatPath(left.path) === formatPath(right.path)
  )
}

function changesBetween(from: Source, to: Source, format: Format, limits: Limits): readonly ValueChange[] {
  const [was, is] = [from, to].map((source) => format.parse(source, limits).documents)
  return (is ?? []).flatMap(({ value }, document) =>
    valueChanges(was?.[document]?.value, value).map((change) => ({ ...change, document })),
  )
}

/** Whether a text says at the place of a change what the change says. */
function isIn({ document, path, after }: ValueChange, text: Source, format: Format, limits: Limits): boolean {
  const value = format.parse(text, limits).documents[document]?.value
  return valueChanges(valueAt(value, path), after).length === 0
}
