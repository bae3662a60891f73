/**
 * `npm run bench:corpus -- FOLDER [--list] [--kind WORD] [--client NAME]… [--programs FOLDER]`: check and repair every file of a labelled
 * corpus under its own path, and hold the findings against what strict parsers and the real clients said. FOLDER holds `index.jsonl`, a row a
 * file, `pairs.jsonl`, and the files that the rows name; `docs/accuracy.md` says what the tables mean.
 */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { Checker } from "./corpus/checker.ts"
import { droppedTable, referencesLine, verdictTable } from "./corpus/clientTables.ts"
import { CodexClient } from "./corpus/codexClient.ts"
import { crossTable } from "./corpus/crossTable.ts"
import { type Judged, judge } from "./corpus/judged.ts"
import { kindTable } from "./corpus/kindTable.ts"
import { OpencodeClient } from "./corpus/opencodeClient.ts"
import { pairTable } from "./corpus/pairTable.ts"
import { type Clients, repairTable, safeTable } from "./corpus/repairTable.ts"
import { readPairs, readRows } from "./corpus/row.ts"
import { syntaxTable } from "./corpus/syntaxTable.ts"

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: "boolean" },
    kind: { type: "string" },
    client: { type: "string", multiple: true },
    programs: { type: "string" },
  },
})
const [corpus = ""] = positionals
const limit = 10_000

if (existsSync(join(corpus, "index.jsonl"))) await measure()
else {
  console.error("name the folder of a labelled corpus: it holds index.jsonl and files/")
  process.exitCode = 2
}

async function measure(): Promise<void> {
  const rows = readRows(corpus).filter(({ kind }) => kind.includes(values.kind ?? ""))
  const clients = clientsOf()
  const checker = new Checker(limit)
  const { judged, failed } = await judge(corpus, rows, checker)
  const notes: string[] = []
  const crossed = await crossTable(corpus, rows, checker, notes)
  await checker.close()
  const once = judged.filter(({ usual }) => usual)
  const times = judged.map(({ checked }) => checked.milliseconds)
  const seconds = times.reduce((total, each) => total + each, 0) / 1000
  console.log(
    `${rows.length} files in ${judged.length} checks, ${failed.length} crashed or hung, ${seconds.toFixed(1)} s, slowest ${Math.max(...times).toFixed(0)} ms`,
  )
  for (const line of failed) console.log(`  FAILED ${line}`)
  print("What the parsers say", syntaxTable(corpus, once))
  print("What the clients refuse", verdictTable(judged, notes))
  print("What the clients drop", [...droppedTable(judged, notes), referencesLine(once)])
  print("Repairs of refused files, unsafe ones among them", await repairTable(judged, clients, notes))
  print("Safe repairs of any file", await safeTable(judged, clients, notes))
  print("What owners mended", pairTable(readPairs(corpus).filter(isHere(once)), judged, notes))
  print("One server in two files", crossed)
  print("Kinds", kindTable(once))
  if (values.list === true) for (const note of notes) console.log(`  ${note}`)
  else console.log(`\n--list names the ${notes.length} differences`)
  if (failed.length > 0) process.exitCode = 1
}

function isHere(judged: readonly Judged[]): (pair: { readonly broken: number }) => boolean {
  const ids = new Set(judged.map(({ row }) => row.id))
  return ({ broken }) => ids.has(broken)
}

function clientsOf(): Clients {
  const folder = values.programs ?? process.env.CFGSYNC_CLIENTS ?? ""
  const known = {
    opencode: { name: "OpenCode", client: new OpencodeClient(folder), version: "1.18.33" },
    codex: { name: "Codex", client: new CodexClient(folder), version: "0.169.0" },
  }
  const wanted = (values.client ?? []).map((word) =>
    word === "opencode" || word === "codex" ? known[word] : undefined,
  )
  if (wanted.some((one) => one === undefined || !one.client.has(one.version)))
    throw new Error(
      "--client opencode and --client codex need --programs FOLDER or CFGSYNC_CLIENTS: it holds a folder per version (1.18.33, codex-0.169.0), made by `npm install opencode-ai@VERSION` or `npm install @openai/codex@VERSION` there",
    )
  return new Map(wanted.flatMap((one) => (one === undefined ? [] : [[one.name, one.client] as const])))
}

function print(title: string, lines: readonly string[]): void {
  console.log(`\n${title}\n`)
  for (const line of lines) console.log(line)
}
