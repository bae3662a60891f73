import { type Document, type Format, hasErrors, type Limits } from "../model/document.ts"
import type { Finding, Repair, RepairStep } from "../model/finding.ts"
import type { Edit, FileOperation, Operation } from "../model/operation.ts"
import { formatPath, type Path, toPointer } from "../model/path.ts"
import type { FileVersion, ProofStep } from "../model/plan.ts"
import type { Source } from "../model/source.ts"
import { equal, type Value } from "../model/value.ts"
import { type DocumentOperation, editDocument } from "./editDocument.ts"
import { editFileAsWhole } from "./editFile.ts"
import { applyEdits } from "./edits.ts"
import { applyOperation, mapPath } from "./operations.ts"

/** Findings of some files, and which files were looked at to find them. */
export interface Checked {
  readonly findings: readonly Finding[]
  readonly files: readonly string[]
}

/** Checks the given versions and every file that depends on one of them, with these in the place of what is on disk. */
export type Check = (changed: ReadonlyMap<string, FileVersion>) => Promise<Checked>

/** The world of a proof; all of it is asked, nothing is touched. */
export interface Ground {
  readonly check: Check
  /** @returns `undefined` for a file that cannot be edited: unreadable, or of a format that no plugin knows. */
  readonly version: (path: string) => FileVersion | undefined
  readonly format: (path: string) => Format | undefined
  readonly limits: Limits
}

/** One file after the repairs. `edits` lead from the version before to this one. */
export interface ProvenFile {
  readonly path: string
  readonly version: FileVersion
  readonly edits: readonly Edit[]
}

export type Proof =
  | {
      readonly ok: true
      readonly files: readonly ProvenFile[]
      readonly after: Checked
      readonly follow: (finding: Finding) => Finding | undefined
    }
  | { readonly ok: false; readonly step: ProofStep; readonly reason: string }

/**
 * Prove that repairs together do what they promise and nothing else: they can be worded, the result parses to exactly what the operations
 * say, no byte or comment outside is touched, the findings are gone, nothing that was right is wrong, and no repair fires again at these places.
 */
export async function prove(
  repairs: readonly { readonly finding: Finding; readonly repair: Repair }[],
  ground: Ground,
): Promise<Proof> {
  const files: ProvenFile[] = []
  const moves: Move[] = []
  for (const [path, steps] of byFile(repairs.flatMap(({ repair }) => repair.steps))) {
    const edited = editOne(path, steps, ground)
    if (!edited.ok) return edited
    files.push(edited.file)
    moves.push(...edited.moves)
  }
  const follow = (finding: Finding) => followThrough(finding, moves)
  const before = await ground.check(new Map(files.flatMap(({ path }) => entryOf(path, ground.version(path)))))
  const after = await ground.check(new Map(files.map(({ path, version }) => [path, version])))
  const left = new Set(after.findings.map(keyOf))
  for (const { finding } of repairs) {
    const followed = follow(finding)
    if (followed !== undefined && left.has(keyOf(followed)))
      return fail("gone", `the finding would still be there: ${finding.message}`)
  }
  const broken = firstNew(
    before.findings.flatMap((finding) => follow(finding) ?? []),
    after.findings,
  )
  if (broken !== undefined)
    return fail(
      "unbroken",
      `it would break ${broken.rule} at ${broken.file}:${formatPath(broken.path)}: ${broken.message}`,
    )
  const again = await firesAgain(files, after, ground)
  if (again !== undefined) return again
  return { ok: true, files, after, follow }
}

function fail(
  step: ProofStep,
  reason: string,
): { readonly ok: false; readonly step: ProofStep; readonly reason: string } {
  return { ok: false, step, reason }
}

function entryOf(path: string, version: FileVersion | undefined): [string, FileVersion][] {
  return version === undefined ? [] : [[path, version]]
}

function byFile(steps: readonly RepairStep[]): Map<string, RepairStep[]> {
  const files = new Map<string, RepairStep[]>()
  for (const step of steps) {
    const known = files.get(step.file)
    if (known === undefined) files.set(step.file, [step])
    // The same step of two repairs is done once.
    else if (!known.some((each) => sameStep(each, step))) known.push(step)
  }
  return files
}

/** Values are compared as values: a bigint or a date says the same in any two copies. */
export function sameStep(left: RepairStep, right: RepairStep): boolean {
  const plain = (step: RepairStep) => ({ ...step.operation, value: undefined })
  const value = (step: RepairStep) => ("value" in step.operation ? step.operation.value : undefined)
  return (
    left.file === right.file &&
    ("document" in left ? left.document : -1) === ("document" in right ? right.document : -1) &&
    JSON.stringify(plain(left)) === JSON.stringify(plain(right)) &&
    equal(value(left) ?? null, value(right) ?? null) === true
  )
}

