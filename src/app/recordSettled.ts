import { decode, type Source } from "../model/source.ts"
import type { AcceptedFile, Act, Event, SeenFile, WaitingFile } from "../store/entry.ts"
import { keyOf, type StorePlace } from "../store/place.ts"
import { sha256 } from "../system/hash.ts"
import { actIn } from "./act.ts"
import type { Drifts } from "./drift.ts"
import { keepable } from "./keepable.ts"
import type { Project } from "./project.ts"
import { openProjectStore } from "./projectStore.ts"
import type { Recording } from "./record.ts"
import { redactorFor } from "./redact.ts"
import type { Decision } from "./settled.ts"

interface Desk {
  readonly project: Project
  readonly drifts: Drifts
  readonly formatOf: (path: string) => string
  readonly recording: Recording
}

/**
 * Put into the log what was seen and decided, with the contents that it speaks of: foreign changes, what is accepted, what waits. What was told of the
 * same content before is not told again. @throws CfgsyncError when nothing can be recorded
 */
export async function recordSettled(decisions: readonly Decision[], desk: Desk): Promise<void> {
  const { project, drifts, recording } = desk
  const news = await Promise.all(decisions.map((decision) => newsOf(decision, drifts)))
  if (news.every(({ seen, waiting, decision }) => !seen && waiting === undefined && decision.outcome !== "accepted"))
    return
  const contents = decisions.flatMap(({ path, now }) => (now === null ? [] : [{ path, content: now.content }]))
  const keep = await keepable(project, contents)
  const store = await openProjectStore(project, { create: true, tell: recording.tell })
  if (store === undefined) throw new Error("a store that was to be made is not there")
  try {
    const acting = actIn(store, project, recording)
    const events = eventsOf(news, store.place, acting.act, desk)
    if (events.length > 0)
      store.append(
        [...acting.news, ...events],
        contents.flatMap(({ content }) => keep(content) ?? []),
      )
  } finally {
    store.close()
  }
}

interface News {
  readonly decision: Decision
  /** Whether the content is seen for the first time, and is not of cfgsync's own making. */
  readonly seen: boolean
  readonly before: string | null
  /** Absent: nothing waits, or that was told before. */
  readonly waiting?: { readonly kind: "pending" | "quarantined"; readonly reasons: readonly string[] }
}

async function newsOf(decision: Decision, drifts: Drifts): Promise<News> {
  const { path, now, drift, outcome } = decision
  const hash = now === null ? null : sha256(now.content)
  const told = drifts.told(path)
  const waits = outcome === "pending" || outcome === "quarantined" ? outcome : undefined
  const again = told.waiting?.kind === waits && told.waiting?.hash === hash
  return {
    decision,
    seen: drift !== undefined && !drift.own && told.content !== hash,
    before: told.content ?? drift?.good.hash ?? null,
    ...(waits === undefined || again ? {} : { waiting: { kind: waits, reasons: await withoutSecrets(decision) } }),
  }
}

/** The log keeps for ever what it is told. */
async function withoutSecrets({ path, now, drift, reasons }: Decision): Promise<readonly string[]> {
  const decoded = now === null ? undefined : decode(path, now.content)
  const sources: Source[] = [decoded?.ok === true ? decoded.source : [], drift?.goodSource ?? []].flat()
  const redactor = await redactorFor(sources, reasons)
  return reasons.map((reason) => redactor.hide(reason))
}

function eventsOf(news: readonly News[], place: StorePlace, act: Act, desk: Desk): readonly Event[] {
  const { project } = desk
  const key = (path: string) => keyOf(place, project.root, path)
  const seen = news.filter((each) => each.seen).map((each) => seenFile(each, key, project))
  const waiting = (kind: "pending" | "quarantined"): readonly Event[] => {
    const files = news.flatMap(({ decision, waiting }): readonly WaitingFile[] =>
      waiting?.kind === kind
        ? [{ path: key(decision.path), hash: decision.drift?.hash ?? null, reasons: waiting.reasons }]
        : [],
    )
    return files.length === 0 ? [] : [{ kind, ...act, files }]
  }
  const accepted = (["policy", "expected", "git"] as const).flatMap((cause): readonly Event[] => {
    const files = news.flatMap(({ decision }) => (decision.cause === cause ? acceptedFile(decision, key, desk) : []))
    return files.length === 0 ? [] : [{ kind: "accepted", ...act, files, reason: "", cause }]
  })
  return [
    ...(seen.length === 0 ? [] : [{ kind: "seen" as const, ...act, files: seen }]),
    ...accepted,
    ...waiting("pending"),
    ...waiting("quarantined"),
  ]
}

function seenFile({ decision, before }: News, key: (path: string) => string, { system }: Project): SeenFile {
  const { path, now, drift } = decision
  const stat = now === null ? null : system.stat(path)
  const modes =
    now === null || drift === undefined || drift.good.mode === now.mode
      ? {}
      : { mode: now.mode, modeBefore: drift.good.mode }
  return {
    path: key(path),
    before,
    after: drift?.hash ?? null,
    ...modes,
    ...(stat === null ? {} : { modified: new Date(Number(stat.mtimeNs / 1_000_000n)).toISOString() }),
  }
}

function acceptedFile(
  { path, now, outcome, commit }: Decision,
  key: (path: string) => string,
  { formatOf }: Desk,
): readonly AcceptedFile[] {
  if (now === null || outcome !== "accepted") return []
  const { content, mode } = now
  const file = { path: key(path), hash: sha256(content), size: content.length, mode, format: formatOf(path) }
  return [commit === undefined ? file : { ...file, commit }]
}
