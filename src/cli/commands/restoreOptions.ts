import type { Command } from "commander"
import { redactorFor } from "../../app/redact.ts"
import type { RestoredFile, RestoreOptions, RestoreResult } from "../../app/restore.ts"
import { diff } from "../../report/diff.ts"
import { printable } from "../../report/printable.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { addStoreOptions, noRecord, type RecordOptions, recordingOf, type StoreOptions } from "./storeOptions.ts"

export interface RestoreFlags extends StoreOptions, RecordOptions {
  readonly dryRun?: true
  readonly unsafe?: true
}

/** What `undo` and `rollback` have in common. */
export function addRestoreOptions(command: Command): Command {
  return addStoreOptions(command)
    .option("--dry-run", "print what would change as a unified diff and write nothing")
    .option("--unsafe", "also where the result has an error that is not there now, or a later change is lost")
    .option(...noRecord)
}

export function restoreOptionsOf(
  session: Session,
  command: string,
  { dryRun, unsafe, record }: RestoreFlags,
): RestoreOptions {
  return { recording: recordingOf(session, command, record), dryRun: dryRun ?? false, unsafe: unsafe ?? false }
}

export async function sayRestored(
  { files, written }: RestoreResult,
  { format, dryRun }: RestoreFlags,
  { voice }: Session,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const redactor = await redactorFor(files.flatMap(({ before, after }) => [before ?? [], after ?? []].flat()))
  voice.protect(redactor)
  const blank = (source: RestoredFile["before"]) => source && { ...source, text: redactor.blank(source.text) }
  const shown = files.map((file) => ({ ...file, before: blank(file.before), after: blank(file.after) }))
  if (format === "json") {
    voice.result(
      jsonText({ ...more, written, files: shown.map(({ path, mode }) => ({ path, mode })), diff: diff(shown) }),
    )
    return
  }
  if (files.length === 0) voice.say("nothing to put back: every file is as it was then")
  else if (dryRun) voice.result(diff(shown, { color: voice.color }))
  else
    voice.result(
      files.map(({ path, after }) => `${after === null ? "removed" : "put back"} ${printable(path)}\n`).join(""),
    )
}
