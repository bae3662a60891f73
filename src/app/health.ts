import { basename } from "node:path"
import { matcher } from "../engine/glob.ts"
import type { Finding } from "../model/finding.ts"
import type {
  DayHealth,
  FileHealth,
  GroupHealth,
  Health,
  MonitorRecord,
  PendingDecision,
  RepairHealth,
  RuleHealth,
} from "../model/health.ts"
import type { MonitorEvent } from "../model/monitorEvent.ts"
import type { Notice } from "../notify/message.ts"
import type { Entry } from "../store/entry.ts"
import type { Stretch } from "../store/journal.ts"
import type { Concern } from "../store/outbox.ts"
import { check } from "./check.ts"
import type { Project } from "./project.ts"
import { openProjectStore } from "./projectStore.ts"
import { selectFiles } from "./selectFiles.ts"

const second = 1000
const day = 24 * 3600 * second
/** A monitor that was heard of so long ago is not there any more. */
const silence = 150 * second

interface Remembered {
  readonly events: readonly MonitorEvent[]
  readonly entries: readonly Entry[]
  readonly watched: readonly Stretch[]
  readonly concerns: readonly Concern[]
}

/** How the project fares now, by a check, and how it did in a time, by what is remembered. Milliseconds since 1970; `until` is not part of it. */
export async function healthOf(
  project: Project,
  { since, until, tell }: { readonly since: number; readonly until: number; readonly tell: (notice: string) => void },
): Promise<Health> {
  const paths = selectFiles(project, [])
  const { findings } = await check(project, {})
  const { events, entries, watched, concerns } = await remembered(project, since, until, tell)
  const span = { since, until }
  return {
    project: basename(project.root),
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    files: filesHealth(paths, findings, events),
    groups: groupsHealth(project, paths, findings),
    rules: rulesHealth(findings, events),
    repairs: repairsHealth(events, entries),
    monitor: monitorRecord(watched, span),
    pending: concerns.map(pendingDecision),
    days: daysHealth(events, watched, span),
  }
}

async function remembered(
  project: Project,
  since: number,
  until: number,
  tell: (notice: string) => void,
): Promise<Remembered> {
  const store = await openProjectStore(project, { create: false, tell })
  if (store === undefined) return { events: [], entries: [], watched: [], concerns: [] }
  try {
    const inTime = ({ time }: Entry) => Date.parse(time) >= since && Date.parse(time) < until
    return {
      events: store.journal.seen(since, until).map(({ body }): MonitorEvent => JSON.parse(body)),
      entries: store.entries().filter(inTime),
      watched: store.journal.watched(),
      concerns: store.outbox.concerns(),
    }
  } finally {
    store.close()
  }
}

function found(events: readonly MonitorEvent[]) {
  return events.flatMap((event) => (event.kind === "finding" ? [event.finding] : []))
}

function filesHealth(
  paths: readonly string[],
  findings: readonly Finding[],
  events: readonly MonitorEvent[],
): readonly FileHealth[] {
  const seen = found(events)
  const all = [...new Set([...paths, ...findings.map(({ file }) => file)])].sort()
  const number = (list: readonly { readonly file: string }[], path: string) =>
    list.filter(({ file }) => file === path).length
  const errors = findings.filter(({ severity }) => severity === "error")
  const warnings = findings.filter(({ severity }) => severity === "warning")
  return all.map((path) => ({
    path,
    errors: number(errors, path),
    warnings: number(warnings, path),
    found: number(seen, path),
  }))
}

function groupsHealth(
  project: Project,
  paths: readonly string[],
  findings: readonly Finding[],
): readonly GroupHealth[] {
  const broken = new Set(findings.filter(({ severity }) => severity === "error").map(({ file }) => file))
  const left = new Set(paths)
  return project.settings.files.flatMap(({ include }) => {
    const globs = [include].flat()
    const matches = matcher(globs)
    // A file belongs to the first entry that names it.
    const own = [...left].filter((path) => matches(path))
    for (const path of own) left.delete(path)
    const healthy = own.filter((path) => !broken.has(path)).length
    return own.length === 0 ? [] : [{ name: globs.join(", "), files: own.length, healthy }]
  })
}

