import { matcher } from "../engine/glob.ts"
import { type ValueChange, valueChanges } from "../engine/valueChanges.ts"
import { guardsOf, openedMode, type Weakening, weakenings } from "../engine/weakening.ts"
import { type Format, hasErrors, type Limits, type Parsed } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import { formatPath } from "../model/path.ts"
import type { Policy } from "../model/policy.ts"
import { decode, type Source } from "../model/source.ts"
import type { Actor, Entry, FileChange } from "../store/entry.ts"
import type { Glimpse } from "../store/glimpse.ts"
import { keyOf } from "../store/place.ts"
import type { KnownGood } from "../store/store.ts"
import { sha256 } from "../system/hash.ts"
import { nameHere } from "./history.ts"
import { policiesOf } from "./policy.ts"
import type { Project } from "./project.ts"
import { hasStore, placeOf } from "./storePlace.ts"

/** What a file holds now. */
export interface Present {
  readonly content: Uint8Array
  /** Octal digits. */
  readonly mode: string
}

/** A file that is other than its known-good state, with all that is to be known to decide what becomes of it. */
export interface Drift {
  readonly path: string
  readonly policy: Policy
  readonly good: KnownGood
  /** The known-good text; absent: its content is not kept. */
  readonly goodSource?: Source
  /** `null`: the file is gone. */
  readonly now: Present | null
  /** SHA-256 of what is there now. */
  readonly hash: string | null
  /** By structure; `null` where one of the two cannot be read. */
  readonly changes: readonly ValueChange[] | null
  readonly roots: { readonly before: readonly Parsed["documents"][number][]; readonly after: Parsed["documents"] }
  /** What it permits that it did not, in words. */
  readonly weakened: readonly string[]
  /** The last change that cfgsync made of it came to this content. */
  readonly own: boolean
  /** Of a strict file: why it is left to a person from now on; absent: it is not. */
  readonly quarantined?: string
  /** Of a strict file: whether what is there now can be kept, so that nothing is lost when it is put back. */
  readonly keepable: boolean
}

/** By SHA-256; `null`: the file is not there. */
export interface Told {
  /** What the file last held, by what cfgsync made of it, saw, or was told; absent: nothing is known. */
  readonly content?: string | null
  /** Who made or saw that, and when. */
  readonly since?: Since
  /** What of it waits for a person since. */
  readonly waiting?: { readonly kind: "pending" | "quarantined"; readonly hash: string | null } & Since
}

export type Accepted = Extract<Entry, { readonly kind: "accepted" }>

export interface Since {
  readonly time: string
  readonly actor: Actor
  /** `made`: cfgsync wrote it for them; `seen`: somebody else did, and they came upon it; `accepted`: they said that it is good. */
  readonly how: "made" | "seen" | "accepted"
}

/** What was put back this often within an hour is put back no more: somebody fights for the other content. */
const mostPutBacks = 3
const hour = 3_600_000

/** How the files of a project stand to what is known to be good of them. What is known is read once: open another to see later acceptances. */
export class Drifts {
  readonly #project: Project
  readonly #glimpse: Glimpse | undefined
  readonly #policy: (path: string) => Policy
  #good: ReadonlyMap<string, KnownGood> | undefined

  private constructor(project: Project, glimpse: Glimpse | undefined) {
    this.#project = project
    this.#glimpse = glimpse
    this.#policy = policiesOf(project.settings.files)
  }

  /** Where there is no store, nothing is loaded. */
  static async open(project: Project): Promise<Drifts> {
    if (!hasStore(project)) return new Drifts(project, undefined)
    const { Glimpse } = await import("../store/glimpse.ts")
    return new Drifts(project, new Glimpse(placeOf(project)))
  }

  policy(path: string): Policy {
    return this.#policy(path)
  }

  /** By path in the project. */
  known(): ReadonlyMap<string, KnownGood> {
    const glimpse = this.#glimpse
    this.#good ??= new Map(
      [...(glimpse?.knownGood() ?? [])].map(([key, good]) => [
        glimpse === undefined ? key : nameHere(glimpse, this.#project, key),
        good,
      ]),
    )
    return this.#good
  }

  good(path: string): KnownGood | undefined {
    return this.known().get(path)
  }

