import type { ChangedFile, HistoryItem } from "../../app/history.ts"
import type { FileStatus } from "../../app/knownGood.ts"
import type { ValueChange } from "../../engine/valueChanges.ts"
import { formatPath } from "../../model/path.ts"
import { toJson, type Value } from "../../model/value.ts"
import { printable } from "../../report/printable.ts"
import type { Actor, Entry } from "../../store/entry.ts"

/** A line an item and a line each of its files, newest first. */
export function historyText(items: readonly HistoryItem[]): string {
  return items
    .toReversed()
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
      return `accept  by ${actorText(item.actor)}${item.reason === "" ? "" : `: ${printable(item.reason)}`}`
    case "change":
      return `${printable(item.command)}  by ${actorText(item.actor)}${outcomeText(item)}`
  }
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

function actorText({ kind, name, evidence }: Actor): string {
  return `${kind} ${printable(name)} (${printable(evidence.join(", "))})`
}

function fileLines(item: HistoryItem): readonly string[] {
  if (item.kind === "accepted") return item.files.map(({ path, hash }) => `      ${printable(path)}  ${short(hash)}`)
  return item.kind === "change" ? item.files.map(fileLine) : []
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

export function statusText(files: readonly FileStatus[]): string {
  const width = Math.max(...files.map(({ state }) => state.length))
  return files.map(({ path, state }) => `${state.padEnd(width)}  ${printable(path)}\n`).join("")
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
      return `intent  ${printable(entry.command)}  ${printable(entry.files.map(({ path }) => path).join(", "))}  by ${actorText(entry.actor)}`
    case "accepted":
      return `accepted  ${printable(entry.files.map(({ path }) => path).join(", "))}  by ${actorText(entry.actor)}`
    default:
      return `${entry.kind}  ${entry.intent}${entry.reconciled ? "  seen on the disk" : ""}`
  }
}
