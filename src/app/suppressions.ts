import { matcher } from "../engine/glob.ts"
import type { SuppressionEntry } from "../engine/suppress.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { Finding } from "../model/finding.ts"
import { nearest } from "../model/nearest.ts"
import { isObject, type Value } from "../model/value.ts"
import type { Project } from "./project.ts"

/** Suppressions for files in which no comment can be written, beside the configuration. */
const suppressionsName = "cfgsync.ignore.json"

const keys = ["file", "path", "rule", "reason"]

/** @throws CfgsyncError `config-invalid` for an entry with an unknown key, or without a file, a rule or a reason. */
export async function readSuppressions(project: Project): Promise<readonly SuppressionEntry[]> {
  const bytes = project.system.read(suppressionsName, project.settings.limits.size)
  if (bytes === null) return []
  const { parsePathArgument } = await import("../engine/pathQuery.ts")
  return parse(new TextDecoder().decode(bytes)).map((entry, index) => {
    const wrong = isObject(entry) ? Object.keys(entry).find((key) => !keys.includes(key)) : undefined
    if (wrong !== undefined) {
      const near = nearest(wrong, keys)
      throw invalid(
        `entry ${index + 1} has the unknown key ${JSON.stringify(wrong)}${near === undefined ? "" : `: did you mean ${near.word}?`}`,
      )
    }
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

/** Of a run over every file: the entries for files that are none of them. */
export function idleSuppressions(entries: readonly SuppressionEntry[], paths: readonly string[]): readonly Finding[] {
  return entries
    .filter(({ file }) => !paths.some((path) => path === file || matcher([file])(path)))
    .map(({ file, rule }) => ({
      file: suppressionsName,
      document: 0,
      rule: "cfgsync/unused-suppression",
      kind: "rule",
      severity: "warning",
      message: `nothing is suppressed by the entry for ${rule} in ${file}: no such file is checked`,
      path: [],
      span: { start: 0, end: 0 },
      priority: 0,
      repairs: [],
    }))
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
