import { randomUUID } from "node:crypto"
import { basename } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { decode, type Source } from "../model/source.ts"
import type { Delivery } from "../notify/channel.ts"
import type { ChannelSettings } from "../notify/channelSettings.ts"
import { atLeast, type Message, makeMessage, type Notice } from "../notify/message.ts"
import { openChannel } from "../notify/openChannel.ts"
import { nextWait, ready, type Timing } from "../notify/schedule.ts"
import { timingOf } from "../notify/timing.ts"
import type { Concern, Outbox, OutgoingMessage } from "../store/outbox.ts"
import type { Store } from "../store/store.ts"
import type { Project } from "./project.ts"
import { openProjectStore } from "./projectStore.ts"
import { redactorFor } from "./redact.ts"

export interface Telling {
  /** Hears what the owner of the store must know. */
  readonly tell: (notice: string) => void
  /** Milliseconds to wait for who else uses the store. */
  readonly patience?: number
}

/**
 * Hands notices to every channel that wants to hear of them; what was handed in before under the same id is not told again.
 * They are on the disk when it returns, without the secrets in them.
 * @param sources the files that they are about, so that their secrets are known
 */
export async function queueNotices(
  project: Project,
  notices: readonly Notice[],
  { sources = [], ...telling }: Telling & { readonly sources?: readonly Source[] },
): Promise<void> {
  if (notices.length === 0 || Object.keys(project.settings.notify).length === 0) return
  const words = notices.map((notice) => JSON.stringify(notice))
  const redactor = await redactorFor(sources, words)
  const bodies = notices.map(({ id }, index) => ({ id, body: redactor.hide(words[index] ?? "") }))
  const now = Date.now()
  await withOutbox(project, telling, (outbox) => {
    for (const [name, settings] of Object.entries(project.settings.notify)) {
      const { severity } = timingOf(name, settings)
      const wanted = bodies.filter((_, index) => atLeast(notices[index]?.severity ?? "info", severity))
      outbox.queue(name, wanted, now)
    }
    for (const [index, { body }] of bodies.entries()) {
      const concern = notices[index]?.concern
      if (concern !== undefined) outbox.raise(concern, body, now)
    }
  })
}

/** What was a concern is over. */
export async function settleConcerns(project: Project, concerns: readonly string[], telling: Telling): Promise<void> {
  if (concerns.length > 0) await withOutbox(project, telling, (outbox) => concerns.filter((id) => outbox.settle(id)))
}

/** A message and how its delivery went. */
export interface Attempt {
  readonly channel: string
  readonly key: string
  readonly delivery: Delivery
}

/** Nobody else tries a message while one does. */
const lease = 60_000
/** Notices that wait for a better hour are looked at again after this. */
const patience = 60_000

/**
 * Put together and deliver all that is due. Killed at any time, what was not delivered is tried again later, under the same key.
 * @param print for channels of the type `terminal`
 * @returns the attempts, and how long to wait before there may be more to do, in milliseconds; `undefined`: nothing waits
 */
export async function deliverDue(
  project: Project,
  { print, signal, ...telling }: Telling & { readonly print: (text: string) => void; readonly signal?: AbortSignal },
): Promise<{ readonly attempts: readonly Attempt[]; readonly next: number | undefined }> {
  const claimed = await withOutbox(project, telling, (outbox) => {
    const now = Date.now()
    for (const [name, settings] of Object.entries(project.settings.notify))
      packReady(outbox, name, timingOf(name, settings), { project: basename(project.root), now })
    return outbox.claim(now, now + lease)
  })
  const attempts = await Promise.all((claimed ?? []).map((message) => attempt(project, message, print, signal)))
  const next = await withOutbox(project, telling, (outbox) => {
    const now = Date.now()
    for (const [index, { key, delivery }] of attempts.entries()) {
      if (delivery.outcome !== "later") outbox.conclude(key, delivery.outcome, reasonOf(delivery), now)
      else {
        const wait = nextWait(claimed?.[index]?.attempts ?? 1, delivery.after, Math.random())
        outbox.conclude(key, "waiting", delivery.reason, now + wait)
      }
    }
    return nextLook(project, outbox, now)
  })
  return { attempts, next }
}

