import type { Command } from "commander"
import { type Difference, differenceOf } from "../../app/difference.ts"
import { openProject } from "../../app/project.ts"
import { redactorFor } from "../../app/redact.ts"
import { formatPath } from "../../model/path.ts"
import { toJson } from "../../model/value.ts"
import { diff } from "../../report/diff.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { projectOf } from "./checkOptions.ts"
import { changesText } from "./historyTexts.ts"
import { addStoreOptions, type StoreOptions, tellOf } from "./storeOptions.ts"

export function define(command: Command, session: Session): void {
  addStoreOptions(command)
    .argument("<file>", "a file that was accepted")
    .addHelpText("after", closing)
    .action((file: string, options: StoreOptions) => run(file, options, session))
}

async function run(file: string, options: StoreOptions, session: Session): Promise<void> {
  const { io, voice, finish } = session
  const project = await openProject(projectOf(io.cwd, options))
  const drift = await differenceOf(project, file, tellOf(session))
  const redactor = await redactorFor([drift.before, drift.after ?? []].flat())
  voice.protect(redactor)
  const blank = (source: Difference["after"]) => source && { ...source, text: redactor.blank(source.text) }
  const shown = { path: drift.path, before: blank(drift.before), after: blank(drift.after) }
  const patch = diff([{ ...shown, ...(drift.mode === undefined ? {} : { mode: drift.mode.after }) }], {
    color: voice.color && options.format === "text",
  })
  if (options.format === "json") voice.result(jsonText(shownDrift(drift, patch)))
  else voice.result(`${changesOf(drift)}${patch}`)
  if (patch === "" && drift.after?.text !== drift.before.text)
    voice.say("the texts differ in secrets only, which are not shown")
  if (patch !== "" || drift.after?.text !== drift.before.text) finish(1)
}

function changesOf({ changes }: Difference): string {
  if (changes === null || changes.length === 0) return ""
  return `${changesText(
    changes,
    changes.some(({ document }) => document > 0),
  )}\n`
}

function shownDrift({ path, mode, changes }: Difference, patch: string) {
  return {
    path,
    ...(mode === undefined ? {} : { mode }),
    changes:
      changes?.map(({ document, path: at, before, after }) => ({
        document,
        path: formatPath(at),
        ...(before === undefined ? {} : { before: toJson(before) }),
        ...(after === undefined ? {} : { after: toJson(after) }),
      })) ?? null,
    diff: patch,
  }
}

const closing = `
From the state that was last accepted to the present one: which keys, from what to what, then as a text. Exits 1 when they differ.

Examples:
  cfgsync diff opencode.json`
