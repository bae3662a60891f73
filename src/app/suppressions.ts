import type { SuppressionEntry } from "../engine/suppress.ts"
import { CfgsyncError } from "../model/errors.ts"
import { isObject, type Value } from "../model/value.ts"
import type { Project } from "./project.ts"

/** Suppressions for files in which no comment can be written, beside the configuration. */
const suppressionsName = "cfgsync.ignore.json"

/** @throws CfgsyncError `config-invalid` for an entry without a file, a rule or a reason. */
export async function readSuppressions(project: Project): Promise<readonly SuppressionEntry[]> {
  const bytes = project.system.read(suppressionsName, project.settings.limits.size)
  if (bytes === null) return []
  const { parsePathArgument } = await import("../engine/pathQuery.ts")
  return parse(new TextDecoder().decode(bytes)).map((entry, index) => {
    const text = (key: string) => {
      const value = isObject(entry) ? entry[key] : undefined
      if (typeof value === "string" && value !== "") return value
      throw invalid(`entry ${index + 1} has no ${key}`)
    }
    const path =
      isObject(entry) && typeof entry.path === "string" ? { path: parsePathArgument(entry.path, undefined) } : {}
    return { file: text("file"), rule: text("rule"), reason: text("reason"), ...path }
  })
}

function parse(text: string): readonly Value[] {
  try {
    const entries: unknown = JSON.parse(text)
    if (Array.isArray(entries)) return entries
  } catch {
    // Said below, with what is expected.
  }
  throw invalid("it is not a JSON list")
}

function invalid(what: string): CfgsyncError {
  return new CfgsyncError(
    "config-invalid",
    `${suppressionsName}: ${what}`,
    'it is a list of { "file", "path" (optional), "rule", "reason" }',
  )
}