function reasonOf(delivery: Delivery): string {
  return delivery.outcome === "delivered" ? "" : delivery.reason
}

function packReady(
  outbox: Outbox,
  channel: string,
  timing: Timing,
  { project, now }: { readonly project: string; readonly now: number },
): void {
  repeatConcerns(outbox, channel, timing, now)
  const waiting = outbox.waiting(channel).map(({ body, queued }) => ({ notice: noticeOf(body), queued }))
  if (waiting.length === 0) return
  const made = timing.limit === undefined ? [] : outbox.made(channel, now - timing.limit.per)
  const notices = ready(waiting, made, timing, now)
  if (notices.length === 0) return
  const message = makeMessage(notices, { key: randomUUID(), time: new Date(now).toISOString(), project })
  const ids = notices.map(({ id }) => id)
  outbox.pack(channel, ids, { key: message.key, body: JSON.stringify(message) }, now)
}

/** Each time is a notice of its own, so that one that was told is not told again at a restart. */
function repeatConcerns(outbox: Outbox, channel: string, { severity, repeat }: Timing, now: number): void {
  if (repeat === undefined || repeat === 0) return
  const again = outbox.concerns().flatMap((concern) => {
    const notice = noticeOf(concern.body)
    const times = Math.floor((now - concern.since) / repeat)
    if (times < 1 || !atLeast(notice.severity, severity)) return []
    const id = `${concern.id} since ${concern.since}, time ${times}`
    return [{ id, body: JSON.stringify({ ...notice, id, title: `${notice.title} (still)` }) }]
  })
  outbox.queue(channel, again, now)
}

/** What is in the store was written by {@link queueNotices}. */
function noticeOf(body: string): Notice {
  const notice: Notice = JSON.parse(body)
  return notice
}

async function attempt(
  project: Project,
  { key, channel, body }: OutgoingMessage,
  print: (text: string) => void,
  signal = new AbortController().signal,
): Promise<Attempt> {
  const settings = project.settings.notify[channel]
  const delivery: Delivery =
    settings === undefined
      ? { outcome: "refused", reason: "the configuration has no such channel any more" }
      : await deliver(project, channel, settings, JSON.parse(body), print, signal)
  return { channel, key, delivery }
}

async function deliver(
  project: Project,
  name: string,
  settings: ChannelSettings,
  message: Message,
  print: (text: string) => void,
  signal: AbortSignal,
): Promise<Delivery> {
  try {
    const channel = await openChannel(name, settings, {
      env: project.system.environment,
      readText: (path) => readText(project, path),
      print,
    })
    return await channel.deliver(message, signal)
  } catch (error) {
    if (error instanceof CfgsyncError) return { outcome: "refused", reason: error.message }
    throw error
  }
}

function readText({ system, settings }: Project, path: string): string {
  const bytes = system.read(path, settings.limits.size)
  if (bytes === null) throw new CfgsyncError("file-not-found", `${path} does not exist`)
  const decoded = decode(path, bytes)
  if (!decoded.ok) throw new CfgsyncError("file-unreadable", `${path}: ${decoded.reason}`)
  return decoded.source.text
}

function nextLook(project: Project, outbox: Outbox, now: number): number | undefined {
  const waits = Object.entries(project.settings.notify).flatMap(([name, settings]) => {
    const { group, repeat } = timingOf(name, settings)
    const [first] = outbox.waiting(name)
    const grouped = first === undefined ? [] : [first.queued + group > now ? first.queued + group - now : patience]
    return outbox.concerns().length > 0 && repeat !== undefined ? [...grouped, patience] : grouped
  })
  const due = outbox.nextDue()
  const all = due === undefined ? waits : [...waits, Math.max(due - now, 0)]
  return all.length === 0 ? undefined : Math.min(...all)
}