  /** Managed files of which something is known good, and that are gone. */
  gone(): readonly string[] {
    const { settings, system } = this.#project
    const managed = matcher(settings.files.flatMap(({ include }) => include))
    return [...this.known().keys()].filter(
      (path) => !path.startsWith("/") && managed(path) && system.stat(path) === null,
    )
  }

  /** The entries that name a file, oldest first. */
  entriesOf(path: string): readonly Entry[] {
    return this.#glimpse?.entriesOf(this.#key(this.#glimpse, path)) ?? []
  }

  /** Whether a content of a file was ever accepted. */
  wasAccepted(path: string, content: Uint8Array | null): boolean {
    const hash = content === null ? null : sha256(content)
    const key = this.#glimpse === undefined ? path : this.#key(this.#glimpse, path)
    return this.entriesOf(path).some(
      (entry) => entry.kind === "accepted" && entry.files.some((file) => file.path === key && file.hash === hash),
    )
  }

  /** Who accepted states, by the number of the acceptance. */
  acceptances(ids: Iterable<number>): ReadonlyMap<number, Since> {
    const acts = this.#glimpse?.acts([...new Set(ids)]) ?? []
    return new Map(acts.map(({ id, time, actor }) => [id, { time, actor, how: "accepted" }]))
  }

  /** By what the known-good states of files were accepted, by the number of the entry. */
  accepting(ids: readonly number[]): ReadonlyMap<number, Accepted> {
    const entries = this.#glimpse?.entries([...new Set(ids)]) ?? []
    return new Map(entries.flatMap((entry) => (entry.kind === "accepted" ? [[entry.id, entry] as const] : [])))
  }

  /** In what form the content of a known-good state is kept. */
  keeping({ hash }: Pick<KnownGood, "hash">): "plain" | "sealed" | "not" {
    const content = this.#glimpse?.content(hash)
    if (content === undefined) return "not"
    return content.sealed ? "sealed" : "plain"
  }

  /** What the log last told of a file. */
  told(path: string): Told {
    const key = this.#glimpse === undefined ? path : this.#key(this.#glimpse, path)
    let told: Told = {}
    for (const entry of this.entriesOf(path)) {
      if (!("files" in entry)) continue
      const file = [...entry.files].find((each) => each.path === key)
      if (file === undefined) continue
      const { time, actor } = entry
      if (entry.kind === "pending" || entry.kind === "quarantined") {
        const hash = "hash" in file ? file.hash : null
        told = { ...told, waiting: { kind: entry.kind, hash, time, actor, how: "seen" } }
      } else if (entry.kind === "accepted" || entry.kind === "dropped") {
        told = { content: "hash" in file ? file.hash : null, since: { time, actor, how: "accepted" } }
      } else if (entry.kind === "rejected") {
        const { waiting: _, ...rest } = told
        told = rest
      } else if ("after" in file) {
        told = { ...told, content: file.after, since: { time, actor, how: entry.kind === "intent" ? "made" : "seen" } }
      }
    }
    return told
  }

  #key({ place }: Glimpse, path: string): string {
    return keyOf(place, this.#project.root, path)
  }

  /** Whether a file is as it was accepted; `undefined`: nothing of it was. */
  isClean(path: string, now: Present | null): boolean | undefined {
    const good = this.good(path)
    if (good === undefined) return undefined
    return now !== null && now.mode === good.mode && sha256(now.content) === good.hash
  }