/** An operation that was done, with the value it was done on. */
interface Move {
  readonly file: string
  readonly document: number
  readonly operation: Operation
  readonly root: Value
}

type EditedFile =
  | { readonly ok: true; readonly file: ProvenFile; readonly moves: readonly Move[] }
  | { readonly ok: false; readonly step: ProofStep; readonly reason: string }

function editOne(path: string, steps: readonly RepairStep[], ground: Ground): EditedFile {
  const version = ground.version(path)
  const format = ground.format(path)
  if (version === undefined || format === undefined) return fail("edit", `${path} cannot be edited`)
  const operations = steps.flatMap((step): DocumentOperation[] => ("document" in step ? [step] : []))
  const whole = steps.flatMap((step): FileOperation[] => ("document" in step ? [] : [step.operation]))
  let current = version
  const rounds: (readonly Edit[])[] = []
  for (const operation of whole) {
    const changed = editFileAsWhole(path, current, operation, format, ground.limits)
    if (!changed.ok) return changed
    current = changed.version
    rounds.push(changed.edits)
  }
  if (operations.length === 0) return { ok: true, file: { path, version: current, edits: rounds.flat() }, moves: [] }
  if (current.source === null) return fail("edit", `${path} does not exist`)
  if (rounds.length > 0)
    return fail("edit", "changes of the file as a whole and of its content are made one after the other")
  const edited = editDocument(format, current.source, operations, ground.limits)
  if (!edited.ok) return fail(edited.step, `${path}: ${edited.reason}`)
  const wrong = bytesReason(format, current.source, edited.source, edited.edits, ground.limits)
  if (wrong !== undefined) return fail("bytes", `${path}: ${wrong}`)
  const documents = format.parse(current.source, ground.limits).documents
  return {
    ok: true,
    file: { path, version: { ...current, source: edited.source }, edits: edited.edits },
    moves: movesOf(path, operations, documents),
  }
}

function movesOf(
  file: string,
  operations: readonly DocumentOperation[],
  documents: readonly Document[],
): readonly Move[] {
  const roots = documents.map(({ value }) => value)
  return operations.map(({ document, operation }) => {
    const root = roots[document] ?? null
    const applied = applyOperation(root, operation)
    if (applied.ok) roots[document] = applied.value
    return { file, document, operation, root }
  })
}

/** Why the result is not the old text with these edits and all its comments. */
function bytesReason(
  format: Format,
  before: Source,
  after: Source,
  edits: readonly Edit[],
  limits: Limits,
): string | undefined {
  if (applyEdits(before.text, edits) !== after.text || before.bom !== after.bom)
    return "the result is not the old text with the edits applied"
  const left = format.parse(after, limits).documents.flatMap((document) => document.comments().map(({ text }) => text))
  for (const { text } of format.parse(before, limits).documents.flatMap((document) => document.comments())) {
    const index = left.indexOf(text)
    if (index < 0) return `a comment would be lost: ${text}`
    left.splice(index, 1)
  }
  return undefined
}

function followThrough(finding: Finding, moves: readonly Move[]): Finding | undefined {
  let path: Path | undefined = finding.path
  for (const { file, document, operation, root } of moves) {
    if (file === finding.file && document === finding.document) path = mapPath(path, operation, root)
    if (path === undefined) return undefined
  }
  return { ...finding, path }
}

/** A finding as one of a kind: what is wrong, and where. */
export function keyOf({ rule, file, document, path }: Finding): string {
  return JSON.stringify([rule, file, document, toPointer(path)])
}

/** The first finding that was not there before, counting how often each is there. */
function firstNew(before: readonly Finding[], after: readonly Finding[]): Finding | undefined {
  const known = new Map<string, number>()
  for (const finding of before) known.set(keyOf(finding), (known.get(keyOf(finding)) ?? 0) + 1)
  return after.find((finding) => {
    const count = known.get(keyOf(finding)) ?? 0
    known.set(keyOf(finding), count - 1)
    return count <= 0
  })
}

/** The result, read anew, must be found the same and hold what was meant: a check that changes its mind would repair for ever. */
async function firesAgain(files: readonly ProvenFile[], after: Checked, ground: Ground): Promise<Proof | undefined> {
  for (const { path, version } of files) {
    const format = ground.format(path)
    if (version.source !== null && format !== undefined && hasErrors(format.parse(version.source, ground.limits)))
      return fail("parse", `${path} would not parse`)
  }
  const again = await ground.check(new Map(files.map(({ path, version }) => [path, version])))
  const differs = firstNew(after.findings, again.findings) ?? firstNew(again.findings, after.findings)
  return differs === undefined
    ? undefined
    : fail("idempotent", `checked twice, the result is judged differently by ${differs.rule}`)
}
