import { readFileSync } from "node:fs"
import { basename, dirname, join, posix } from "node:path"
import type { Checker } from "./checker.ts"
import { type Judgement, opencodeJudgement, otherJudgements, type Row } from "./row.ts"
import type { Checked, Seen, Task } from "./worker.ts"

/** A file, held against one version of OpenCode or, where it is not for OpenCode, against the newest of everything. */
export interface Judged {
  readonly row: Row
  readonly checked: Checked
  /** Of what this check is held against. */
  readonly judgements: readonly Judgement[]
  /** The version of OpenCode that the check was told of. */
  readonly version: string | undefined
}

/** By the version that the labels name: the schema that cfgsync holds `opencode.json` against. */
const schemas: Readonly<Record<string, string>> = {
  "1.0.162": "cfgsync:opencode@1.0",
  "1.17.0": "cfgsync:opencode@1.17",
  "1.18.33": "cfgsync:opencode@1.18",
}

/** Each file checked once, OpenCode's configuration once for each version that judged it. What crashes or hangs is named in `failed`. */
export async function judge(
  corpus: string,
  rows: readonly Row[],
  checker: Checker,
): Promise<{ readonly judged: readonly Judged[]; readonly failed: readonly string[] }> {
  const judged: Judged[] = []
  const failed: string[] = []
  for (const row of rows) {
    const bytes = readFileSync(join(corpus, row.file))
    const versions = Object.keys(row.labels.opencode ?? {})
    for (const version of versions.length > 0 ? versions : [undefined]) {
      const answer = await checker.check({
        path: row.path,
        bytes,
        others: referredTo(row, bytes),
        schemas: schemasFor(version),
        repair: true,
      })
      if (answer === "hang") failed.push(`${nameOf(row)}: not done in time`)
      else if ("crash" in answer) failed.push(`${nameOf(row)}: ${answer.crash}`)
      else judged.push({ row, checked: answer, version, judgements: judgementsOf(row, version) })
    }
  }
  return { judged, failed }
}

function judgementsOf(row: Row, version: string | undefined): readonly Judgement[] {
  const own = version === undefined ? undefined : opencodeJudgement(row, version)
  return own === undefined ? otherJudgements(row) : [own]
}

function schemasFor(version: string | undefined): Task["schemas"] {
  const name = version === undefined ? undefined : schemas[version]
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
