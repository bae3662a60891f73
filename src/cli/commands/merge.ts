import { existsSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { type Command, InvalidArgumentError, Option } from "commander"
import { type MergeGround, type MergeResult, mergeFiles } from "../../app/merge.ts"
import { openFileSystem, openProject, type Project, projectPath } from "../../app/project.ts"
import { redactorFor } from "../../app/redact.ts"
import { type ResolvedFile, resolveMerges } from "../../app/resolveMerge.ts"
import type { Merged } from "../../engine/merge/mergeTexts.ts"
import { CfgsyncError } from "../../model/errors.ts"
import type { Finding } from "../../model/finding.ts"
import { formatPath } from "../../model/path.ts"
import { toJson } from "../../model/value.ts"
import { diff } from "../../report/diff.ts"
import { printable } from "../../report/printable.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { projectOf } from "./checkOptions.ts"
import { addStoreOptions, noRecord, type RecordOptions, recordingOf, type StoreOptions } from "./storeOptions.ts"

interface MergeFlags extends StoreOptions, RecordOptions {
  readonly path?: string
  readonly output?: string
  readonly prefer?: "ours" | "theirs"
  readonly markerSize: number
  readonly oursName: string
  readonly theirsName: string
  readonly baseName?: string
  readonly resolve?: true
  readonly dryRun?: true
}

export function define(command: Command, session: Session): void {
  addStoreOptions(command)
    .argument("<files...>", "BASE OURS THEIRS; with --resolve, files with an unfinished merge")
    .option("--path <path>", "the name of the merged file, which tells its format and its rules; else that of OURS")
    .option("--output <file>", "where the result goes instead of OURS; - is standard output")
    .addOption(new Option("--prefer <side>", "whose side is taken in a conflict").choices(["ours", "theirs"]))
    .addOption(new Option("--marker-size <n>", "how many signs a conflict marker has").argParser(parseSize).default(7))
    .option("--ours-name <name>", "what stands beside the markers of our side", "ours")
    .option("--theirs-name <name>", "what stands beside the markers of their side", "theirs")
    .option("--base-name <name>", "mark what stood there before as well (as git's diff3), with this beside its marker")
    .option("--resolve", "finish the merges whose conflict markers stand in the files")
    .option("--dry-run", "with --resolve: print what would change as a unified diff and write nothing")
    .option(...noRecord)
    .addHelpText("after", closing)
    .action((files: string[], options: MergeFlags) =>
      options.resolve === true ? resolveAll(files, options, session) : run(files, options, session),
    )
}

function parseSize(text: string): number {
  if (!/^[1-9][0-9]{0,2}$/.test(text)) throw new InvalidArgumentError("it is a number from 1 to 999")
  return Number(text)
}

async function run(files: readonly string[], options: MergeFlags, session: Session): Promise<void> {
  const { voice, finish } = session
  const [base, ours, theirs] = files
  if (base === undefined || ours === undefined || theirs === undefined || files.length > 3)
    throw new CfgsyncError("usage", "three files are merged: BASE OURS THEIRS", "--resolve takes any number of files")
  const { ground, path } = await groundOf(options.path ?? ours, options, session)
  const { output = ours, prefer, markerSize: size, oursName, theirsName, baseName } = options
  const labels = { ours: oursName, theirs: theirsName, ...(baseName === undefined ? {} : { base: baseName }) }
  const result = await mergeFiles(ground, {
    base,
    ours,
    theirs,
    path,
    output: output === "-" ? null : output,
    markers: { labels, size },
    ...(prefer === undefined ? {} : { prefer }),
  })
  if (output === "-") voice.verbatim(result.text)
  voice.protect(await redactorFor(result.sources))
  if (options.format === "json" && output !== "-") voice.result(jsonText(shownResult(result, path)))
  else say(result, path, session)
  if (result.marked || result.broken.length > 0) finish(1)
}

/**
 * The project is that of the merged file, which a merge driver is called for from the top of the repository. Its configuration may itself be what is merged, so that
 * one that cannot be used is no hindrance.
 */
async function groundOf(
  name: string,
  options: MergeFlags,
  { io, voice }: Session,
): Promise<{ readonly ground: MergeGround; readonly path: string }> {
  try {
    const full = resolve(io.cwd, name)
    const isNamed = options.path !== undefined && options.config === undefined
    const folder = isNamed && existsSync(dirname(full)) ? dirname(full) : io.cwd
    const project = await openProject(projectOf(folder, options))
    return { ground: { cwd: io.cwd, system: project.system, project }, path: projectPath(project, full) }
  } catch (error) {
    if (!(error instanceof CfgsyncError) || options.config !== undefined) throw error
    voice.warning(`merged without the configuration: ${error.message}`)
    const { system } = openFileSystem(`${io.cwd}/x`)
    return { ground: { cwd: io.cwd, system }, path: name }
  }
}

function say(result: MergeResult, path: string, { voice }: Session): void {
  if (result.reason !== undefined) voice.warning(`${printable(path)} was merged by its lines: ${result.reason}`)
  if (result.unchecked !== undefined) voice.warning(`merged without the rules: ${result.unchecked}`)
  for (const each of result.conflicts) voice.say(conflictText(path, each, result.marked))
  for (const finding of result.broken) voice.say(brokenText(finding))
}

function conflictText(
  path: string,
  { path: at, document, ours, theirs }: Merged["conflicts"][number],
  marked: boolean,
): string {
  const place = `${printable(path)}${document > 0 ? ` (document ${document + 1})` : ""}: ${printable(formatPath(at))}`
  const what =
    ours === undefined
      ? "we removed what they changed"
      : theirs === undefined
        ? "they removed what we changed"
        : "both sides changed it"
  return `${marked ? "conflict " : "decided  "} ${place}: ${what}`
}

function brokenText({ file, path, message, rule }: Finding): string {
  return `broken    ${printable(file)}: ${printable(formatPath(path))}: ${message} (${rule}), which neither side has`
}

function shownResult(result: MergeResult, path: string) {
  return {
    path,
    ...shownMerge(result),
    by: result.by,
    ...(result.reason === undefined ? {} : { reason: result.reason }),
  }
}

function shownMerge({ marked, conflicts, broken }: Pick<MergeResult, "marked" | "conflicts" | "broken">) {
  return {
    clean: !marked && broken.length === 0,
    marked,
    conflicts: conflicts.map(({ document, path, base, ours, theirs }) => ({
      document,
      path: formatPath(path),
      ...Object.fromEntries(
        Object.entries({ base, ours, theirs }).flatMap(([side, value]) =>
          value === undefined ? [] : [[side, toJson(value)]],
        ),
      ),
    })),
    broken: broken.map(({ rule, path, message }) => ({ rule, path: formatPath(path), message })),
  }
}

async function resolveAll(files: readonly string[], options: MergeFlags, session: Session): Promise<void> {
  const { io, voice, finish } = session
  const project: Project = await openProject(projectOf(io.cwd, options))
  const { prefer, dryRun = false } = options
  const recording = recordingOf(session, "merge", options.record)
  const resolved = await resolveMerges(project, files, {
    recording,
    dryRun,
    ...(prefer === undefined ? {} : { prefer }),
  })
  const redactor = await redactorFor(resolved.flatMap(({ before, after }) => [before, after]))
  voice.protect(redactor)
  if (options.format === "json") voice.result(jsonText({ written: !dryRun, files: resolved.map(shownResolved) }))
  else if (dryRun) {
    const blank = (source: ResolvedFile["after"]) => ({ ...source, text: redactor.blank(source.text) })
    const shown = resolved.map((file) => ({ ...file, before: blank(file.before), after: blank(file.after) }))
    voice.result(diff(shown, { color: voice.color }))
  }
  if (options.format !== "json") for (const file of resolved) sayResolved(file, session)
  if (resolved.some(({ state, broken }) => state !== "resolved" || broken.length > 0)) finish(1)
}

function shownResolved(file: ResolvedFile) {
  const { path, state, reason } = file
  return {
    path,
    state,
    ...shownMerge({ ...file, marked: state !== "resolved" }),
    ...(reason === undefined ? {} : { reason }),
  }
}

function sayResolved({ path, state, conflicts, broken, reason }: ResolvedFile, { voice }: Session): void {
  if (state === "left") voice.say(`left      ${printable(path)}: ${reason}`)
  for (const each of conflicts) voice.say(conflictText(path, each, state === "conflicts"))
  for (const finding of broken) voice.say(brokenText(finding))
  if (state === "resolved") voice.say(`resolved  ${printable(path)}`)
}

const closing = `
Merges JSON, JSONC, YAML, TOML and front matter by structure: different keys never conflict, comments and order of both sides are kept, and
the result is proven to say what both sides say. A real conflict is marked around the lines of its entry. Everything else, and what does not
parse, is merged by lines. The result replaces OURS, as git expects of a merge driver:

  git config merge.cfgsync.driver 'cfgsync merge --path %P --marker-size %L %O %A %B'
  echo '*.json merge=cfgsync' >> .gitattributes

Exits 0 when all is merged, 1 when a conflict is marked or the result breaks a rule or schema that both sides keep, 2 when it could not run.

Examples:
  cfgsync merge base.json ours.json theirs.json
  cfgsync merge base.yaml ours.yaml theirs.yaml --output - --prefer theirs
  cfgsync merge --resolve package.json`
