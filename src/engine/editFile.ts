import { type Format, hasErrors, type Limits } from "../model/document.ts"
import type { Edit, FileOperation } from "../model/operation.ts"
import type { FileVersion, ProofStep } from "../model/plan.ts"
import type { Source } from "../model/source.ts"
import { equal } from "../model/value.ts"
import { applyEdits } from "./edits.ts"
import { lostBy } from "./mendLaw.ts"

export type EditedWhole =
  | { readonly ok: true; readonly version: FileVersion; readonly edits: readonly Edit[] }
  | { readonly ok: false; readonly step: ProofStep; readonly reason: string }

/** Carry out a change of the file as a whole. What its documents say must not change by it. */
export function editFileAsWhole(
  path: string,
  version: FileVersion,
  operation: FileOperation,
  format: Format,
  limits: Limits,
): EditedWhole {
  const { source } = version
  if (operation.op === "create") {
    if (source !== null) return { ok: false, step: "edit", reason: `${path} is there already` }
    const created = { path, text: operation.text, bom: false }
    const problem = format.parse(created, limits).problems.find(({ severity }) => severity === "error")
    if (problem !== undefined)
      return { ok: false, step: "parse", reason: `${path} would not parse: ${problem.message}` }
    return { ok: true, version: { ...version, source: created }, edits: [] }
  }
  if (operation.op === "put-back") return putBack(path, source, operation, format, limits)
  if (source === null) return { ok: false, step: "edit", reason: `${path} does not exist` }
  switch (operation.op) {
    case "mode":
      return { ok: true, version: { source, mode: operation.mode }, edits: [] }
    case "bom":
      return { ok: true, version: { ...version, source: { ...source, bom: operation.bom } }, edits: [] }
    case "eol":
      return withEdits(
        version,
        source,
        lineEndings(source.text, operation.eol === "crlf" ? "\r\n" : "\n"),
        format,
        limits,
      )
    case "mend":
      return mended(version, source, operation, format, limits)
    case "final-newline":
      return withEdits(version, source, finalNewline(source.text, operation.finalNewline), format, limits)
  }
}

function putBack(
  path: string,
  source: Source | null,
  { text, bom, mode }: Extract<FileOperation, { readonly op: "put-back" }>,
  format: Format,
  limits: Limits,
): EditedWhole {
  const good = { path, text, bom }
  const problem = format.parse(good, limits).problems.find(({ severity }) => severity === "error")
  if (problem !== undefined) return { ok: false, step: "parse", reason: `it would not parse: ${problem.message}` }
  return { ok: true, version: { source: good, mode }, edits: source === null ? [] : wholeEdits(source.text, text) }
}

/** From one text to another, less what is the same at both ends. */
export function wholeEdits(before: string, after: string): readonly Edit[] {
  if (before === after) return []
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && before[head] === after[head]) head++
  let tail = 0
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  return [{ start: head, end: before.length - tail, text: after.slice(head, after.length - tail) }]
}

/** What did not parse has no value that could be compared: instead, every word of it must still be there. */
function mended(
  version: FileVersion,
  source: Source,
  { edits, loses }: Extract<FileOperation, { readonly op: "mend" }>,
  format: Format,
  limits: Limits,
): EditedWhole {
  if (!hasErrors(format.parse(source, limits)))
    return { ok: false, step: "edit", reason: "there is nothing to mend: the text parses" }
  const changed = { ...source, text: applyEdits(source.text, edits) }
  const problem = format.parse(changed, limits).problems.find(({ severity }) => severity === "error")
  if (problem !== undefined) return { ok: false, step: "parse", reason: `it would still not parse: ${problem.message}` }
  const lost = loses ? undefined : lostBy(edits, { source, format, limits })
  if (lost !== undefined)
    return {
      ok: false,
      step: "bytes",
      reason: `the text would lose something that can be read: ${JSON.stringify(lost)}`,
    }
  return { ok: true, version: { ...version, source: changed }, edits }
}

function withEdits(
  version: FileVersion,
  source: Source,
  edits: readonly Edit[],
  format: Format,
  limits: Limits,
): EditedWhole {
  const changed = { ...source, text: applyEdits(source.text, edits) }
  const before = format.parse(source, limits)
  const after = format.parse(changed, limits)
  if (!hasErrors(before) && hasErrors(after)) return { ok: false, step: "parse", reason: "the result would not parse" }
  const same =
    before.documents.length === after.documents.length &&
    before.documents.every(({ value }, index) => equal(value, after.documents[index]?.value))
  if (!same) return { ok: false, step: "value", reason: "a text of several lines in the file would change with it" }
  return { ok: true, version: { ...version, source: changed }, edits }
}

function lineEndings(text: string, eol: string): readonly Edit[] {
  return [...text.matchAll(/\r\n|\n/g)].flatMap((match) =>
    match[0] === eol ? [] : [{ start: match.index, end: match.index + match[0].length, text: eol }],
  )
}

function finalNewline(text: string, wanted: boolean): readonly Edit[] {
  let end = text.length
  while (text[end - 1] === "\n") end -= text[end - 2] === "\r" ? 2 : 1
  if (!wanted) return end === text.length ? [] : [{ start: end, end: text.length, text: "" }]
  return end < text.length || text === ""
    ? []
    : [{ start: text.length, end: text.length, text: text.includes("\r\n") ? "\r\n" : "\n" }]
}
