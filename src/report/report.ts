import type { Finding, Repair, Safety } from "../model/finding.ts"
import type { Edit } from "../model/operation.ts"
import type { CheckResult, FixResult } from "../model/result.ts"
import type { Source } from "../model/source.ts"
import { LineIndex, type Range, type Span } from "../model/span.ts"

export interface ReportOptions {
  /** Whether escape sequences may be used; only `text` does. */
  readonly color?: boolean
  /** Version of cfgsync, for formats that name their tool. */
  readonly version?: string
  /** Absolute: the folder from which those who show the report count paths, where it is not the project's. */
  readonly workspace?: string
  /** The proven edits of a finding's own file that its repair would make; `undefined`: no repair of it was proven. */
  readonly preview?: (finding: Finding) => readonly Edit[] | undefined
  /** What became of changes that cfgsync did not make, where `fix` asked. */
  readonly settled?: readonly { readonly path: string; readonly outcome: string }[]
}

/** An output format: the whole result as one text that ends in a line break, or is empty. Findings keep the order they are given in. */
export type Report = (result: CheckResult | FixResult, options?: ReportOptions) => string

export function isFixResult(result: CheckResult | FixResult): result is FixResult {
  return "plan" in result
}

/** The rung of the ladder to tell of: the first that `fix` takes by itself, else the first. */
export function shownRepair(finding: Finding): Repair | undefined {
  return finding.repairs.find((repair) => repair.safety === "safe") ?? finding.repairs[0]
}

/** What a repair does, with the files other than the finding's own that it does it in. */
export function repairTitle({ file }: Finding, { title, steps }: Repair): string {
  const others = [...new Set(steps.map((step) => step.file))].filter((each) => each !== file && !title.includes(each))
  return others.length === 0 ? title : `${title} in ${others.join(", ")}`
}

export interface ShownFix {
  readonly title: string
  readonly safety: Safety
  /** Of the finding's own file; empty where nobody was asked for a preview. */
  readonly edits: readonly Edit[]
}

export function shownFix(finding: Finding, preview: ReportOptions["preview"]): ShownFix | null {
  const repair = shownRepair(finding)
  if (repair === undefined) return null
  const edits = preview === undefined ? [] : preview(finding)
  return edits === undefined ? null : { title: repairTitle(finding, repair), safety: repair.safety, edits }
}

const noPlace: Range = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } }

/** Where spans stand in the texts of a result, each text indexed once. */
export class Places {
  readonly #sources: ReadonlyMap<string, Source>
  readonly #indexes = new Map<string, LineIndex>()

  constructor(sources: ReadonlyMap<string, Source>) {
    this.#sources = sources
  }

  /** @returns `undefined` for a file without a text: missing, unreadable or not UTF-8. */
  text(file: string): string | undefined {
    return this.#sources.get(file)?.text
  }

  index(file: string): LineIndex | undefined {
    const known = this.#indexes.get(file)
    const text = this.text(file)
    if (known !== undefined || text === undefined) return known
    const index = new LineIndex(text)
    this.#indexes.set(file, index)
    return index
  }

  /** The first column of the first line for a file without a text. */
  range(file: string, span: Span): Range {
    return this.index(file)?.range(span) ?? noPlace
  }
}

/** The texts that a result's findings are about: those of a fix are what is left in the repaired texts. */
export function placesOf(result: CheckResult | FixResult): Places {
  return isFixResult(result) ? planned(result, "after") : new Places(result.sources)
}

/** The texts that repaired findings were found in. */
export function placesBefore(result: FixResult): Places {
  return planned(result, "before")
}

function planned({ sources, plan }: FixResult, side: "before" | "after"): Places {
  const texts = new Map(sources)
  for (const file of plan.files) {
    const text = file[side]
    if (text !== null) texts.set(file.path, { path: file.path, ...text })
  }
  return new Places(texts)
}
