import { matcher } from "../../engine/glob.ts"
import { sha256 } from "../../system/hash.ts"
import { formatTable } from "../formats.ts"
import { loadRuleSet, type RuleSet } from "../loadRules.ts"
import type { Project } from "../project.ts"
import { openRunWith, type Run } from "../run.ts"
import type { Checked } from "../workspace.ts"
import type { Documents } from "../world.ts"

/** The file that was read just now: whoever asks for it within the check of it gets the same bytes. */
interface Hand {
  file: { readonly path: string; readonly bytes: Uint8Array } | undefined
  /** What else was looked at since then, as {@link contentOf} says it; "present" where only that was asked. */
  saw: Map<string, string>
}

export interface WarmChecked extends Checked {
  readonly saw: ReadonlyMap<string, string>
}

/** What a file holds: its hash, or "missing"; "unreadable" is said elsewhere. */
export function contentOf(bytes: Uint8Array | null): string {
  return bytes === null ? "missing" : sha256(bytes)
}

/** A run that is kept: rules compiled, formats and schemas loaded, and what rules ask for parsed. */
export class WarmRun {
  readonly project: Project
  readonly rules: RuleSet
  #run: Run
  readonly #documents: Documents = new Map()
  /** Rules that need something loaded beforehand: a schema, or the format of another file. */
  readonly #needing: readonly { readonly id: string; readonly matches: (path: string) => boolean }[]
  /** A path of each kind that the run was opened for, by what it needs. */
  readonly #samples = new Map<string, string>()
  readonly #hand: Hand

  private constructor(project: Project, rules: RuleSet, run: Run, hand: Hand) {
    this.#hand = hand
    this.project = project
    this.rules = rules
    this.#run = run
    this.#needing = rules.rules
      .filter(
        ({ require, reads, writes }) =>
          require.some(({ type }) => type === "schema") || [...reads, ...writes].some(({ file }) => file !== null),
      )
      .map(({ id, files }) => ({ id, matches: matcher(files) }))
  }

  /** @throws CfgsyncError as `openRun` */
  static async open(project: Project): Promise<WarmRun> {
    const rules = await loadRuleSet(project)
    const hand: Hand = { file: undefined, saw: new Map() }
    const { system } = project
    const read: Project["system"]["read"] = (path, limit) => {
      if (hand.file?.path === path) return hand.file.bytes
      hand.saw.set(path, "unreadable")
      const bytes = system.read(path, limit)
      hand.saw.set(path, contentOf(bytes))
      return bytes
    }
    const stat: Project["system"]["stat"] = (path) => {
      const found = system.stat(path)
      if (!hand.saw.has(path)) hand.saw.set(path, found === null ? "missing" : "present")
      return found
    }
    const list: Project["system"]["list"] = (patterns, ignore) => {
      const found = system.list(patterns, ignore)
      for (const path of found) if (!hand.saw.has(path)) hand.saw.set(path, "present")
      return found
    }
    const kept = { ...project, system: { ...system, read, stat, list } }
    return new WarmRun(kept, rules, await openRunWith(rules, kept, []), hand)
  }

  get run(): Run {
    return this.#run
  }

  /** Also for what the run was not opened for. @throws CfgsyncError for a schema that is wrong */
  async prepare(paths: readonly string[]): Promise<void> {
    const before = this.#samples.size
    for (const path of paths) {
      const needs = this.#needsOf(path)
      if (!this.#samples.has(needs)) this.#samples.set(needs, path)
    }
    if (this.#samples.size > before)
      this.#run = await openRunWith(this.rules, this.project, [...this.#samples.values()])
  }

  /** What is known to be good has changed. */
  async renew(): Promise<void> {
    this.#run = await openRunWith(this.rules, this.project, [...this.#samples.values()])
  }

  /** @param bytes what the file holds, where it was read already. */
  async check(path: string, bytes: Uint8Array | undefined): Promise<WarmChecked> {
    await this.prepare([path])
    this.#hand.file = bytes === undefined ? undefined : { path, bytes }
    this.#hand.saw = new Map()
    try {
      const checked = await this.#run.check(path, this.#run.files(new Map(), this.#documents))
      return { ...checked, saw: this.#hand.saw }
    } finally {
      this.#hand.file = undefined
    }
  }

  #needsOf(path: string): string {
    const format = formatTable.findIndex(({ files }) => matcher(files)(path))
    return [format, ...this.#needing.flatMap(({ id, matches }) => (matches(path) ? [id] : []))].join(" ")
  }
}
