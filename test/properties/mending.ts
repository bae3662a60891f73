import { applyEdits } from "../../src/engine/edits.ts"
import { mendText } from "../../src/engine/mend.ts"
import { defaultLimits, type Format, hasErrors, type Mender, type Parsed } from "../../src/model/document.ts"
import { equal } from "../../src/model/value.ts"
import type { Random } from "./random.ts"

/** One sign put in or taken out, anywhere. */
export interface Damage {
  readonly text: string
  readonly kind: "insert" | "delete"
  readonly sign: string
  readonly at: number
}

/** What became of a damaged text. */
export type Outcome =
  /** The damage does no harm to the syntax, so that it cannot be seen; or the text was no good before. */
  | "unseen"
  /** A safe repair that says what the text said before. */
  | "back"
  /** A safe repair that says something else. */
  | "wrong"
  /** One of those offered says what the text said before. */
  | "offered"
  /** None of those offered does. */
  | "otherwise"
  | "left"

const signs = [",", '"', "{", "}", "[", "]"]

/** @returns `undefined` where the text has none of the sign to take out. */
export function damage(random: Random, text: string): Damage | undefined {
  const sign = random.pick(signs)
  if (random.chance(0.5)) {
    const at = random.below(text.length + 1)
    return { text: text.slice(0, at) + sign + text.slice(at), kind: "insert", sign, at }
  }
  // By code units, as offsets are counted: a sign of two of them moves none of those behind it.
  const places = text.split("").flatMap((each, at) => (each === sign ? [at] : []))
  const at = random.pick(places)
  return at === undefined ? undefined : { text: text.slice(0, at) + text.slice(at + 1), kind: "delete", sign, at }
}

export function judge(
  format: Format,
  mender: Mender | undefined,
  path: string,
  text: string,
  damaged: string,
): Outcome {
  const read = (each: string) => format.parse({ path, text: each, bom: false }, defaultLimits)
  const before = read(text)
  if (hasErrors(before) || !hasErrors(read(damaged))) return "unseen"
  const { repairs } = mendText(mender, format, { path, text: damaged, bom: false }, defaultLimits)
  const right = repairs.map(({ safety, steps }) => {
    const [operation] = steps.map((step) => step.operation)
    const edits = operation?.op === "mend" ? operation.edits : []
    return { safety, same: sameContent(before, read(applyEdits(damaged, edits))) }
  })
  if (right.some(({ safety, same }) => safety === "safe" && !same)) return "wrong"
  if (right.some(({ safety }) => safety === "safe")) return "back"
  if (right.some(({ same }) => same)) return "offered"
  return right.length > 0 ? "otherwise" : "left"
}

/** The values and the comments. */
function sameContent(left: Parsed, right: Parsed): boolean {
  const comments = ({ documents }: Parsed) =>
    documents.flatMap((each) => each.comments().map((comment) => comment.text))
  return (
    !hasErrors(right) &&
    left.documents.length === right.documents.length &&
    left.documents.every(({ value }, index) => equal(value, right.documents[index]?.value)) &&
    comments(left).join("\n") === comments(right).join("\n")
  )
}
