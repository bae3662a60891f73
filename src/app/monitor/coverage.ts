import { dirname } from "node:path/posix"
import { folderMatcher, foldersTo, isDeep, startOf } from "../../system/folders.ts"
import { remoteFileSystem } from "../../system/mount.ts"
import { type Scanned, Scanner } from "../../system/scan.ts"
import { type Watching, watchTree } from "../../system/watch.ts"
import { scanProgram } from "./scanProgram.ts"

/** What is to be covered, asked anew at each scan. */
export interface Ground {
  readonly patterns: readonly string[]
  readonly ignore: readonly string[]
  /** Files of interest besides, relative to the root or absolute. */
  readonly also: readonly string[]
  /** What else is of interest: globs that rules ask for. */
  readonly globs: readonly string[]
  /** Of the files that are known to match the patterns, by `pathSum`. */
  readonly sum: number
}

export interface CoverageOptions {
  readonly root: string
  readonly ground: () => Ground
  /** Something may have happened to a file or folder. */
  readonly hint: (path: string, entry: boolean) => void
  /** @param why for what reason the scan was made. */
  readonly scanned: (scanned: Scanned, why: string) => void
  /** `null`: events are told of again. */
  readonly degraded: (reason: string | null, hint?: string) => void
  /** Milliseconds between scans; absent: so that scanning takes at most a quarter of a percent of one processor, at least ten seconds. */
  readonly every?: number
  /** Ask for no events at all. */
  readonly poll?: boolean
}

const limitHint = "raise fs.inotify.max_user_watches (and max_user_instances), or name fewer folders in `files`"
const second = 1000

/**
 * Hears of changes in two ways. Events come at once and may be lost: the kernel's queue overflows, limits are reached, network drives tell nothing, a
 * process that was stopped hears nothing. Scans are slow and miss nothing; they are made at intervals, after bursts, and every second where there are no events.
 */
export class Coverage {
  readonly #options: CoverageOptions
  readonly #scanner: Scanner
  #watching: Watching | undefined
  #managed: (folder: string) => boolean
  /** Whether no pattern of `ignore` means all that is in a folder. */
  #open: (folder: string) => boolean
  /** Folders on the way to what rules ask for, by name or in a folder by a glob; what was asked for once stays. */
  readonly #askedFolders = new Set<string>()
  /** Folders below which a glob of a rule means something. */
  readonly #askedBelow = new Set<string>()
  #root: string | undefined
  readonly #trouble = new Map<"limit" | "network" | "root" | "scan" | "asked", { reason: string; hint?: string }>()
  #timer: NodeJS.Timeout | undefined
  #due = Number.POSITIVE_INFINITY
  #why = "interval"
  #scanning: Promise<void> | undefined
  #again: string | undefined
  #cost = 0
  #hints: { since: number; count: number } = { since: 0, count: 0 }
  #tick: NodeJS.Timeout | undefined
  #lastTick = performance.now()
  #lastTry = performance.now()
  #closed = false

