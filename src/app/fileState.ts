import type { Format, Limits, Parsed } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import { decode, type Source } from "../model/source.ts"
import type { System } from "../system/system.ts"
import { confirmed } from "./confirm.ts"
import { mayQuoteFile } from "./quotable.ts"

/** What stands at a path: nothing, something that cannot be read as text, or a text with what its format makes of it. */
export type FileState =
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly code: "unreadable" | "encoding" | "too-large"; readonly reason: string }
  | { readonly kind: "text"; readonly source: Source; readonly parsed: Parsed }

/** Never throws for what is wrong with the file: that becomes a finding. @param known what it was, which it is still where its text is the same */
export function readFileState(
  system: System,
  path: string,
  format: Format | undefined,
  limits: Limits,
  known?: FileState,
): FileState {
  try {
    const bytes = system.read(path, limits.size)
    if (bytes === null) return { kind: "missing" }
    const decoded = decode(path, bytes)
    if (!decoded.ok) return { kind: "unreadable", code: "encoding", reason: decoded.reason }
    const { text, bom } = decoded.source
    if (known?.kind === "text" && known.source.text === text && known.source.bom === bom) return known
    return textState(system, decoded.source, format, limits)
  } catch (error) {
    if (!(error instanceof CfgsyncError)) throw error
    return (
      tooLarge(system, path, limits) ?? {
        kind: "unreadable",
        code: "unreadable",
        reason: withoutName(error.message, path),
      }
    )
  }
}

/** The name is said where the reason is. */
function withoutName(message: string, path: string): string {
  if (message.startsWith(`${path}: `)) return message.slice(path.length + 2)
  return message.startsWith(`${path} `) ? `it ${message.slice(path.length + 1)}` : message
}

/** Asked only of what could not be read: nearly every file is small, and asking costs as much as reading. */
function tooLarge(system: System, path: string, limits: Limits): FileState | undefined {
  try {
    const { kind, size } = system.stat(path) ?? { kind: "other", size: 0 }
    if (kind !== "file" || size <= limits.size) return undefined
    const reason = `the file has ${size} bytes; at most ${limits.size} are read (\`limits.size\` in the configuration)`
    return { kind: "unreadable", code: "too-large", reason }
  } catch (error) {
    if (error instanceof CfgsyncError) return undefined
    throw error
  }
}

/** A file of a format that no plugin knows has a text and no documents: rules about the file itself still apply. */
export function textState(
  system: System,
  source: Source,
  format: Format | undefined,
  limits: Limits,
): Extract<FileState, { readonly kind: "text" }> {
  mayQuoteFile(source)
  const parsed = format?.parse(source, limits) ?? { documents: [], problems: [] }
  return { kind: "text", source, parsed: confirmed(system, source, format, parsed) }
}
