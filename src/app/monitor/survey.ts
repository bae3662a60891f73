import type { Happening } from "../../model/monitorEvent.ts"
import type { Scanned } from "../../system/scan.ts"
import { type Agenda, plain } from "./agenda.ts"
import type { Ledger } from "./ledger.ts"
import type { Measure } from "./measure.ts"

export interface SurveyOptions {
  readonly agenda: Agenda
  readonly ledger: Ledger
  readonly measure: Measure
  readonly tell: (happening: Happening, identity: readonly unknown[]) => void
}

/** What follows from a scan: which files are looked at, and whether the system told of them before. */
export class Survey {
  readonly #options: SurveyOptions
  /** Links by the file that they lead to. */
  #links: ReadonlyMap<string, string> = new Map()
  readonly #answers = new Map<string, boolean>()
  #day = today()
  #caught = 0
  #listed = 0

  constructor(options: SurveyOptions) {
    this.#options = options
  }

  /** How many managed files the last scan found. */
  get listed(): number {
    return this.#listed
  }

  /** The name under which a file is known besides its own. */
  linkTo(path: string): string | undefined {
    return this.#links.get(path)
  }

  /** The scan found a change that nobody had told of. */
  caught(): void {
    this.#caught++
  }

  /** @param state  `ready`: everything was looked at once.  `listens`: the system tells of changes, so what it did not tell of is told. */
  take(
    { changed, absent, listed, list, links }: Scanned,
    why: string,
    state: { readonly ready: boolean; readonly listens: boolean },
  ) {
    const { agenda, ledger, measure } = this.#options
    const { setting } = measure
    const { intervals, project, store } = setting
    this.#listed = listed
    this.#links = new Map(links.map(([path, real]) => [real, path]))
    for (const path of changed) measure.hint(path)
    // Of files that nobody takes for there, there may be thousands.
    const gone = new Set(absent.filter((path) => !setting.stays(path)))
    for (const path of [...changed.filter((each) => !gone.has(each)), ...absent.filter(ledger.holdsForThere)])
      if (path !== store && !(state.ready && intervals.holds(path))) agenda.add(path, { ...plain, scanned: true })
    if (list !== undefined) this.#compareList(list)
    for (const [question, paths] of ledger.questions) {
      if (!question.startsWith("command ")) continue
      const answer = project.system.onPath(question.slice(8))
      if (this.#answers.has(question) && this.#answers.get(question) !== answer) agenda.addAll(paths, "edit")
      this.#answers.set(question, answer)
    }
    if (this.#day !== today()) {
      this.#day = today()
      agenda.addAll(ledger.paths(), "configuration")
    }
    if (state.ready && state.listens) void this.#tellCaught(why)
    else this.#caught = 0
  }

  /** A file that bears several names is known by one of them, and which one it is changes with the others. */
  #compareList(list: readonly string[]): void {
    const { agenda, ledger, measure } = this.#options
    const listed = new Set(list)
    for (const path of list)
      if (ledger.get(path) === undefined) agenda.add(path, { ...plain, listed: true, scanned: true })
    for (const path of ledger.paths())
      if (!listed.has(path) && !measure.setting.stays(path))
        agenda.add(path, { ...plain, listed: false, scanned: true })
  }

  /** What the scan found that nobody had told of. */
  async #tellCaught(why: string): Promise<void> {
    await this.#options.agenda.idle()
    const files = this.#caught
    this.#caught = 0
    if (files > 0) this.#options.tell({ kind: "caught-up", files, reason: why }, [why, Date.now()])
  }
}

function today(): string {
  return new Date().toISOString().slice(0, 10)
}
