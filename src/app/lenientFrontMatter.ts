import { matcher } from "../engine/glob.ts"
import { defaultLimits, type Format, hasErrors } from "../model/document.ts"
import type { Finding } from "../model/finding.ts"
import type { Source } from "../model/source.ts"

/** OpenCode's agents and commands, in a project and in the home folder. */
const isRead = matcher(["**/{.opencode,opencode}/{agent,agents,command,commands}/**/*.md"])

/**
 * Front matter that is no YAML is a warning where its reader takes it all the same: OpenCode reads it a second time with every line
 * `key: a: b` as a block of text. Other readers of the same file do not.
 */
export function withLenience(
  findings: readonly Finding[],
  source: Source,
  format: Format | undefined,
): readonly Finding[] {
  const isError = ({ severity }: Finding) => severity === "error"
  if (format === undefined || !findings.some(isError) || !isRead(source.path)) return findings
  const text = asBlocks(source.text)
  if (text === source.text || hasErrors(format.parse({ ...source, text }, defaultLimits))) return findings
  return findings.map((finding) =>
    isError(finding)
      ? {
          ...finding,
          severity: "warning",
          message: `${finding.message}; only OpenCode's lenient reader takes it, as plain text`,
        }
      : finding,
  )
}

/** What OpenCode 1.17 and 1.18 make of front matter that does not parse. */
function asBlocks(text: string): string {
  const matter = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1]
  if (matter === undefined) return text
  return text.replace(matter, () => matter.split(/\r?\n/).flatMap(asBlock).join("\n"))
}

function asBlock(line: string): readonly string[] {
  if (/^\s*(?:#|$)|^\s/.test(line)) return [line]
  const [, key, written = ""] = /^([a-zA-Z_][a-zA-Z0-9_]*)\s*:\s*(.*)$/.exec(line) ?? []
  const value = written.trim()
  if (key === undefined || /^(?:[>|]?$|["'])/.test(value) || !value.includes(":")) return [line]
  return [`${key}: |-`, `  ${value}`]
}
