import type { Client } from "./client.ts"
import { fileName, inWords, type Judged, nameOf } from "./judged.ts"
import { isAt, lost, missingFrom } from "./places.ts"
import type { Repaired } from "./worker.ts"

/** By what `Judgement.client` begins with: the real client. */
export type Clients = ReadonlyMap<string, Client>

/** What one repair of a file came to. */
interface Outcome {
  readonly judged: Judged
  readonly repaired: Repaired
  readonly lost: readonly string[]
  readonly comments: readonly string[]
  /** Whether the real client takes it, and why not; absent where none was asked. */
  readonly answer?: { readonly refused: string | undefined }
}

type Ask = (judged: Judged, client: string, text: string) => Promise<Outcome["answer"]>

function asking(clients: Clients): Ask {
  return async ({ row, version }, name, text) => {
    const client = clients.get(name.split(/[ ,]/)[0] ?? "")
    if (client === undefined || version === undefined || !client.has(version)) return undefined
    const answer = await client.ask({ version, strict: name.endsWith("strict"), name: fileName(row), text })
    return { refused: "refused" in answer ? answer.refused : undefined }
  }
}

function byClient(judged: readonly Judged[]): ReadonlyMap<string, readonly Judged[]> {
  const pairs = judged.flatMap((each) => each.judgements.map(({ client }) => ({ client, each })))
  return new Map([...Map.groupBy(pairs, ({ client }) => client)].map(([name, own]) => [name, own.map(eachOf)]))
}

function eachOf({ each }: { readonly each: Judged }): Judged {
  return each
}

function isRefusedBy(client: string): (judged: Judged) => boolean {
  return ({ judgements }) => judgements.some((judgement) => judgement.client === client && judgement.rejected)
}

/**
 * What becomes of the files that a client refuses: repaired means that the text changed and that no error is left. Lost are settings outside the
 * places that findings were about, and comments.
 */
export async function repairTable(
  judged: readonly Judged[],
  clients: Clients,
  notes: string[],
): Promise<readonly string[]> {
  const ask = asking(clients)
  const table = [
    "| client | refused | repaired | by safe repairs alone | asked of the real client | accepted | settings lost | comments lost | bytes changed |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
  ]
  for (const [name, cases] of byClient(judged)) {
    const refused = cases.filter(isRefusedBy(name))
    const made = (await Promise.all(refused.map((each) => outcome(each, name, "unsafe", ask)))).flatMap(
      (one) => one ?? [],
    )
    const whole = made.filter(({ repaired }) => isWhole(repaired))
    const safely = refused.filter(({ checked: { safe } }) => safe?.changed === true && isWhole(safe))
    const { asked, accepted } = tally(whole)
    table.push(
      `| ${name} | ${refused.length} | ${whole.length} | ${safely.length} | ${asked} | ${accepted} | ${sum(made, "lost")} | ${sum(made, "comments")} | ${bytesChanged(made)} |`,
    )
    note(name, "unsafe", made, notes)
    noteUnrepaired(name, refused, whole, notes)
  }
  return table
}

/**
 * Safe repairs of any file. Where no error is left, the client must accept the file. A safe repair of one of several mistakes leaves it refused:
 * then every complaint is where an error is still told, and with the rest mended too the client accepts it, what was repaired safely in it.
 */
export async function safeTable(
  judged: readonly Judged[],
  clients: Clients,
  notes: string[],
): Promise<readonly string[]> {
  const ask = asking(clients)
  const table = [
    "| client | files repaired safely | no error left | asked | accepted | an error left | asked | refused for what is told | accepted with the rest mended | settings lost | comments lost |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
  ]
  for (const [name, cases] of byClient(judged)) {
    const made = (await Promise.all(cases.map((each) => outcome(each, name, "safe", ask)))).flatMap((one) => one ?? [])
    const [whole, parts] = [true, false].map((is) => made.filter(({ repaired }) => isWhole(repaired) === is))
    if (whole === undefined || parts === undefined || made.length === 0) continue
    const rest = (await Promise.all(parts.map(({ judged: each }) => outcome(each, name, "unsafe", ask)))).flatMap(
      (one) => one ?? [],
    )
    const healed = tally(whole)
    const told = parts.filter(({ answer, repaired: { left } }) =>
      complaintsOf(answer?.refused).every((issue) => left.some((seen) => isError(seen) && isAt(seen, issue))),
    )
    table.push(
      `| ${name} | ${made.length} | ${whole.length} | ${healed.asked} | ${healed.accepted} | ${parts.length} | ${tally(parts).asked} | ${told.filter(({ answer }) => answer !== undefined).length} | ${tally(rest).accepted} | ${sum(made, "lost")} | ${sum(made, "comments")} |`,
    )
    note(name, "safe", [...whole, ...parts.filter((one) => !told.includes(one))], notes)
  }
  return table
}

/** The lines of OpenCode's refusal that name a place. */
function complaintsOf(refused: string | undefined): readonly string[] {
  return (refused ?? "").split("\n").flatMap((line) => (line.startsWith("↳ ") ? [line.slice(2)] : []))
}

function isError({ severity }: { readonly severity: string }): boolean {
  return severity === "error"
}

function isWhole({ left }: Repaired): boolean {
  return !left.some(isError)
}

function tally(outcomes: readonly Outcome[]): { readonly asked: number; readonly accepted: number } {
  const asked = outcomes.flatMap(({ answer }) => answer ?? [])
  return { asked: asked.length, accepted: asked.filter(({ refused }) => refused === undefined).length }
}

async function outcome(
  judged: Judged,
  client: string,
  safety: "safe" | "unsafe",
  ask: Ask,
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
  // What unsafe repairs leave wrong is known; of the safe ones all are asked about, those of a part among them.
  const answer = safety === "safe" || isWhole(repaired) ? await ask(judged, client, repaired.text) : undefined
  return answer === undefined ? made : { ...made, answer }
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
  for (const { judged, answer, lost, comments } of outcomes) {
    const at = `${client}: ${safety} repair of ${nameOf(judged.row)}`
    if (answer?.refused !== undefined) notes.push(`${at}: the real client refuses it: ${answer.refused.slice(0, 400)}`)
    if (lost.length > 0) notes.push(`${at}: lost ${lost.join(", ")}`)
    if (comments.length > 0)
      notes.push(`${at}: lost the comments ${comments.map((text) => text.slice(0, 40)).join(" | ")}`)
  }
}

function noteUnrepaired(client: string, refused: readonly Judged[], whole: readonly Outcome[], notes: string[]): void {
  const done = new Set(whole.map(({ judged }) => judged))
  for (const each of refused.filter((one) => !done.has(one))) {
    const left = each.checked.unsafe?.left.filter(isError) ?? []
    notes.push(`${client}: not repaired: ${nameOf(each.row)}: ${left.map(inWords).join("; ") || "nothing was found"}`)
  }
}
