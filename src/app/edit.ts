import { resolve } from "node:path"
import { editDocument } from "../engine/editDocument.ts"
import { parsePathArgument } from "../engine/pathQuery.ts"
import { type Document, defaultLimits, type Format, hasErrors } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { Operation } from "../model/operation.ts"
import { formatPath, type Path, valueAt } from "../model/path.ts"
import { encode, type Source } from "../model/source.ts"
import { LineIndex } from "../model/span.ts"
import { DateTime, isArray, type Value } from "../model/value.ts"
import type { System } from "../system/system.ts"
import { readFileState, textState } from "./fileState.ts"
import { formatOf, formatTable } from "./formats.ts"
import type { OwnChange } from "./ownChanges.ts"
import { openFileSystem, openProject } from "./project.ts"
import { openRecorder, type Recording, unattended } from "./record.ts"
import { hasStore, type Remembered } from "./storePlace.ts"

export interface DocumentPlace {
  /** Absolute; `file` counts from it. */
  readonly cwd: string
  readonly file: string
  /** JSONPath or JSON Pointer of one node. */
  readonly path: string
  /** 1-based; needed where the file holds several documents. */
  readonly document?: number
}

export type EditRequest = DocumentPlace &
  (
    | {
        readonly operation: "set"
        readonly value: Value
        /** Taken instead where a date stands now. */
        readonly date?: DateTime
      }
    | { readonly operation: "remove" }
  )

/** @returns `undefined` when nothing is at the path.  @throws CfgsyncError when the file or the path cannot be read. */
export async function readValue(place: DocumentPlace): Promise<Value | undefined> {
  const { document, path } = await open(place)
  return valueAt(document.value, path)
}

/** What an edit came to. */
export interface EditResult {
  readonly file: string
  readonly document: number
  /** As JSONPath, whatever it was asked for as. */
  readonly path: string
  readonly operation: EditRequest["operation"]
  /** `false`: it was so already. */
  readonly changed: boolean
}

/**
 * Change one node of one file, every other byte as it was; nothing is written when the text is the same already.
 * @throws CfgsyncError `edit-refused` with the reason, `path-missing` for a removal of what is not there; the file is untouched then.
 */
export async function editFile(
  request: EditRequest,
  recording: Recording = unattended(request.operation),
): Promise<EditResult> {
  const { system, configPath, name, format, source, index, document, path } = await open(request)
  if (request.operation === "remove" && valueAt(document.value, path) === undefined) {
    throw new CfgsyncError(
      "path-missing",
      `there is nothing at ${formatPath(path)} in ${request.file}`,
      `cfgsync get ${request.file} '$' shows what there is`,
    )
  }
  const operation = operationOf(request, path, document.value)
  const asked = { file: request.file, document: index + 1, path: formatPath(path), operation: request.operation }
  const edited = editDocument(format, source, [{ document: index, operation }], defaultLimits)
  if (!edited.ok)
    throw new CfgsyncError("edit-refused", `${formatPath(path)} in ${request.file} was not changed: ${edited.reason}`)
  if (edited.edits.length === 0) return { ...asked, changed: false }
  const { parsed } = textState(system, edited.source, format, defaultLimits)
  const problem = parsed.problems.find(({ severity }) => severity === "error")
  if (problem !== undefined)
    throw new CfgsyncError(
      "edit-refused",
      `${formatPath(path)} in ${request.file} was not changed: ${problem.message}`,
      "this would break the file",
    )
  const [before, after] = [encode(source.text, source.bom), encode(edited.source.text, source.bom)]
  const contents = [before, after].map((content) => ({ path: name, content }))
  const good = await goodEdit({ system, configPath }, { path: name, before, after }, recording)
  const recorder = await openRecorder({ system, configPath }, recording, { contents, good })
  try {
    recorder.system.write([{ path: name, before, after }])
  } finally {
    recorder.close()
  }
  return { ...asked, changed: true }
}

/** An edit of a file of which something is known good is held against the rules of its project; of any other nobody asks. */
async function goodEdit(
  remembered: Remembered,
  change: OwnChange,
  recording: Recording,
): Promise<ReadonlyMap<string, string>> {
  if (!recording.on || !hasStore(remembered)) return new Map()
  try {
    const { goodChanges } = await import("./ownChanges.ts")
    return await goodChanges(await openProject({ cwd: remembered.system.root }), [change], recording)
  } catch (error) {
    if (!(error instanceof CfgsyncError)) throw error
    recording.tell(`${change.path} could not be judged, so it is not known-good now: ${error.message}`)
    return new Map()
  }
}

/** The pointer `/list/-` is the place after the last element (RFC 6901). */
function operationOf(request: EditRequest, path: Path, root: Value): Operation {
  if (request.operation === "remove") return { op: "remove", path }
  const list = path.slice(0, -1)
  if (request.path.startsWith("/") && path.at(-1) === "-" && isArray(valueAt(root, list)))
    return { op: "append", path: list, value: request.value }
  const dated = request.date !== undefined && valueAt(root, path) instanceof DateTime
  return { op: "set", path, value: dated && request.date !== undefined ? request.date : request.value }
}

interface Opened {
  readonly system: System
  readonly configPath: string | null
  readonly name: string
  readonly format: Format
  readonly source: Source
  readonly index: number
  readonly document: Document
  readonly path: Path
}

async function open({ cwd, file, path, document }: DocumentPlace): Promise<Opened> {
  const absolute = resolve(cwd, file)
  const { system, configPath, name } = openFileSystem(absolute)
  system.recover()
  const format = await formatOf(absolute.replaceAll("\\", "/"))
  if (format === undefined) {
    throw new CfgsyncError(
      "format-unknown",
      `cfgsync does not know the format of ${file}`,
      `it knows ${formatTable.flatMap(({ files }) => files).join(" ")}`,
    )
  }
  const state = readFileState(system, name, format, defaultLimits)
  if (state.kind === "missing") throw new CfgsyncError("file-not-found", `${file} does not exist`)
  if (state.kind === "unreadable") throw new CfgsyncError("file-unreadable", `${file}: ${state.reason}`)
  if (hasErrors(state.parsed)) {
    const problem = state.parsed.problems.find(({ severity }) => severity === "error")
    const { line, column } = new LineIndex(state.source.text).position(problem?.span.start ?? 0)
    throw new CfgsyncError("file-invalid", `${file}:${line}:${column}: ${problem?.message}`, "mend the syntax first")
  }
  const documents = state.parsed.documents
  if (document === undefined && documents.length > 1) {
    throw new CfgsyncError(
      "usage",
      `${file} holds ${documents.length} documents`,
      `say which with --document 1 … --document ${documents.length}`,
    )
  }
  const index = (document ?? 1) - 1
  const chosen = documents[index]
  if (chosen === undefined)
    throw new CfgsyncError(
      "path-missing",
      `${file} has ${documents.length} documents, so there is no document ${document}`,
    )
  return {
    system,
    configPath,
    name,
    format,
    source: state.source,
    index,
    document: chosen,
    path: parsePathArgument(path, chosen.value),
  }
}
