import { carryEdits } from "../../engine/carryEdits.ts"
import { hasErrors } from "../../model/document.ts"
import { CfgsyncError } from "../../model/errors.ts"
import type { FilePlan, Plan } from "../../model/plan.ts"
import { decode, encode } from "../../model/source.ts"
import type { StagedFile } from "../../store/entry.ts"
import { indexEntries } from "../../system/git/entries.ts"
import { type StagedEntry, stageWith } from "../../system/git/staging.ts"
import { sha256 } from "../../system/hash.ts"
import { storeBlob } from "../../system/indexSystem.ts"
import type { FileWrite } from "../../system/system.ts"
import { openRecorder, type Recording } from "../record.ts"
import type { Run } from "../run.ts"
import type { StagedProject } from "./openState.ts"

export interface StagedRepairs {
  /** Files whose repair is only in the commit: what stands in the working tree was changed at the same place, and stays as it is. */
  readonly leftInTree: readonly string[]
}

/**
 * Put a plan that was made from what is staged into the index; and into the working tree, where each edit is made in what stands there, so that what
 * is not staged stays as it is, to the byte. Both or neither, also when killed.
 * @throws CfgsyncError when something cannot be written, or was staged anew meanwhile: nothing is changed then
 */
export async function stageRepairs(
  { git, disk, project }: StagedProject,
  run: Run,
  plan: Plan,
  recording: Recording,
): Promise<StagedRepairs> {
  const there = indexEntries(git)
  const entries: StagedEntry[] = []
  const tree: FileWrite[] = []
  const leftInTree: string[] = []
  for (const file of plan.files) {
    const refusal = project.system.refusal(file.path)
    if (refusal !== undefined) throw refusal
    const before = there.get(file.path) ?? null
    if (before?.mode === "120000" || before === null ? file.before !== null : false) {
      throw new CfgsyncError(
        "write-refused",
        `${file.path} is a link, and what it leads to is repaired under its own name`,
      )
    }
    const oid = storeBlob(git, encode(file.after.text, file.after.bom))
    entries.push({ path: file.path, before, after: { mode: modeOf(file, before?.mode), oid } })
    const write = treeWrite(file, disk.read(file.path, Number.MAX_SAFE_INTEGER), run)
    if (write === "left") leftInTree.push(file.path)
    else if (write !== null) tree.push(write)
  }
  await write(entries, tree, { git, disk, project }, plan, recording)
  return { leftInTree }
}

async function write(
  entries: readonly StagedEntry[],
  tree: readonly FileWrite[],
  { git, disk, project }: Pick<StagedProject, "git" | "disk" | "project">,
  plan: Plan,
  recording: Recording,
): Promise<void> {
  const contents = tree.flatMap(({ path, before, after }) =>
    [before ?? [], after ?? []].flat().map((content) => ({ path, content })),
  )
  const rules = (path: string) => [
    ...new Set(
      plan.fixed
        .filter(({ repair }) => repair.steps.some(({ file }) => file === path))
        .map(({ finding }) => finding.rule),
    ),
  ]
  const remembered = { system: disk, configPath: project.configPath }
  const recorder = await openRecorder(remembered, recording, { contents, rules })
  try {
    stageWith(git, entries, tree, (files) => recorder.system.write(files))
    recorder.staged(indexOnly(plan, entries, tree, rules))
  } finally {
    recorder.close()
  }
}

/** The repairs that do not stand like that on the disk, of which the log would not tell else. */
function indexOnly(
  { files }: Plan,
  entries: readonly StagedEntry[],
  tree: readonly FileWrite[],
  rules: (path: string) => readonly string[],
): readonly StagedFile[] {
  return files.flatMap(({ path, before, after, mode }) => {
    const [was, is] = [before === null ? null : encode(before.text, before.bom), encode(after.text, after.bom)]
    const written = tree.find((file) => file.path === path)
    if (written !== undefined && isSame(written.before, was) && isSame(written.after, is)) return []
    const entry = entries.find((each) => each.path === path)
    if (entry === undefined) return []
    const hashes = { before: was === null ? null : sha256(was), after: sha256(is) }
    return [
      {
        path,
        ...hashes,
        ...(mode === undefined ? {} : { mode: entry.after.mode.slice(-4) }),
        rules: rules(path),
        blob: entry.after.oid,
        ...(entry.before === null ? {} : { blobBefore: entry.before.oid }),
      },
    ]
  })
}

function isSame(one: Uint8Array | null, other: Uint8Array | null): boolean {
  return one === null || other === null ? one === other : Buffer.compare(one, other) === 0
}

function modeOf({ mode }: FilePlan, old: string | undefined): string {
  if (mode === undefined) return old ?? "100644"
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? "100644" : "100755"
}

/** @returns "left" for what cannot take the edits; `null` where there is no file: its owner deleted it, and has not said so to git. */
function treeWrite(file: FilePlan, bytes: Uint8Array | null, run: Run): FileWrite | "left" | null {
  const { path, before, after, edits, mode } = file
  const more = mode === undefined ? {} : { mode: Number.parseInt(mode, 8) }
  if (before === null) {
    if (bytes !== null) return "left"
    return { path, before: null, after: encode(after.text, after.bom), ...more }
  }
  if (bytes === null) return null
  if (Buffer.compare(bytes, encode(before.text, before.bom)) === 0) {
    return { path, before: bytes, after: encode(after.text, after.bom), ...more }
  }
  const decoded = decode(path, bytes)
  if (!decoded.ok) return "left"
  const { text, bom } = decoded.source
  const carried = carryEdits(before.text, text, edits)
  const known = before.bom === after.bom ? bom : after.bom
  if (carried === null || (breaks(path, text, carried, run) && !breaks(path, before.text, after.text, run)))
    return "left"
  return { path, before: bytes, after: encode(carried, known), ...more }
}

/** Whether a text that could be read cannot be any more. */
function breaks(path: string, before: string, after: string, run: Run): boolean {
  const format = run.format(path)
  const wrong = (text: string) =>
    format !== undefined && hasErrors(format.parse({ path, text, bom: false }, run.project.settings.limits))
  return !wrong(before) && wrong(after)
}
