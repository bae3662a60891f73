import { type Document, type Format, hasErrors, type Limits, type Parsed } from "../../model/document.ts"
import type { Source } from "../../model/source.ts"
import { equal, isObject, type Value } from "../../model/value.ts"
import type { ListKindsOf } from "./listIdentity.ts"
import { mergeValues } from "./mergeValues.ts"
import type { MergedValue, MergeWay } from "./threeWay.ts"

/** A text with what its format makes of it. */
export interface Read {
  readonly source: Source
  readonly parsed: Parsed
}

/** The three texts of a merge, read. */
export interface ThreeTexts {
  readonly base: Read
  readonly ours: Read
  readonly theirs: Read
  readonly format: Format
  readonly limits: Limits
  /** What a schema or a rule says of the lists of a document. */
  readonly declared?: (document: number) => ListKindsOf
}

const known = new WeakMap<Source, Read>()

/** The same text is read once. */
export function read(source: Source, format: Format, limits: Limits): Read {
  const done = known.get(source) ?? { source, parsed: format.parse(source, limits) }
  known.set(source, done)
  return done
}

export function documentsOf({ parsed }: Read): readonly Document[] {
  return parsed.documents
}

/** What is wrong with a text of a merge, for people; `undefined`: it can be merged by structure. */
export function hindranceOf({ base, ours, theirs }: ThreeTexts): string | undefined {
  const sides = Object.entries(isNothing(base) ? { ours, theirs } : { base, ours, theirs })
  const broken = sides.find(([, { parsed }]) => hasErrors(parsed))
  if (broken !== undefined) return `${broken[0]} does not parse`
  const counts = sides.map(([, { parsed }]) => parsed.documents.length)
  return new Set(counts).size > 1 ? "the sides have different numbers of documents" : undefined
}

/** Both sides added the file. */
function isNothing({ source }: Read): boolean {
  return source.text.trim() === ""
}

/** The merged values of all documents; the document of a conflict stands beside it. */
export interface MergedDocuments {
  readonly values: readonly Value[]
  readonly conflicts: readonly (MergedValue["conflicts"][number] & { readonly document: number })[]
}

export function mergeDocuments(
  { base, ours, theirs, declared }: ThreeTexts,
  way: Omit<MergeWay, "declared">,
): MergedDocuments {
  const merged = documentsOf(ours).map(({ value }, index) => {
    const other = documentsOf(theirs)[index]?.value
    // Two objects that grew from nothing are merged key by key.
    const grown = isNothing(base) && isObject(value) && isObject(other)
    const three = { base: grown ? {} : documentsOf(base)[index]?.value, ours: value, theirs: other }
    return mergeValues(three, declared === undefined ? way : { ...way, declared: declared(index) })
  })
  return {
    values: merged.map(({ value }) => value ?? null),
    conflicts: merged.flatMap(({ conflicts }, document) => conflicts.map((each) => ({ ...each, document }))),
  }
}

/** Whether a text says exactly what is wanted, and has no more problems than the sides it was made from. */
export function says(text: Read, values: readonly Value[], { ours, theirs }: ThreeTexts): boolean {
  const { documents, problems } = text.parsed
  return (
    !hasErrors(text.parsed) &&
    problems.length <= Math.max(ours.parsed.problems.length, theirs.parsed.problems.length) &&
    documents.length === values.length &&
    documents.every(({ value }, index) => equal(value, values[index]))
  )
}