/** Sends one message at once, past the outbox. @throws CfgsyncError `not-possible-here` for a channel that is not configured */
export async function testDelivery(project: Project, name: string, print: (text: string) => void): Promise<Delivery> {
  const settings = project.settings.notify[name]
  if (settings === undefined) {
    const known = Object.keys(project.settings.notify)
    const hint = known.length === 0 ? "the configuration has no `notify`" : `there are: ${known.join(", ")}`
    throw new CfgsyncError("not-possible-here", `there is no channel ${JSON.stringify(name)}`, hint)
  }
  timingOf(name, settings)
  const time = new Date().toISOString()
  const notice: Notice = {
    id: "test",
    time,
    severity: "info",
    title: `the channel ${JSON.stringify(name)} works`,
    detail: "this was asked for with `cfgsync notify test`",
  }
  const message = makeMessage([notice], { key: randomUUID(), time, project: basename(project.root) })
  return deliver(project, name, settings, message, print, new AbortController().signal)
}

interface ChannelState {
  readonly name: string
  readonly type: ChannelSettings["type"]
  /** Notices that are in no message yet. */
  readonly waiting: number
}

export interface NotifyState {
  readonly channels: readonly ChannelState[]
  /** The newest first. */
  readonly messages: readonly (Omit<OutgoingMessage, "body"> & { readonly message: Message })[]
  readonly concerns: readonly (Omit<Concern, "body"> & { readonly notice: Notice })[]
}

const shownMessages = 20

export async function notifyState(project: Project, telling: Telling): Promise<NotifyState> {
  const seen = await withOutbox(
    project,
    telling,
    (outbox) => ({
      waiting: new Map(Object.keys(project.settings.notify).map((name) => [name, outbox.waiting(name).length])),
      messages: outbox.messages(shownMessages).map(({ body, ...rest }) => ({ ...rest, message: JSON.parse(body) })),
      concerns: outbox.concerns(true).map(({ body, ...rest }) => ({ ...rest, notice: noticeOf(body) })),
    }),
    false,
  )
  const channels = Object.entries(project.settings.notify).map(
    ([name, { type }]): ChannelState => ({ name, type, waiting: seen?.waiting.get(name) ?? 0 }),
  )
  return { channels, messages: seen?.messages ?? [], concerns: seen?.concerns ?? [] }
}

/** @param ids absent: all.  @returns those that were open  @throws CfgsyncError for one that is not */
export async function acknowledge(
  project: Project,
  ids: readonly string[],
  { by, ...telling }: Telling & { readonly by: string },
): Promise<readonly string[]> {
  const done = await withOutbox(project, telling, (outbox) => {
    const open = outbox.concerns().map(({ id }) => id)
    const unknown = ids.find((id) => !open.includes(id))
    if (unknown !== undefined)
      throw new CfgsyncError(
        "not-possible-here",
        `nothing waits for a person under ${JSON.stringify(unknown)}`,
        "`cfgsync notify list` shows what does",
      )
    return (ids.length === 0 ? open : ids).filter((id) => outbox.acknowledge(id, by))
  })
  return done ?? []
}

/** What was refused is tried again. @returns how many */
export async function retryRefused(project: Project, telling: Telling): Promise<number> {
  return (await withOutbox(project, telling, (outbox) => outbox.retry(Date.now()))) ?? 0
}

async function withOutbox<T>(
  project: Project,
  { tell, patience }: Telling,
  work: (outbox: Outbox) => T,
  create = true,
): Promise<T | undefined> {
  const store: Store | undefined = await openProjectStore(project, { create, tell, patience })
  try {
    return store === undefined ? undefined : work(store.outbox)
  } finally {
    store?.close()
  }
}