function rulesHealth(findings: readonly Finding[], events: readonly MonitorEvent[]): readonly RuleHealth[] {
  const seen = found(events)
  const rules = [...new Set([...findings, ...seen].map(({ rule }) => rule))]
  const number = (list: readonly { readonly rule: string }[], id: string) =>
    list.filter(({ rule }) => rule === id).length
  return rules
    .map((rule) => ({ rule, now: number(findings, rule), found: number(seen, rule) }))
    .sort((a, b) => b.now - a.now || b.found - a.found || a.rule.localeCompare(b.rule))
}

function repairsHealth(events: readonly MonitorEvent[], entries: readonly Entry[]): RepairHealth {
  const asked = new Set(
    entries.flatMap((entry) =>
      entry.kind === "intent" && entry.files.some(({ rules }) => rules.length > 0) ? [entry.id] : [],
    ),
  )
  const ended = (kinds: readonly string[]) =>
    entries.filter((entry) => kinds.includes(entry.kind) && "intent" in entry && asked.has(entry.intent)).length
  const refused = events.filter(({ kind }) => kind === "unrepaired").length
  const over = events.flatMap((event) => (event.kind === "resolved" ? [event] : []))
  const seconds = over.map((event) => event.seconds).sort((a, b) => a - b)
  const by = (what: (typeof over)[number]["by"]) => over.filter((event) => event.by === what).length
  return {
    made: ended(["written"]),
    failed: ended(["failed", "unclear"]) + refused,
    meanSeconds: seconds.length === 0 ? null : seconds.reduce((sum, each) => sum + each, 0) / seconds.length,
    medianSeconds: seconds[Math.floor((seconds.length - 1) / 2)] ?? null,
    endedBy: { repair: by("repair"), edit: by("edit"), configuration: by("configuration") },
  }
}

interface Span {
  readonly since: number
  readonly until: number
}

function monitorRecord(watched: readonly Stretch[], { since, until }: Span): MonitorRecord {
  const seconds = overlap(watched, since, until) / second
  const last = watched.at(-1)
  const running = last !== undefined && Math.abs(until - last.end) <= silence
  return { availability: watchedPart(watched, since, until), seconds, running }
}

/** Before the first start nothing was promised. */
function watchedPart(watched: readonly Stretch[], since: number, until: number): number | null {
  const [first] = watched
  if (first === undefined || first.start >= until) return null
  const from = Math.max(since, first.start)
  // The last minute is told of when it is over.
  const last = watched.at(-1)
  const to = last !== undefined && until - last.end <= silence ? Math.min(until, Math.max(last.end, from + 1)) : until
  return Math.min(1, overlap(watched, from, to) / (to - from))
}

function overlap(stretches: readonly Stretch[], from: number, to: number): number {
  return stretches.reduce((sum, { start, end }) => sum + Math.max(0, Math.min(end, to) - Math.max(start, from)), 0)
}

function pendingDecision({ body, since }: Concern): PendingDecision {
  const notice: Notice = JSON.parse(body)
  return { what: notice.title, file: notice.file ?? null, since: new Date(since).toISOString() }
}

function daysHealth(
  events: readonly MonitorEvent[],
  watched: readonly Stretch[],
  { since, until }: Span,
): readonly DayHealth[] {
  const first = Math.floor(since / day)
  const count = Math.floor((until - 1) / day) - first + 1
  return Array.from({ length: count }, (_, index) => {
    const start = (first + index) * day
    const own = events.filter(({ time }) => Date.parse(time) >= start && Date.parse(time) < start + day)
    const number = (kind: MonitorEvent["kind"]) => own.filter((event) => event.kind === kind).length
    return {
      date: new Date(start).toISOString().slice(0, 10),
      found: number("finding"),
      resolved: number("resolved"),
      repaired: number("repaired"),
      watched: watchedPart(watched, Math.max(start, since), Math.min(start + day, until)),
    }
  })
}
