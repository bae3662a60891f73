import { readFileSync } from "node:fs"
import { basename, dirname, join, posix } from "node:path"
import type { Checker } from "./checker.ts"
import { codexJudgement, type Judgement, opencodeJudgement, otherJudgements, type Row } from "./row.ts"
import type { Checked, Seen, Task } from "./worker.ts"

/** A file, held against one version of its client, or against the newest of everything. */
export interface Judged {
  readonly row: Row
  readonly checked: Checked
  /** Of what this check is held against. */
  readonly judgements: readonly Judgement[]
  /** The version of the client that judged it, where one did. */
  readonly version: string | undefined
  /** Whether it was checked as cfgsync does by itself: for the newest version of its client. */
  readonly usual: boolean
}

/** By the version that the labels name: the schema that cfgsync holds `opencode.json` against. */
const schemas: Readonly<Record<string, string>> = {
  "1.0.162": "cfgsync:opencode@1.0",
  "1.17.0": "cfgsync:opencode@1.17",
  "1.18.33": "cfgsync:opencode@1.18",
}

/** How a file is checked, and what that is held against. */
interface View {
  readonly version: string | undefined
  readonly usual: boolean
  readonly settings: Pick<Task, "schemas" | "severity">
  readonly judgements: readonly Judgement[]
}

/**
 * Each file checked once, OpenCode's configuration once for each version that judged it, and Codex's also for those who start it with
 * `--strict-config`. What crashes or hangs is named in `failed`.
 */
export async function judge(
  corpus: string,
  rows: readonly Row[],
  checker: Checker,
): Promise<{ readonly judged: readonly Judged[]; readonly failed: readonly string[] }> {
  const judged: Judged[] = []
  const failed: string[] = []
  for (const row of rows) {
    const bytes = readFileSync(join(corpus, row.file))
    for (const { settings, ...view } of viewsOf(row)) {
      const others = referredTo(row, bytes)
      const answer = await checker.check({ path: row.path, bytes, others, ...settings, repair: true })
      if (answer === "hang") failed.push(`${nameOf(row)}: not done in time`)
      else if ("crash" in answer) failed.push(`${nameOf(row)}: ${answer.crash}`)
      else judged.push({ row, checked: answer, ...view })
    }
  }
  return { judged, failed }
}

function viewsOf(row: Row): readonly View[] {
  const { opencode = {}, codex } = row.labels
  const versions = Object.keys(opencode).sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
  const held = (judgement: Judgement | undefined): View["judgements"] => (judgement === undefined ? [] : [judgement])
  if (versions.length > 0)
    return versions.map((version) => ({
      version,
      usual: version === versions.at(-1),
      settings: { schemas: schemasFor(version), severity: {} },
      judgements: held(opencodeJudgement(row, version)),
    }))
  const usual = { version: codex?.version, usual: true, settings: { schemas: {}, severity: {} } }
  if (codex === undefined) return [{ ...usual, judgements: otherJudgements(row) }]
  return [
    { ...usual, judgements: held(codexJudgement(row, "loose")) },
    {
      version: codex.version,
      usual: false,
      settings: { schemas: {}, severity: strictly },
      judgements: held(codexJudgement(row, "strict")),
    },
  ]
}

/** As `docs/schemas.md` tells those who start Codex with `--strict-config`. */
const strictly: Task["severity"] = { "schema/no-effect": "error", "codex/mcp-foreign-key": "error" }

function schemasFor(version: string): Task["schemas"] {
  const name = schemas[version]
  return name === undefined ? {} : { "**/opencode.{json,jsonc}": name }
}

/**
 * The files that `{file:…}` names, as the judge had them: their absence is another question than the form of the text, and the corpus has
 * single files. Those that are known to be missing are missing.
 */
function referredTo({ path, labels }: Row, bytes: Uint8Array): Readonly<Record<string, string>> {
  const missing = new Set(labels.file_references?.filter(isMissing).map(({ ref }) => ref))
  const others: Record<string, string> = {}
  for (const [, ref = ""] of bytes.toString().matchAll(/\{file:([^}]+)\}/g)) {
    if (missing.has(ref) || /^[~/]/.test(ref)) continue
    const place = posix.normalize(join(dirname(path), ref))
    if (!place.startsWith("..") && place !== path && place !== ".") others[place] = "stub"
  }
  return others
}

export function isMissing({ where, exists }: NonNullable<Row["labels"]["file_references"]>[number]): boolean {
  return where === "repository" && exists === false
}

/** About the world around the file, which the corpus does not have, not about the file. */
export function isOfTheWorld({ rule }: Seen): boolean {
  return rule === "opencode/file-reference"
}

export function nameOf({ file, path }: Row): string {
  return `${file} (${path})`
}

export function fileName({ path }: Row): string {
  return basename(path)
}

export function inWords({ line, rule, message, path }: Seen): string {
  return `line ${line} ${rule} at ${path.join(" > ") || "the root"}: ${message.slice(0, 120)}`
}
