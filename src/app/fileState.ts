import { type Format, type Limits, type Parsed } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import { decode, type Source } from "../model/source.ts"
import type { System } from "../system/system.ts"

/** What stands at a path: nothing, something that cannot be read as text, or a text with what its format makes of it. */
export type FileState =
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly code: "unreadable" | "encoding" | "too-large"; readonly reason: string }
  | { readonly kind: "text"; readonly source: Source; readonly parsed: Parsed }

/** Never throws for what is wrong with the file: that becomes a finding. */
export function readFileState(system: System, path: string, format: Format | undefined, limits: Limits): FileState {
  const size = system.stat(path)?.size ?? 0
  if (size > limits.size) {
    return {
      kind: "unreadable",
      code: "too-large",
      reason: `the file has ${size} bytes; at most ${limits.size} are read (\`limits.size\` in the configuration)`,
    }
  }
  try {
    const bytes = system.read(path, limits.size)
    if (bytes === null) return { kind: "missing" }
    const decoded = decode(path, bytes)
    if (!decoded.ok) return { kind: "unreadable", code: "encoding", reason: decoded.reason }
    return textState(decoded.source, format, limits)
  } catch (error) {
    if (error instanceof CfgsyncError) return { kind: "unreadable", code: "unreadable", reason: error.message }
    throw error
  }
}

/** A file of a format that no plugin knows has a text and no documents: rules about the file itself still apply. */
export function textState(source: Source, format: Format | undefined, limits: Limits): FileState {
  return { kind: "text", source, parsed: format?.parse(source, limits) ?? { documents: [], problems: [] } }
}
