/**
 * `npm run bench:corpus -- FOLDER [--list]`: check every file of a labelled corpus under its own path, and hold the findings against what strict
 * parsers and the real clients said. FOLDER holds `index.jsonl`, a row a file, and the files that its rows name.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { Checker } from "./corpus/checker.ts"
import { wrongLine } from "./corpus/position.ts"
import { clientVerdicts, parses, type Row, readRows } from "./corpus/row.ts"
import type { Seen } from "./corpus/worker.ts"

const { values, positionals } = parseArgs({ allowPositionals: true, options: { list: { type: "boolean" } } })
const [corpus = ""] = positionals
const limit = 10_000

if (existsSync(join(corpus, "index.jsonl"))) await measure(readRows(corpus))
else {
  console.error("name the folder of a labelled corpus: it holds index.jsonl and files/")
  process.exitCode = 2
}

interface Judged {
  readonly row: Row
  readonly text: string
  readonly format: string | undefined
  readonly comments: boolean
  readonly findings: readonly Seen[]
}

async function measure(rows: readonly Row[]): Promise<void> {
  const checker = new Checker(limit)
  const judged: Judged[] = []
  const failed: string[] = []
  const times: number[] = []
  for (const row of rows) {
    const bytes = readFileSync(join(corpus, row.file))
    const answer = await checker.check({ path: row.path, bytes })
    if (answer === "hang") failed.push(`${place(row)}: not done after ${limit} ms`)
    else if ("crash" in answer) failed.push(`${place(row)}: ${answer.crash}`)
    else {
      times.push(answer.milliseconds)
      judged.push({ row, text: bytes.toString(), ...answer })
    }
  }
  await checker.close()
  const sum = times.reduce((total, each) => total + each, 0)
  const slowest = Math.max(...times)
  console.log(
    `${rows.length} files, ${failed.length} crashed or hung, ${(sum / 1000).toFixed(1)} s, slowest ${slowest.toFixed(0)} ms`,
  )
  for (const line of failed) console.log(`  FAILED ${line}`)
  reportSyntax(judged)
  reportClients(judged)
  if (failed.length > 0) process.exitCode = 1
}

function place({ file, path }: Row): string {
  return `${file} (${path})`
}

/** What says that the text itself is wrong. A byte order mark, which JSON.parse rejects, is a rule's to tell. */
function syntaxErrors({ findings }: Judged): readonly Seen[] {
  return findings.filter(
    ({ kind, severity, rule }) => (kind === "syntax" && severity === "error") || rule === "generic/json-bom",
  )
}

function reportSyntax(judged: readonly Judged[]): void {
  console.log("\n| format | files | rejected by its parser | of these found | on its line | accepted | false alarms |")
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
  const notes: string[] = []
  for (const [format, own] of Map.groupBy(judged, ({ row }) => row.format)) {
    const bad = own.filter(({ row, comments }) => !parses(row, comments))
    const found = bad.filter((each) => syntaxErrors(each).length > 0)
    const lines = found
      .map((each) => ({ each, line: wrongLine(each.row, each.text) }))
      .filter(({ line }) => line !== undefined)
    const right = lines.filter(({ each, line }) => syntaxErrors(each).some((seen) => seen.line === line))
    const alarms = own.filter((each) => parses(each.row, each.comments) && syntaxErrors(each).length > 0)
    console.log(
      `| ${format} | ${own.length} | ${bad.length} | ${found.length} | ${right.length}/${lines.length} | ${own.length - bad.length} | ${alarms.length} |`,
    )
    for (const { row } of bad.filter((each) => !found.includes(each)))
      notes.push(`not found: ${place(row)}: ${row.labels.parse.class ?? ""} ${row.labels.parse.message ?? ""}`)
    for (const { each, line } of lines.filter((one) => !right.includes(one)))
      notes.push(
        `other line: ${place(each.row)}: ${syntaxErrors(each).map(inWords).join("; ")}; the other parser says line ${line}`,
      )
    for (const each of alarms)
      notes.push(`false alarm: ${place(each.row)}: ${syntaxErrors(each).map(inWords).join("; ")}`)
  }
  for (const note of notes) console.log(`  ${note}`)
  const unknown = judged.filter(({ format }) => format === undefined)
  console.log(`\n${unknown.length} files of formats that no plugin reads: ${kinds(unknown)}`)
}

function inWords({ line, rule, message }: Seen): string {
  return `line ${line} ${rule}: ${message.slice(0, 120)}`
}

function kinds(judged: readonly Judged[]): string {
  return [...new Set(judged.map(({ row }) => row.kind))].join(", ")
}

/** Detected: a file that the client finds wrong has a finding of an error or warning. False alarm: one that it takes has an error of a rule. */
function reportClients(judged: readonly Judged[]): void {
  const groups = new Map<string, { readonly bad: Judged[]; readonly good: Judged[] }>()
  const reasons = new Map<Judged, Map<string, string>>()
  for (const each of judged) {
    for (const [client, reason] of clientVerdicts(each.row)) {
      const group = groups.get(client) ?? { bad: [], good: [] }
      groups.set(client, group)
      group[reason === undefined ? "good" : "bad"].push(each)
      if (reason !== undefined) reasons.set(each, (reasons.get(each) ?? new Map()).set(client, reason))
    }
  }
  console.log("\n| label | wrong | detected | missed | right | false alarms |")
  console.log("| --- | ---: | ---: | ---: | ---: | ---: |")
  const notes: string[] = []
  for (const [client, { bad, good }] of groups) {
    const missed = bad.filter(({ findings }) => !findings.some(({ severity }) => severity !== "info"))
    const alarms = good.filter(({ findings }) => findings.some(({ severity }) => severity === "error"))
    const detected = bad.length - missed.length
    console.log(`| ${client} | ${bad.length} | ${detected} | ${missed.length} | ${good.length} | ${alarms.length} |`)
    for (const each of missed) notes.push(`missed by ${client}: ${place(each.row)}: ${reasons.get(each)?.get(client)}`)
    for (const each of alarms)
      notes.push(
        `false alarm by ${client}: ${place(each.row)}: ${each.findings
          .filter(({ severity }) => severity === "error")
          .map(inWords)
          .join("; ")}`,
      )
  }
  if (values.list === true) for (const note of notes) console.log(`  ${note}`)
  else console.log(`\n--list names the ${notes.length} differences`)
}
