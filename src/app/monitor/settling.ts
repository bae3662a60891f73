import { CfgsyncError } from "../../model/errors.ts"
import type { Happening } from "../../model/monitorEvent.ts"
import { mayHoldSecrets } from "../../secrets/recognise.ts"
import type { Recording } from "../record.ts"
import { settleDrift } from "../settle.ts"
import type { Settled } from "../settled.ts"
import { quiet } from "./repairs.ts"
import type { Setting } from "./setting.ts"

export interface SettlingOptions {
  readonly recording: Recording
  readonly tell: (happening: Happening, identity: readonly unknown[]) => void
  /** Whether nobody writes a file and no repair of it is to come. */
  readonly isQuiet: (path: string, now: number) => boolean
  /** Tells this writing of a file from others that wrote the same. */
  readonly written: (path: string) => string
  /** Wake the monitor after so many milliseconds. */
  readonly wake: (delay: number) => void
}

const retry = 5000

/** Has changed files accepted, held back or left to a person, as their policies say, once they are quiet. */
export class Settling {
  readonly #options: SettlingOptions
  readonly #wished = new Set<string>()
  readonly #pending = new Map<string, { readonly reason: string; readonly good: string | undefined }>()
  #notBefore = 0

  constructor(options: SettlingOptions) {
    this.#options = options
  }

  /** Files that wait for a person. */
  get pending(): readonly string[] {
    return [...this.#pending.keys()]
  }

  wish(path: string): void {
    this.#wished.add(path)
    this.#options.wake(quiet)
  }

  /** Something else is known to be good of files: those that wait may not have to any more. */
  judge(paths: readonly string[]): void {
    for (const path of paths) if (this.#pending.has(path)) this.wish(path)
  }

  /** @returns whether something was done. */
  async make({ project, goodOf }: Setting): Promise<boolean> {
    const now = performance.now()
    const { recording, isQuiet, wake } = this.#options
    const paths = [...this.#wished].filter((path) => isQuiet(path, now))
    if (paths.length < this.#wished.size) wake(quiet)
    if (paths.length === 0 || now < this.#notBefore) return false
    try {
      const settled = await settleDrift(project, paths, { recording, dryRun: false, putBack: false })
      for (const path of paths) this.#wished.delete(path)
      for (const each of settled) await this.#told(each, goodOf(each.path))
      const left = new Set(settled.map(({ path }) => path))
      for (const path of paths) {
        if (left.has(path)) continue
        this.#over(path, this.#pending.get(path)?.good === goodOf(path) ? "put back" : "accepted")
      }
    } catch (error) {
      if (!(error instanceof CfgsyncError)) throw error
      this.#notBefore = now + retry
      wake(retry)
      const { message, hint } = error
      this.#options.tell(
        { kind: "repair-failed", files: paths, reason: message, ...(hint === undefined ? {} : { hint }) },
        [paths, message, Math.floor(Date.now() / 60_000)],
      )
    }
    return true
  }

  async #told({ path, outcome, reasons }: Settled, good: string | undefined): Promise<void> {
    const reason = await withoutSecrets(reasons.join("; "))
    if (outcome === "accepted" || outcome === "gone") this.#over(path, outcome)
    else if (this.#pending.get(path)?.reason !== reason) {
      this.#pending.set(path, { reason, good })
      this.#options.tell({ kind: "pending", file: path, reason }, [path, reason, this.#options.written(path)])
    }
  }

  #over(path: string, as: "accepted" | "gone" | "put back"): void {
    if (!this.#pending.delete(path)) return
    this.#options.tell({ kind: "settled", file: path, as }, [path, as, Date.now()])
  }
}

async function withoutSecrets(words: string): Promise<string> {
  if (!mayHoldSecrets(words)) return words
  const { redactorFor } = await import("../redact.ts")
  return (await redactorFor([], [words])).hide(words)
}
