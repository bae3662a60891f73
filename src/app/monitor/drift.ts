import type { Finding } from "../../model/finding.ts"
import type { Happening, MonitorHealth, ToldFinding } from "../../model/monitorEvent.ts"
import type { Source } from "../../model/source.ts"
import { findingKey, toldFinding } from "./tell.ts"

type Tell = (happening: Happening, identity: readonly unknown[]) => void

interface Told {
  readonly finding: ToldFinding
  /** In the clock of `performance`. */
  readonly since: number
  readonly identity: readonly unknown[]
}

/** What was told of, file by file: each finding once when it comes and once when it goes. */
export class Drift {
  readonly #tell: Tell
  readonly #told = new Map<string, ReadonlyMap<string, Told>>()

  constructor(tell: Tell) {
    this.#tell = tell
  }

  has(path: string): boolean {
    return this.#told.has(path)
  }

  /** Whether one of the findings was not told of yet. */
  isNew(path: string, findings: readonly Finding[]): boolean {
    const told = this.#told.get(path)
    return findings.some((finding) => told?.has(findingKey(finding)) !== true)
  }

  /**
   * Tell of what came and what went since the last report of this file.
   * @param written tells one writing of the file from others.
   */
  async report(
    path: string,
    findings: readonly Finding[],
    sources: ReadonlyMap<string, Source>,
    { by, written }: { readonly by: "repair" | "edit" | "configuration"; readonly written: string },
  ): Promise<void> {
    const before = this.#told.get(path)
    if (before === undefined && findings.length === 0) return
    const now = new Map<string, Told>()
    for (const finding of findings) {
      const key = keyIn(now, finding)
      const known = before?.get(key)
      now.set(key, known ?? (await this.#come(finding, sources.get(finding.file), [key, written])))
    }
    for (const [key, { finding, since, identity }] of before ?? []) {
      if (now.has(key)) continue
      const seconds = (performance.now() - since) / 1000
      this.#tell({ kind: "resolved", finding, by, seconds }, identity)
    }
    if (now.size === 0) this.#told.delete(path)
    else this.#told.set(path, now)
  }

  async #come(finding: Finding, source: Source | undefined, identity: readonly unknown[]): Promise<Told> {
    const told = { finding: await toldFinding(finding, source), since: performance.now(), identity }
    this.#tell({ kind: "finding", finding: told.finding }, identity)
    return told
  }

  /** Everything that is wrong now, by file. */
  findings(): readonly ToldFinding[] {
    return [...this.#told.values()].flatMap((told) => [...told.values()].map(({ finding }) => finding))
  }

  counts(): Pick<MonitorHealth, "findings" | "drifted"> {
    const findings = { error: 0, warning: 0, info: 0 }
    for (const { severity } of this.findings()) findings[severity]++
    return { findings, drifted: this.#told.size }
  }
}

/** The same may be found twice in one file, as where a line stands twice. */
function keyIn(seen: ReadonlyMap<string, unknown>, finding: Finding): string {
  const key = findingKey(finding)
  for (let count = 1; ; count++) {
    const own = count === 1 ? key : `${key} ${count}`
    if (!seen.has(own)) return own
  }
}
