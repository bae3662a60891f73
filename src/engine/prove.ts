import { type Document, type Format, hasErrors, type Limits } from "../model/document.ts"
import type { Finding, Repair, RepairStep } from "../model/finding.ts"
import type { Edit, FileOperation, Operation } from "../model/operation.ts"
import { formatPath, toPointer } from "../model/path.ts"
import type { FileVersion, ProofStep } from "../model/plan.ts"
import { DateTime, isArray, isObject, keysOf, makeObject, type Value } from "../model/value.ts"
import { editDocument } from "./editDocument.ts"
import { editFileAsWhole } from "./editFile.ts"
import { composeEdits } from "./edits.ts"
import { type DocumentOperation, independentRuns } from "./independent.ts"
import { applyIndependent, mapPath } from "./operations.ts"
import { type Done, Trail } from "./trail.ts"

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
  | Unproven

interface Unproven {
  readonly ok: false
  readonly step: ProofStep
  readonly reason: string
  /** The findings whose repairs are known to be at fault; empty: any of them may be. */
  readonly culprits: readonly Finding[]
}

/**
 * Prove that repairs together do what they promise and nothing else: they can be worded, the result parses to exactly what the operations
 * say, no byte or comment outside is touched (all this is `editDocument`), the findings are gone, nothing that was right is wrong, and the
 * result is judged the same when it is judged again. So repairing the result anew can only mend what was wrong besides.
 */
export async function prove(
  repairs: readonly { readonly finding: Finding; readonly repair: Repair }[],
  ground: Ground,
): Promise<Proof> {
  const files: ProvenFile[] = []
  const trails = new Map<string, Trail>()
  for (const [path, steps] of byFile(repairs.flatMap(({ repair }) => repair.steps))) {
    const edited = editOne(path, steps, ground)
    if (!edited.ok) return { ...edited, culprits: culpritsOf(edited.operation, repairs) }
    files.push(edited.file)
    for (const [document, done] of edited.done) trails.set(trailKey(path, document), new Trail(done, mapPath))
  }
  const follow = (finding: Finding) => followThrough(finding, trails)
  const before = await ground.check(new Map(files.flatMap(({ path }) => entryOf(path, ground.version(path)))))
  const after = await ground.check(new Map(files.map(({ path, version }) => [path, version])))
  const left = stillThere(
    repairs.map(({ finding }) => finding),
    before.findings,
    after.findings,
    follow,
  )
  const [one] = left
  if (one !== undefined) return { ...fail("gone", `the finding would still be there: ${one.message}`), culprits: left }
  const does = (op: FileOperation["op"]) =>
    repairs.some(({ repair }) => repair.steps.some(({ operation }) => operation.op === op))
  // What a text that did not parse has wrong besides could not be seen before, nor what follows from it elsewhere.
  const broken = does("mend")
    ? undefined
    : firstNew(
        before.findings.flatMap((finding) => follow(finding) ?? []),
        // A known-good state is free of errors; that there are warnings in it was accepted.
        does("put-back") ? after.findings.filter(({ severity }) => severity === "error") : after.findings,
        placeOf,
      )
  if (broken !== undefined)
    return fail(
      "unbroken",
      `it would break ${broken.rule} at ${broken.file}:${formatPath(broken.path)}: ${broken.message}`,
    )
  const wavering = await judgedAgain(files, after, ground)
  if (wavering !== undefined) return wavering
  return { ok: true, files, after, follow }
}

function culpritsOf(
  operation: Operation | undefined,
  repairs: readonly { readonly finding: Finding; readonly repair: Repair }[],
): readonly Finding[] {
  if (operation === undefined) return []
  const takes = ({ repair }: { readonly repair: Repair }) => repair.steps.some((step) => step.operation === operation)
  return repairs.filter(takes).map(({ finding }) => finding)
}

/**
 * Those of the repaired findings that a check still makes. A finding that is repaired at a place leaves one less of its rule there: another
 * message alone is no repair, and what else is wrong there may stay.
 */
function stillThere(
  repaired: readonly Finding[],
  before: readonly Finding[],
  after: readonly Finding[],
  follow: (finding: Finding) => Finding | undefined,
): readonly Finding[] {
  const followed = (findings: readonly Finding[]) => findings.flatMap((finding) => follow(finding) ?? [])
  const [mended, known] = [followed(repaired), followed(before)]
  const tests = [placeOf, keyOf].map((key) => {
    const [was, is, gone] = [countBy(known, key), countBy(after, key), countBy(mended, key)]
    return (finding: Finding) => {
      const name = key(finding)
      return (is.get(name) ?? 0) > Math.max(0, (was.get(name) ?? 0) - (gone.get(name) ?? 0))
    }
  })
  return repaired.filter((finding) => {
    const now = follow(finding)
    return now !== undefined && tests.some((isLeft) => isLeft(now))
  })
}

function countBy(findings: readonly Finding[], key: (finding: Finding) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const finding of findings) counts.set(key(finding), (counts.get(key(finding)) ?? 0) + 1)
  return counts
}

function fail(step: ProofStep, reason: string): Unproven {
  return { ok: false, step, reason, culprits: [] }
}

function entryOf(path: string, version: FileVersion | undefined): [string, FileVersion][] {
  return version === undefined ? [] : [[path, version]]
}

