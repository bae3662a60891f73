import type { FileDetails, FileState, GoodState } from "../../app/details.ts"
import type { ChangedFile, HistoryItem } from "../../app/history.ts"
import type { FileStatus } from "../../app/status.ts"
import { upgradeText } from "../../app/upgradeText.ts"
import type { ValueChange } from "../../engine/valueChanges.ts"
import { formatPath } from "../../model/path.ts"
import { toJson, type Value } from "../../model/value.ts"
import { printable } from "../../report/printable.ts"
import type { Actor, Entry, ImportedFile } from "../../store/entry.ts"

/** A line an item and a line each of its files. */
export function historyText(items: readonly HistoryItem[]): string {
  return items
    .map((item) => `${[`${item.id}  ${dayAndTime(item.time)}  ${headline(item)}`, ...fileLines(item)].join("\n")}\n`)
    .join("")
}

function dayAndTime(time: string): string {
  return printable(time.replace("T", " ").replace(/\.\d+Z$/, "Z"))
}

function headline(item: HistoryItem): string {
  switch (item.kind) {
    case "opened":
      return "the log begins"
    case "alarm":
      return `ALARM: the store was ${printable(item.reason)} (${printable(item.detail)})${
        item.aside === null ? "" : `, set aside as ${printable(item.aside)}`
      }`
    case "accepted":
      return `${acceptWords[item.cause ?? ""] ?? "accept"}  by ${actorText(item.actor)}${reasonText(item)}`
    case "rejected":
      return `reject  by ${actorText(item.actor)}${reasonText(item)}`
    case "dropped":
      return `accept that it is gone  by ${actorText(item.actor)}${reasonText(item)}`
    case "seen":
      return `a change that cfgsync did not make  seen by ${actorText(item.actor)}`
    case "staged":
      return `${printable(item.command)}  by ${actorText(item.actor)}  (in git's index${besideText(item)})`
    case "pending":
      return `pending  seen by ${actorText(item.actor)}`
    case "quarantined":
      return `QUARANTINED  by ${actorText(item.actor)}`
    case "tolerated":
      return `tolerate findings until ${printable(item.until)}  by ${actorText(item.actor)}${reasonText(item)}`
    case "imported":
      return `${printable(item.part)} of ${printable(item.origin)}${item.part === "snapshot" ? ` ${printable(item.name)}` : ""}  imported by ${actorText(item.actor)}${reasonText(item)}`
    case "initialised":
      return `init  by ${actorText(item.actor)}`
    case "configured":
      return `other settings or rules than before  seen by ${actorText(item.actor)} (settings ${short(item.settings)}, rules ${short(item.rules)})`
    case "change":
      return `${printable(item.command)}  by ${actorText(item.actor)}${outcomeText(item)}`
  }
}

/** What accepted a state, where no person did. */
const acceptWords: Readonly<Record<string, string>> = {
  policy: "accepted by policy",
  expected: "accepted as expected",
  change: "accepted as cfgsync's own change",
  git: "accepted from git",
  imported: "accepted from another tool",
}

function reasonText({ reason }: { readonly reason: string }): string {
  return reason === "" ? "" : `: ${printable(reason)}`
}

function outcomeText({ outcome, reconciled, detail, undoes, undoneBy }: Extract<HistoryItem, { kind: "change" }>) {
  const killed = reconciled ? ", seen on the disk after cfgsync was stopped" : ""
  const ends = {
    written: reconciled ? `  (made${killed})` : "",
    failed: `  (not made${detail === undefined ? killed : `: ${printable(detail)}`})`,
    unclear: `  (unclear: a file is neither as before nor as after${killed})`,
    open: "  (its end is not known yet)",
  }
  return [
    ends[outcome],
    undoes === undefined ? "" : `  takes back ${undoes}`,
    undoneBy === undefined ? "" : `  taken back by ${undoneBy}`,
  ].join("")
}

function besideText({ beside }: { readonly beside?: number }): string {
  return beside === undefined ? ", not on the disk" : `, with change ${beside} on the disk`
}

function actorText({ kind, name, evidence }: Actor): string {
  return `${kind} ${printable(name)} (${printable(evidence.join(", "))})`
}

function fileLines(item: HistoryItem): readonly string[] {
  const line = (path: string, words: string) => `      ${printable(path)}  ${words}`.trimEnd()
  switch (item.kind) {
    case "change":
      return item.files.map(fileLine)
    case "accepted":
      return item.files.map(({ path, hash, commit }) =>
        line(path, `${short(hash)}${commit === undefined ? "" : `  commit ${printable(commit.slice(0, 12))}`}`),
      )
    case "initialised":
      return item.files.map(({ path, hash }) => line(path, short(hash)))
    case "imported":
      return item.files.map((file) => line(file.path, importedText(file)))
    case "seen":
      return item.files.map(({ path, before, after, mode, modified }) =>
        line(
          path,
          `${short(before)} → ${short(after)}${mode === undefined ? "" : `  mode ${printable(mode)}`}${modified === undefined ? "" : `  time stamp ${dayAndTime(modified)}`}`,
        ),
      )
    case "staged":
      return item.files.map(({ path, before, after, blob, rules }) =>
        line(path, `${short(before)} → ${short(after)}  blob ${short(blob)}  ${printable(rules.join(", "))}`),
      )
    case "pending":
    case "quarantined":
      return item.files.map(({ path, hash, reasons }) => line(path, `${short(hash)}  ${printable(reasons.join("; "))}`))
    case "rejected":
      return item.files.map(({ path, hash, good }) => line(path, `${short(hash)} → ${short(good)}`))
    case "dropped":
      return item.files.map(({ path }) => line(path, ""))
    case "tolerated":
      return item.files.map(({ path, findings }) => line(path, `${findings}`))
    default:
      return []
  }
}

