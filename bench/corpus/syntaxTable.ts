import { readFileSync } from "node:fs"
import { join } from "node:path"
import { inWords, type Judged, nameOf } from "./judged.ts"
import { wrongLine } from "./position.ts"
import { parses } from "./row.ts"
import type { Seen } from "./worker.ts"

/** What says that the text itself is wrong. A byte order mark, which JSON.parse rejects, is a rule's to tell. */
function syntaxErrors({ checked }: Judged): readonly Seen[] {
  return checked.findings.filter(
    ({ kind, severity, rule }) => (kind === "syntax" && severity === "error") || rule === "generic/json-bom",
  )
}

/** Whether the text parses, as other parsers say and as cfgsync does. @param judged each file once. */
export function syntaxTable(corpus: string, judged: readonly Judged[]): readonly string[] {
  const table = [
    "| format | files | rejected by its parser | of these found | on its line | accepted | false alarms |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
  ]
  const notes: string[] = []
  for (const [format, own] of Map.groupBy(judged, ({ row }) => row.format)) {
    const accepted = ({ row, checked }: Judged) => parses(row, checked.comments)
    const bad = own.filter((each) => !accepted(each))
    const found = bad.filter((each) => syntaxErrors(each).length > 0)
    const lines = found
      .map((each) => ({ each, line: wrongLine(each.row, readFileSync(join(corpus, each.row.file), "utf8")) }))
      .filter(({ line }) => line !== undefined)
    const right = lines.filter(({ each, line }) => syntaxErrors(each).some((seen) => seen.line === line))
    const alarms = own.filter((each) => accepted(each) && syntaxErrors(each).length > 0)
    table.push(
      `| ${format} | ${own.length} | ${bad.length} | ${found.length} | ${right.length}/${lines.length} | ${own.length - bad.length} | ${alarms.length} |`,
    )
    for (const { row } of bad.filter((each) => !found.includes(each)))
      notes.push(`not found: ${nameOf(row)}: ${row.labels.parse.class ?? ""} ${row.labels.parse.message ?? ""}`)
    for (const { each, line } of lines.filter((one) => !right.includes(one)))
      notes.push(
        `other line: ${nameOf(each.row)}: ${syntaxErrors(each).map(inWords).join("; ")}; the other parser says line ${line}`,
      )
    for (const each of alarms)
      notes.push(`false alarm: ${nameOf(each.row)}: ${syntaxErrors(each).map(inWords).join("; ")}`)
  }
  const unread = judged.filter(({ checked }) => checked.format === undefined)
  const kinds = [...new Set(unread.map(({ row }) => row.kind))].join(", ")
  return [
    ...table,
    ...notes.map((note) => `  ${note}`),
    `${unread.length} files of formats that no plugin reads: ${kinds}`,
  ]
}