  constructor(options: CoverageOptions) {
    this.#options = options
    this.#scanner = new Scanner(scanProgram(), options.root)
    ;[this.#managed, this.#open] = this.#folders()
  }

  /** Begins to listen, then scans: of what happens in between there are events. */
  async start(): Promise<void> {
    const network = remoteFileSystem(this.#options.root)
    if (network !== undefined)
      this.#degrade("network", `${network} tells of no changes that are made elsewhere, so files are looked at in turn`)
    if (this.#options.poll === true) this.#degrade("asked", "files are looked at in turn, as was asked for")
    this.#tick = setInterval(() => this.#beat(), second)
    await this.#listen()
    await this.scan("start")
  }

  /** A scan that begins after this call. */
  async scan(why: string): Promise<void> {
    while (this.#scanning !== undefined) await this.#scanning
    await this.#scan(why)
  }

  /** @param delay milliseconds from now. */
  soon(why: string, delay: number): void {
    const due = performance.now() + delay
    if (this.#closed || due >= this.#due) return
    this.#due = due
    this.#why = why
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#scan(this.#why), delay)
  }

  get degraded(): string | null {
    return [...this.#trouble.values()][0]?.reason ?? null
  }

  get folders(): number {
    return this.#watching?.folders() ?? 0
  }

  /** What is covered has changed. */
  async renew(): Promise<void> {
    ;[this.#managed, this.#open] = this.#folders()
    await this.#listen()
    await this.scan("configuration")
  }

  /**
   * Rules ask for these too: what happens to them shall be told. Who asks for a name in any folder of the project hears of it by scans: so many
   * folders are not watched for that.
   */
  alsoWatch({ files, globs }: { readonly files: readonly string[]; readonly globs: readonly string[] }): void {
    const starts = globs.map(startOf)
    const fresh = foldersTo([...files, ...starts.map((start) => `${start}/x`)]).filter(
      (folder) => !this.#askedFolders.has(folder),
    )
    for (const folder of fresh) this.#askedFolders.add(folder)
    for (const [index, glob] of globs.entries()) if (isDeep(glob)) this.#askedBelow.add(starts[index] ?? "")
    if (fresh.length === 0 || this.#watching === undefined || this.#closed) return
    // With a folder come those below it.
    const all = new Set(fresh)
    this.#watching.add(fresh.filter((folder) => !all.has(dirname(folder)) && !this.#managed(folder)))
    // Nobody was told of what happened there until it is watched, which takes a moment.
    void this.scan("folder").then(() => this.soon("folder", second))
  }

  /** Whether a folder is one on the way to what rules ask for. */
  leadsToAsked(folder: string): boolean {
    return this.#askedFolders.has(folder)
  }

  #isAskedFor(folder: string): boolean {
    if (this.#askedFolders.has(folder)) return true
    for (let above = dirname(folder); above !== "." && above !== "/"; above = dirname(above))
      if (this.#askedBelow.has(above)) return this.#open(folder)
    return false
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    clearInterval(this.#tick)
    await this.#watching?.close()
    await this.#scanner.close()
  }

  #folders(): readonly [managed: (folder: string) => boolean, open: (folder: string) => boolean] {
    const { patterns, ignore, also } = this.#options.ground()
    return [folderMatcher(patterns, ignore, also), folderMatcher(["**/*"], ignore, [])]
  }

  async #listen(): Promise<void> {
    const before = this.#watching
    this.#watching = undefined
    await before?.close()
    if (this.#closed || this.#trouble.has("network") || this.#trouble.has("asked")) return
    let failed = false
    const watching = watchTree({
      root: this.#options.root,
      wanted: (folder) => this.#managed(folder) || this.#isAskedFor(folder),
      hint: (path, entry) => this.#hint(path, entry),
      trouble: (reason, full) => {
        failed = true
        if (this.#watching === watching) this.#degrade("limit", reason, full ? limitHint : undefined)
      },
    })
    this.#watching = watching
    this.#lastTry = performance.now()
    await watching.ready
    if (!failed && this.#watching === watching) this.#recover("limit")
  }

  #hint(path: string, entry: boolean): void {
    this.#options.hint(path, entry)
    const now = performance.now()
    if (now - this.#hints.since > second) this.#hints = { since: now, count: 0 }
    if (++this.#hints.count === burst) this.soon("burst", second)
  }

  /** One at a time; who asks meanwhile gets one more, because the present one may have passed by what he means. */
  async #scan(why: string): Promise<void> {
    clearTimeout(this.#timer)
    this.#due = Number.POSITIVE_INFINITY
    if (this.#closed) return
    if (this.#scanning !== undefined) {
      this.#again ??= why
      return this.#scanning
    }
    this.#scanning = this.#scanOnce(why)
    await this.#scanning
    this.#scanning = undefined
    const again = this.#again
    this.#again = undefined
    if (again === undefined) this.soon("interval", this.#pause())
    else this.soon(again, 0)
  }

  async #scanOnce(why: string): Promise<void> {
    try {
      const scanned = await this.#scanner.scan(this.#options.ground())
      if (this.#closed) return
      this.#cost = scanned.milliseconds
      this.#recover("scan")
      this.#lookAtRoot(scanned.root)
      this.#options.scanned(scanned, why)
    } catch (error) {
      if (!this.#closed)
        this.#degrade("scan", `the files could not be listed: ${error instanceof Error ? error.message : error}`)
    }
  }

  /** Who watches a folder that was deleted hears nothing of the one that is made in its place. */
  #lookAtRoot(root: string | undefined): void {
    if (root === undefined) this.#degrade("root", `${this.#options.root} is not there`)
    else this.#recover("root")
    const replaced = root !== undefined && this.#root !== undefined && root !== this.#root
    if (root !== undefined) this.#root = root
    if (replaced) void this.#listen().then(() => this.soon("new root", 0))
  }

  #pause(): number {
    const { every } = this.#options
    if (this.#trouble.size > 0) return clamp(this.#cost * 5, second, 60 * second)
    return every ?? clamp(this.#cost * 400, 10 * second, 600 * second)
  }

  /** Once a second: was this process stopped, or the machine asleep? May events be had again? */
  #beat(): void {
    const now = performance.now()
    const gap = now - this.#lastTick
    this.#lastTick = now
    if (gap > 3 * second) this.soon(`stopped for ${Math.round(gap / second)} s`, 0)
    if (!this.#trouble.has("limit") || now - this.#lastTry < 60 * second) return
    this.#lastTry = now
    void this.#listen()
  }

  #degrade(kind: "limit" | "network" | "root" | "scan" | "asked", reason: string, hint?: string): void {
    if (this.#trouble.has(kind)) return
    this.#trouble.set(kind, { reason, ...(hint === undefined ? {} : { hint }) })
    this.#options.degraded(reason, hint)
    this.soon("degraded", second)
  }

  #recover(kind: "limit" | "root" | "scan"): void {
    if (this.#trouble.delete(kind) && this.#trouble.size === 0) this.#options.degraded(null)
  }
}

/** Hints within a second after which some may have been lost. */
const burst = 300

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value))
}