function importedText(file: ImportedFile): string {
  if ("priority" in file) return `priority ${printable(file.priority)}`
  if ("hash" in file) return `${short(file.hash)}  ${file.good ? "good" : printable(file.reasons.join("; "))}`
  const said = [file.what, file.severity ?? [], file.judgement ?? []].flat().map(printable).join(", ")
  return `${said}${file.taken === undefined ? "" : `  ${dayAndTime(file.taken)}`}`
}

function fileLine({ path, before, after, mode, rules, keptBefore, keptAfter }: ChangedFile): string {
  const lost =
    keptBefore && keptAfter ? "" : "  (content not kept: there is a secret in it and no key, or it is no text)"
  const bits = mode === undefined ? "" : `  mode ${printable(mode)}`
  return (
    `      ${printable(path)}  ${short(before)} → ${short(after)}${bits}  ${printable(rules.join(", "))}`.trimEnd() +
    lost
  )
}

/** So much of a hash as tells it from others. */
function short(hash: string | null): string {
  return hash === null ? "(not there)" : printable(hash.slice(0, 12))
}

/** What else is known of a file that is not clean stands below it. */
export function statusText(files: readonly FileStatus[]): string {
  const width = Math.max(...files.map(({ state }) => state.length))
  return files
    .map(({ path, state, priority, acceptance, since, upgrade }) => {
      const kept = [priority === "medium" ? [] : priority, acceptance ?? []].flat().join(", ")
      const line = `${state.padEnd(width)}  ${printable(path)}${kept === "" ? "" : `  (${kept})`}\n`
      if (upgrade !== undefined) return `${line}${" ".repeat(width)}  ${printable(upgradeText(upgrade))}\n`
      if (state === "clean" || since === undefined) return line
      const how = { made: "made by", seen: "seen by", accepted: "accepted by" }[since.how]
      return `${line}${" ".repeat(width)}  since ${dayAndTime(since.time)}, ${how} ${actorText(since.actor)}\n`
    })
    .join("")
}

/** A file with all that is known of it. */
export function detailsText(file: FileDetails): string {
  const { path, state, priority, acceptance, now, good, upgrade } = file
  const stateText = ({ hash, size, mode, format }: FileState) =>
    `${hash}  ${size} bytes  mode ${mode}  ${format ?? "no known format"}`
  const lines = [
    `policy    ${acceptance ?? "auto, once accepted"}; priority ${priority}`,
    `now       ${now === null ? "(cannot be read, or is not there)" : stateText(now)}`,
    `good      ${good === null ? "(nothing was accepted yet)" : stateText(good)}`,
    ...(good === null ? [] : [`accepted  ${acceptedText(good)}`]),
    ...(upgrade === undefined ? [] : [`client    ${upgradeText(upgrade)}`]),
  ]
  return `${state}  ${printable(path)}\n${lines.map((line) => `  ${printable(line)}\n`).join("")}`
}

const keptWords = {
  plain: "its content is kept",
  sealed: "its content is kept sealed",
  not: "its content is not kept",
} as const

function acceptedText({ accepted, time, actor, reason, cause, commit, kept }: GoodState): string {
  const who = actor === undefined || time === undefined ? "" : ` on ${dayAndTime(time)} by ${actorText(actor)}`
  const why = [acceptWords[cause ?? ""] ?? [], reason === undefined || reason === "" ? [] : reason].flat().join(": ")
  const from = commit === undefined ? "" : `, commit ${commit.slice(0, 12)}`
  return `entry ${accepted}${who}${why === "" ? "" : `: ${why}`}${from}; ${keptWords[kept]}`
}

export function changesText(changes: readonly ValueChange[], documents: boolean): string {
  return changes
    .map((change) => {
      const where = `${documents ? `document ${change.document + 1} ` : ""}${printable(formatPath(change.path))}`
      if (!("before" in change)) return `+ ${where}: ${valueText(change.after)}\n`
      if (!("after" in change)) return `- ${where}: ${valueText(change.before)}\n`
      return `~ ${where}: ${valueText(change.before)} → ${valueText(change.after)}\n`
    })
    .join("")
}

function valueText(value: Value | undefined): string {
  const text = JSON.stringify(value === undefined ? null : toJson(value))
  return printable(text.length > 200 ? `${text.slice(0, 199)}…` : text)
}

/** An entry of the log a line, as an auditor reads it. */
export function entriesText(entries: readonly Entry[]): string {
  return entries.map((entry) => `${entry.id}  ${dayAndTime(entry.time)}  ${entryText(entry)}\n`).join("")
}

function entryText(entry: Entry): string {
  switch (entry.kind) {
    case "opened":
      return `opened  store ${printable(entry.store)}`
    case "copied":
      return `copied  store ${printable(entry.store)} from here on`
    case "rotated":
      return `rotated  to the key ${printable(entry.key)}`
    case "alarm":
      return `ALARM  ${printable(entry.reason)}: ${printable(entry.detail)}`
    case "intent":
      return `intent  ${printable(entry.command)}  ${pathsText(entry.files)}  by ${actorText(entry.actor)}`
    case "written":
    case "failed":
    case "unclear":
      return `${entry.kind}  ${entry.intent}${entry.reconciled ? "  seen on the disk" : ""}`
    case "configured":
      return `configured  settings ${short(entry.settings)}  rules ${short(entry.rules)}  by ${actorText(entry.actor)}`
    default:
      return `${entry.kind}  ${pathsText(entry.files)}  by ${actorText(entry.actor)}`
  }
}

function pathsText(files: readonly { readonly path: string }[]): string {
  return printable(files.map(({ path }) => path).join(", "))
}
