import { inWords, isMissing, isOfTheWorld, type Judged, nameOf } from "./judged.ts"
import { isAt, isIdle, isRead, placeOf, tells } from "./places.ts"
import type { Judgement } from "./row.ts"
import type { Seen } from "./worker.ts"

interface Case {
  readonly judged: Judged
  readonly judgement: Judgement
}

function casesOf(judged: readonly Judged[]): ReadonlyMap<string, readonly Case[]> {
  const cases = judged.flatMap((each) => each.judgements.map((judgement) => ({ judged: each, judgement })))
  return Map.groupBy(cases, ({ judgement }) => judgement.client)
}

function errorsOf({ judged }: Case): readonly Seen[] {
  return judged.checked.findings.filter((seen) => seen.severity === "error" && !isOfTheWorld(seen))
}

/**
 * Detected: a file that the client refuses has an error; at its place: one of them is where the client's first complaint is (the line of the
 * syntax is the other table's). False alarm: a file that the client takes whole, dropping nothing, has an error.
 */
export function verdictTable(judged: readonly Judged[], notes: string[]): readonly string[] {
  const table = [
    "| client | refused | detected | every complaint at its place | missed | taken whole | false alarms | taken in part | with an error |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
  ]
  for (const [client, cases] of casesOf(judged)) {
    const refused = cases.filter(({ judgement }) => judgement.rejected)
    const whole = cases.filter(({ judgement }) => judgement.reason === undefined)
    const part = cases.filter(({ judgement }) => !judgement.rejected && judgement.reason !== undefined)
    const missed = refused.filter((each) => errorsOf(each).length === 0)
    const placed = refused.filter(({ judgement }) => judgement.issues.length > 0)
    const unplaced = placed.filter((each) => unplacedIssues(each).length > 0)
    const alarms = whole.filter((each) => errorsOf(each).length > 0)
    table.push(
      `| ${client} | ${refused.length} | ${refused.length - missed.length} | ${placed.length - unplaced.length}/${placed.length} | ${missed.length} | ${whole.length} | ${alarms.length} | ${part.length} | ${part.filter((each) => errorsOf(each).length > 0).length} |`,
    )
    for (const { judged: each, judgement } of missed)
      notes.push(`missed by ${client}: ${nameOf(each.row)}: ${judgement.reason}`)
    for (const each of unplaced.filter((one) => !missed.includes(one)))
      notes.push(
        `other place than ${client}'s: ${nameOf(each.judged.row)}: ${unplacedIssues(each).join("; ")}; found: ${errorsOf(each).map(inWords).join("; ")}`,
      )
    for (const each of alarms)
      notes.push(`false alarm for ${client}: ${nameOf(each.judged.row)}: ${errorsOf(each).map(inWords).join("; ")}`)
  }
  return table
}

function unplacedIssues(each: Case): readonly string[] {
  return each.judgement.issues.filter((issue) => !errorsOf(each).some((seen) => isAt(seen, issue)))
}

/** Keys that a client takes and leaves out, against those of which cfgsync says that they have no effect. */
export function droppedTable(judged: readonly Judged[], notes: string[]): readonly string[] {
  const table = [
    "| client | keys dropped | told | missed | told to have no effect | of these read |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
  ]
  for (const [client, all] of casesOf(judged)) {
    const cases = all.filter(({ judgement }) => !judgement.rejected)
    const keys = cases.flatMap((each) => each.judgement.dropped.map((key) => ({ each, key })))
    const missed = keys.filter(({ each, key }) => !each.judged.checked.findings.some((seen) => tells(seen, key)))
    const idle = cases.flatMap((each) => each.judged.checked.findings.filter(isIdle).map((seen) => ({ each, seen })))
    const read = idle.filter(({ each, seen }) => isRead(seen, each.judgement.dropped))
    // Of other clients the labels do not say what they drop.
    if (keys.length === 0) continue
    table.push(
      `| ${client} | ${keys.length} | ${keys.length - missed.length} | ${missed.length} | ${idle.length} | ${read.length} |`,
    )
    for (const { each, key } of missed) notes.push(`${client} drops ${key}, not told: ${nameOf(each.judged.row)}`)
    for (const { each, seen } of read)
      notes.push(`${client} reads ${placeOf(seen.path)}: ${nameOf(each.judged.row)}: ${inWords(seen)}`)
  }
  return table
}

/** References to files that the repository did not have. @param judged each file once. */
export function referencesLine(judged: readonly Judged[]): string {
  const missing = judged.flatMap(
    (each) => each.row.labels.file_references?.filter(isMissing).map((one) => ({ each, one })) ?? [],
  )
  const told = missing.filter(({ each, one }) =>
    each.checked.findings.some((seen) => isOfTheWorld(seen) && seen.message.includes(one.ref)),
  )
  return `${missing.length} references to files that the repository does not have, ${told.length} told`
}