/** The same step of two repairs is done once. */
function byFile(steps: readonly RepairStep[]): Map<string, RepairStep[]> {
  const files = new Map<string, RepairStep[]>()
  const seen = new Set<string>()
  for (const step of steps) {
    const key = stepKey(step)
    if (seen.has(key)) continue
    seen.add(key)
    const known = files.get(step.file)
    if (known === undefined) files.set(step.file, [step])
    else known.push(step)
  }
  return files
}

const stepKeys = new WeakMap<RepairStep, string>()

/** Two steps that do the same have the same key. */
export function stepKey(step: RepairStep): string {
  const known = stepKeys.get(step)
  if (known !== undefined) return known
  const { operation } = step
  const meant = "value" in operation ? { ...operation, value: exactly(operation.value) } : operation
  const key = JSON.stringify([step.file, "document" in step ? step.document : -1, meant])
  stepKeys.set(step, key)
  return key
}

/** What JSON cannot say is told apart from what it can. */
function exactly(value: Value): Value {
  if (value instanceof DateTime) return { date: value.text }
  if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) return { number: `${value}` }
  if (isArray(value)) return value.map(exactly)
  if (isObject(value)) return makeObject(keysOf(value).map((key) => [key, exactly(value[key] as Value)] as const))
  return value
}

type EditedFile =
  | { readonly ok: true; readonly file: ProvenFile; readonly done: ReadonlyMap<number, readonly Done[]> }
  | (Unproven & { readonly operation?: Operation })

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
    if (!changed.ok) return { ...changed, culprits: [] }
    current = changed.version
    rounds.push(changed.edits)
  }
  const { source } = current
  if (operations.length === 0)
    return {
      ok: true,
      file: { path, version: current, edits: composeEdits(version.source?.text ?? "", rounds) },
      done: new Map(),
    }
  if (source === null) return fail("edit", `${path} does not exist`)
  if (rounds.some((edits) => edits.length > 0))
    return fail("edit", "changes of the file as a whole and of its content are made one after the other")
  const edited = editDocument(format, source, operations, ground.limits)
  if (!edited.ok) return { ...fail(edited.step, `${path}: ${edited.reason}`), operation: edited.operation }
  return {
    ok: true,
    file: { path, version: { ...current, source: edited.source }, edits: edited.edits },
    done: doneOn(format.parse(source, ground.limits).documents, operations),
  }
}

function doneOn(
  documents: readonly Document[],
  operations: readonly DocumentOperation[],
): ReadonlyMap<number, readonly Done[]> {
  const roots = documents.map(({ value }) => value)
  const done = new Map<number, Done[]>()
  for (const run of independentRuns(operations)) {
    const document = run[0]?.document ?? 0
    const root = roots[document] ?? null
    const applied = applyIndependent(
      root,
      run.map(({ operation }) => operation),
    )
    if (applied.ok) roots[document] = applied.value
    const known = done.get(document) ?? []
    done.set(document, known)
    for (const { operation } of run) known.push({ operation, root })
  }
  return done
}

function trailKey(file: string, document: number): string {
  return `${document} ${file}`
}

function followThrough(finding: Finding, trails: ReadonlyMap<string, Trail>): Finding | undefined {
  const trail = trails.get(trailKey(finding.file, finding.document))
  if (trail === undefined) return finding
  const path = trail.follow(finding.path)
  if (path === undefined) return undefined
  return path === finding.path ? finding : { ...finding, path }
}

const keys = new WeakMap<Finding, string>()

/** A finding as one of a kind: what is wrong, where, and what is said of it, for two things can be wrong at one place. */
export function keyOf(finding: Finding): string {
  const known = keys.get(finding)
  if (known !== undefined) return known
  const key = JSON.stringify([placeOf(finding), finding.part, finding.message])
  keys.set(finding, key)
  return key
}

/** Which rule is not met, and where. What is said of it may change with the value. */
function placeOf({ rule, file, document, path }: Finding): string {
  return JSON.stringify([rule, file, document, toPointer(path)])
}

/** The first finding that was not there before, counting how often each is there. */
function firstNew(
  before: readonly Finding[],
  after: readonly Finding[],
  key: (finding: Finding) => string,
): Finding | undefined {
  const known = countBy(before, key)
  return after.find((finding) => {
    const count = known.get(key(finding)) ?? 0
    known.set(key(finding), count - 1)
    return count <= 0
  })
}

/** The result, read anew, must parse and be judged the same: what changes its mind would be repaired for ever. */
async function judgedAgain(
  files: readonly ProvenFile[],
  after: Checked,
  ground: Ground,
): Promise<Unproven | undefined> {
  for (const { path, version } of files) {
    const format = ground.format(path)
    if (version.source !== null && format !== undefined && hasErrors(format.parse(version.source, ground.limits)))
      return fail("parse", `${path} would not parse`)
  }
  const again = await ground.check(new Map(files.map(({ path, version }) => [path, version])))
  const differs = firstNew(after.findings, again.findings, keyOf) ?? firstNew(again.findings, after.findings, keyOf)
  return differs === undefined
    ? undefined
    : fail("idempotent", `checked twice, the result is judged differently by ${differs.rule}`)
}
