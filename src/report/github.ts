import { isAbsolute, relative, sep } from "node:path"
import type { Severity } from "../model/finding.ts"
import { printable } from "./printable.ts"
import { placesOf, type Report } from "./report.ts"

const commands: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "notice" }

/** Workflow commands, which GitHub Actions shows beside the changed lines. */
export const github: Report = (result, { workspace } = {}) => {
  const places = placesOf(result)
  const folder = workspace === undefined ? "" : relative(workspace, result.root).split(sep).join("/")
  const prefix = folder === "" || isAbsolute(folder) || folder.split("/")[0] === ".." ? "" : `${folder}/`
  return result.findings
    .map((finding) => {
      const { start, end } = places.range(finding.file, finding.span)
      const properties = {
        file: isAbsolute(finding.file) ? finding.file : prefix + finding.file,
        line: start.line,
        endLine: end.line,
        // GitHub rejects columns of a range that ends on another line.
        ...(start.line === end.line ? { col: start.column, endColumn: end.column } : {}),
        title: finding.rule,
      }
      const words = finding.why === undefined ? finding.message : [finding.message, finding.why].join("\n")
      const list = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`)
      return `::${commands[finding.severity]} ${list.join(",")}::${data(words)}\n`
    })
    .join("")
}

/** As `escapeData` of the runner's own toolkit (actions/toolkit, `command.ts`). */
function data(text: string): string {
  return text.split("\n").map(printable).join("\n").replaceAll("%", "%25").replaceAll("\n", "%0A")
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C")
}
