import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from "diff"
import type { Edit } from "../model/operation.ts"
import type { FilePlan } from "../model/plan.ts"
import type { Source } from "../model/source.ts"
import { colorsFor } from "./colors.ts"
import type { ReportOptions } from "./report.ts"

/** A file to compare, from what it holds to what it will hold; `null`: it is not there. */
type Compared = Pick<FilePlan, "path" | "before" | "mode"> & { readonly after: FilePlan["after"] | null }

/** A plan as a unified diff that `git apply` and `patch -p1` take; empty when nothing would change. */
export function diff(files: readonly Compared[], { color = false }: ReportOptions = {}): string {
  return files.map((file) => modeLine(file) + (color ? paint(filePatch(file)) : filePatch(file))).join("")
}

/** What edits would change, as a diff of one file. */
export function editsDiff(source: Source, edits: readonly Edit[], options: ReportOptions = {}): string {
  let text = ""
  let offset = 0
  for (const edit of edits) {
    text += source.text.slice(offset, edit.start) + edit.text
    offset = edit.end
  }
  const after = { ...source, text: text + source.text.slice(offset) }
  return diff([{ path: source.path, before: source, after }], options)
}

function filePatch({ path, before, after }: Compared): string {
  const old = before === null ? "" : withBom(before)
  const now = after === null ? "" : withBom(after)
  if (old === now && (before === null) === (after === null)) return ""
  const from = before === null ? "/dev/null" : `a/${path}`
  const to = after === null ? "/dev/null" : `b/${path}`
  return formatPatch(structuredPatch(from, to, old, now, undefined, undefined, { context: 3 }), FILE_HEADERS_ONLY)
}

/** The mark is part of the file's first line, so a patch without it would not apply. */
function withBom({ text, bom }: { readonly text: string; readonly bom: boolean }): string {
  return bom ? `\uFEFF${text}` : text
}

/** Unified diffs cannot change a mode alone; readers of patches skip lines before a header. */
function modeLine({ path, mode }: Compared): string {
  return mode === undefined ? "" : `# mode ${mode} ${path}\n`
}

function paint(patch: string): string {
  const colors = colorsFor(true)
  return patch.replace(/^.+$/gm, (line) => {
    if (line.startsWith("---") || line.startsWith("+++")) return colors.bold(line)
    if (line.startsWith("@@")) return colors.cyan(line)
    if (line.startsWith("-")) return colors.red(line)
    return line.startsWith("+") ? colors.green(line) : line
  })
}