  /** @returns `undefined` for a file of which nothing is known good, and for one that is as it was accepted. */
  async of(path: string, now: Present | null, format: Format | undefined): Promise<Drift | undefined> {
    const [good, glimpse] = [this.good(path), this.#glimpse]
    if (good === undefined || glimpse === undefined || this.isClean(path, now) !== false) return undefined
    const hash = now === null ? null : sha256(now.content)
    const policy = this.#policy(path)
    const before = this.#read(path, await this.content(path), format)
    const after = this.#read(path, now?.content, format)
    const last = glimpse.lastWrite(this.#key(glimpse, path))
    const quarantined = policy.acceptance === "strict" ? this.#fought(path, hash) : undefined
    const unseen = before === undefined && now !== null && guardsOf(path).length > 0
    return {
      path,
      policy,
      good,
      ...(before === undefined ? {} : { goodSource: before.source }),
      now,
      hash,
      changes:
        before?.parsed === undefined || after?.parsed === undefined
          ? null
          : valueChangesOf(before.parsed, after.parsed),
      roots: { before: before?.parsed?.documents ?? [], after: after?.parsed?.documents ?? [] },
      weakened: [
        ...weakenings(path, before?.parsed?.documents ?? [], after?.parsed?.documents ?? []).map(weakeningText),
        ...(unseen ? ["whether it permits more cannot be told, because the known-good content was not kept"] : []),
        ...(now !== null && openedMode(good.mode, now.mode) ? [`the file mode from ${good.mode} to ${now.mode}`] : []),
      ],
      own:
        now !== null &&
        last?.files.some((file) => file.path === this.#key(glimpse, path) && isMade(file, now, good.mode)) === true,
      ...(quarantined === undefined ? {} : { quarantined }),
      keepable: policy.acceptance !== "strict" || now === null || (await isKeepable(this.#project, path, now.content)),
    }
  }

  /** The bytes of the known-good state of a file. @returns `undefined` where nothing is known good, or its content is not kept */
  async content(path: string): Promise<Uint8Array | undefined> {
    const [good, glimpse] = [this.good(path), this.#glimpse]
    if (good === undefined || glimpse === undefined) return undefined
    try {
      const { keptContent } = await import("./keptContent.ts")
      return await keptContent(this.#project, glimpse, good.hash, path)
    } catch (error) {
      if (error instanceof CfgsyncError && error.code === "not-possible-here") return undefined
      throw error
    }
  }

  #read(path: string, content: Uint8Array | undefined, format: Format | undefined) {
    const decoded = content === undefined ? undefined : decode(path, content)
    if (decoded?.ok !== true) return undefined
    const parsed = format?.parse(decoded.source, this.#project.settings.limits)
    return { source: decoded.source, parsed: parsed === undefined || hasErrors(parsed) ? undefined : parsed }
  }

  /** Since the last word of a person. */
  #fought(path: string, hash: string | null): string | undefined {
    const entries = this.entriesOf(path)
    const word = entries.findLastIndex(({ kind }) => kind === "accepted" || kind === "rejected" || kind === "dropped")
    const since = entries.slice(word + 1)
    const key = this.#glimpse === undefined ? path : this.#key(this.#glimpse, path)
    const held = since.some(
      (entry) => entry.kind === "quarantined" && entry.files.some((file) => file.path === key && file.hash === hash),
    )
    const recent = since.filter(
      (entry) =>
        entry.kind === "intent" &&
        entry.files.some((file) => file.path === key && file.rules.includes(driftRule)) &&
        Date.now() - Date.parse(entry.time) < hour,
    ).length
    return held || recent >= mostPutBacks
      ? `it was put back ${recent > 0 ? `${recent} times within an hour` : "too often"}, and somebody changes it again`
      : undefined
  }
}

/** Whether a write left a file as it is now; permissions that it did not touch were those that were accepted, as far as anybody knows. */
function isMade({ after, mode }: FileChange, now: Present, goodMode: string): boolean {
  return after === sha256(now.content) && (mode ?? goodMode) === now.mode
}

/** The rule that a drift is a finding of. */
export const driftRule = "cfgsync/drift"

/** The places at which two readings of a file differ. */
export function valueChangesOf(before: Parsed, after: Parsed): readonly ValueChange[] {
  const count = Math.max(before.documents.length, after.documents.length)
  return Array.from({ length: count }, (_, document) =>
    valueChanges(before.documents[document]?.value, after.documents[document]?.value).map((change) => ({
      ...change,
      document,
    })),
  ).flat()
}

async function isKeepable(project: Project, path: string, content: Uint8Array): Promise<boolean> {
  const { keepable } = await import("./keepable.ts")
  return (await keepable(project, [{ path, content }]))(content) !== undefined
}

/** What a content permits that another did not, in words; nothing where one of them cannot be read. */
export function weakeningTexts(
  path: string,
  before: Uint8Array | null,
  after: Uint8Array | null,
  format: Format,
  limits: Limits,
): readonly string[] {
  const [was, is] = [before, after].map((content) => {
    const decoded = content === null ? undefined : decode(path, content)
    return decoded?.ok === true ? format.parse(decoded.source, limits).documents : []
  })
  return weakenings(path, was ?? [], is ?? []).map(weakeningText)
}

function weakeningText({ path, before, after }: Weakening): string {
  return `${formatPath(path)} from ${before} to ${after}`
}
