import type { OpencodeClient } from "./client.ts"
import { fileName, inWords, type Judged, nameOf } from "./judged.ts"
import { lost, missingFrom } from "./places.ts"
import type { Judgement } from "./row.ts"
import type { Repaired } from "./worker.ts"

interface Outcome {
  readonly judged: Judged
  readonly repaired: Repaired
  readonly lost: readonly string[]
  readonly comments: readonly string[]
  /** Absent where no client was asked. */
  readonly refused?: string | undefined
}

/**
 * What becomes of the files that a client refuses, and of safe repairs of any file: repaired means that the text changed and that no error is
 * left. A safe repair of a part may leave a file refused, for what is still told. Lost are settings outside the places that findings were about,
 * and comments.
 * @param client the real OpenCode, where it is installed.
 */
export async function repairTable(
  judged: readonly Judged[],
  client: OpencodeClient | undefined,
  notes: string[],
): Promise<readonly string[]> {
  const table = [
    "| client | repair | files | repaired | asked of the real client | accepted | refused where an error is still told | settings lost | comments lost | bytes changed |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
  ]
  const groups = Map.groupBy(
    judged.flatMap((each) => each.judgements.map((judgement) => ({ each, judgement }))),
    ({ judgement }) => judgement.client,
  )
  for (const [name, cases] of groups) {
    const refused = cases.filter(({ judgement }) => judgement.rejected)
    for (const safety of ["safe", "unsafe"] as const) {
      const own = safety === "safe" ? cases : refused
      const outcomes = await Promise.all(own.map(({ each, judgement }) => outcome(each, judgement, safety, client)))
      const made = outcomes.flatMap((one) => one ?? [])
      const whole = made.filter(({ repaired }) => isWhole(repaired))
      const asked = made.filter((one) => "refused" in one)
      const accepted = asked.filter((one) => one.refused === undefined)
      const known = asked.filter((one) => one.refused !== undefined && !isWhole(one.repaired))
      const title = safety === "safe" ? "safe, of all" : "with unsafe, of the refused"
      table.push(
        `| ${name} | ${title} | ${own.length} | ${safety === "safe" ? made.length : whole.length} | ${asked.length} | ${accepted.length} | ${known.length} | ${sum(made, "lost")} | ${sum(made, "comments")} | ${bytesChanged(made)} |`,
      )
      note(name, safety, made, notes)
      if (safety === "unsafe")
        noteUnrepaired(
          name,
          refused.map(({ each }) => each),
          whole,
          notes,
        )
    }
  }
  return table
}

function isWhole({ left }: Repaired): boolean {
  return left.every(({ severity }) => severity !== "error")
}

async function outcome(
  judged: Judged,
  { client: name }: Judgement,
  safety: "safe" | "unsafe",
  client: OpencodeClient | undefined,
): Promise<Outcome | undefined> {
  const { before, findings } = judged.checked
  const repaired = judged.checked[safety]
  if (repaired === undefined || !repaired.changed) return undefined
  const made = {
    judged,
    repaired,
    lost: lost(before.value, repaired.value, safety === "safe" ? [] : findings),
    comments: missingFrom(before.comments, repaired.comments),
  }
  const { version } = judged
  // What unsafe repairs leave wrong is known; of the safe ones all are asked about, those of a part among them.
  const isWorthAsking = safety === "safe" || isWhole(repaired)
  if (client === undefined || version === undefined || !name.startsWith("OpenCode ") || !isWorthAsking) return made
  const answer = await client.ask(version, fileName(judged.row), repaired.text)
  return { ...made, refused: "refused" in answer ? answer.refused : undefined }
}

function sum(outcomes: readonly Outcome[], what: "lost" | "comments"): number {
  return outcomes.reduce((total, one) => total + one[what].length, 0)
}

/** The median share of a file's bytes that a repair touched. */
function bytesChanged(outcomes: readonly Outcome[]): string {
  const shares = outcomes
    .map(({ judged, repaired }) => changedShare(judged.checked.before.text, repaired.text))
    .sort((a, b) => a - b)
  const median = shares[Math.floor(shares.length / 2)]
  return median === undefined ? "–" : `${(median * 100).toFixed(1)} %`
}

/** The share of the longer of two texts that lies between their common beginning and their common end. */
function changedShare(before: string, after: string): number {
  let start = 0
  while (start < before.length && before[start] === after[start]) start++
  let end = 0
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end++
  const longer = Math.max(before.length, after.length)
  return (longer - start - end) / longer
}

function note(client: string, safety: string, outcomes: readonly Outcome[], notes: string[]): void {
  for (const one of outcomes) {
    const at = `${client}: ${safety} repair of ${nameOf(one.judged.row)}`
    if (one.refused !== undefined) notes.push(`${at}: the real client refuses it: ${one.refused}`)
    if (one.lost.length > 0) notes.push(`${at}: lost ${one.lost.join(", ")}`)
    if (one.comments.length > 0)
      notes.push(`${at}: lost the comments ${one.comments.map((text) => text.slice(0, 40)).join(" | ")}`)
  }
}

function noteUnrepaired(client: string, refused: readonly Judged[], whole: readonly Outcome[], notes: string[]): void {
  const done = new Set(whole.map(({ judged }) => judged))
  for (const each of refused.filter((one) => !done.has(one))) {
    const left = each.checked.unsafe?.left.filter(({ severity }) => severity === "error") ?? []
    notes.push(`${client}: not repaired: ${nameOf(each.row)}: ${left.map(inWords).join("; ") || "nothing was found"}`)
  }
}
