import { defaultLimits, hasErrors } from "../model/document.ts"
import type { Finding } from "../model/finding.ts"
import type { Edit } from "../model/operation.ts"
import { valueAt } from "../model/path.ts"
import type { FilePlan } from "../model/plan.ts"
import type { CheckResult, FixResult } from "../model/result.ts"
import type { Source } from "../model/source.ts"
import { DateTime, isArray, isObject, keysOf, type Value } from "../model/value.ts"
import { secretTexts } from "../secrets/inDocuments.ts"
import { mayHoldSecrets, recognise } from "../secrets/recognise.ts"
import { type KnownSecret, Redactor } from "../secrets/redactor.ts"
import { sensitive } from "../secrets/secret.ts"
import { readingFormatOf } from "./formats.ts"
import { quotable } from "./quotable.ts"
import { placesAt, sensitiveGuesses, sensitivePaths } from "./sensitive.ts"

type Preview = (finding: Finding) => readonly Edit[] | undefined

/**
 * Knows the secrets of the texts that are about to be shown, or that something is said about.
 * @param words what is said itself, which may tell of other files or the environment.
 */
export async function redactorFor(sources: readonly Source[], words: readonly string[] = []): Promise<Redactor> {
  const known: KnownSecret[] = []
  const besides = quotable()
  for (const text of besides.texts) known.push(...(await secretsBesides(text)))
  for (const source of [...sources, ...besides.sources]) {
    if (mayHoldSecrets(source.text)) known.push(...(await secretsOf(source)))
    const paths = sensitivePaths(source.path)
    if (paths.length > 0) known.push(...(await sensitiveOf(source, paths)))
  }
  for (const text of words) if (mayHoldSecrets(text)) known.push(...(await secretsIn(text)))
  return new Redactor(known)
}

/** Words that a person gave for the log. */
export async function withoutSecrets(words: string): Promise<string> {
  return (await redactorFor([], [words])).hide(words)
}

const looked = new Map<string, Promise<readonly KnownSecret[]>>()

/** These are few and stay the same, so each is looked through once. */
function secretsBesides(text: string): Promise<readonly KnownSecret[]> {
  const found = looked.get(text) ?? (mayHoldSecrets(text) ? secretsIn(text) : Promise.resolve([]))
  looked.set(text, found)
  return found
}

async function secretsIn(text: string): Promise<readonly KnownSecret[]> {
  return (await recognise(text)).map(({ kind, start, end }) => ({ kind, text: text.slice(start, end) }))
}

/** As they stand in the text, comments and what does not parse included; and as the values of its documents, which may be written otherwise. */
async function secretsOf(source: Source): Promise<readonly KnownSecret[]> {
  const documents = (await readingFormatOf(source.path))?.parse(source, defaultLimits).documents ?? []
  const values = (await secretTexts(documents)).flatMap(({ kind, secret, document, path, atKey }) => {
    const place = document.locate(path)
    const span = (atKey ? place?.key : undefined) ?? place?.value ?? { start: 0, end: 0 }
    const written = source.text.slice(span.start, span.end)
    return written.includes(secret) ? [{ kind, text: secret }] : [secret, written].map((text) => ({ kind, text }))
  })
  return [...(await secretsIn(source.text)), ...values]
}

/** The values at paths that the configuration marks, all that they hold; in a file that does not parse, what stands where they should. */
async function sensitiveOf(source: Source, paths: readonly string[]): Promise<readonly KnownSecret[]> {
  const parsed = (await readingFormatOf(source.path))?.parse(source, defaultLimits)
  const texts: string[] = []
  for (const document of parsed?.documents ?? []) {
    for (const path of paths) {
      for (const place of await placesAt(document, path)) {
        const span = document.locate(place)?.value
        texts.push(...textsBelow(valueAt(document.value, place)), source.text.slice(span?.start, span?.end ?? 0))
      }
    }
  }
  if (parsed === undefined || hasErrors(parsed)) texts.push(...sensitiveGuesses(source.text, paths))
  return texts.map((text) => ({ kind: sensitive, text }))
}

function textsBelow(value: Value | undefined): readonly string[] {
  if (value === undefined || value === null || typeof value === "boolean") return []
  if (isArray(value)) return value.flatMap(textsBelow)
  if (isObject(value)) return keysOf(value).flatMap((key) => textsBelow(value[key]))
  return [value instanceof DateTime ? value.text : String(value)]
}

/** A result as it may be shown: the texts of its files keep their length, so that every place in them stays where it is. */
export function redactResult<R extends CheckResult | FixResult>(result: R, redactor: Redactor): R {
  if (redactor.idle) return result
  const sources = new Map(
    [...result.sources].map(([path, source]) => [path, { ...source, text: redactor.blank(source.text) }]),
  )
  if (!("plan" in result)) return { ...result, sources }
  return { ...result, sources, plan: { ...result.plan, files: redactPlan(result.plan.files, redactor) } }
}

export function redactPlan(files: readonly FilePlan[], redactor: Redactor): readonly FilePlan[] {
  if (redactor.idle) return files
  const blank = <T extends { readonly text: string }>(version: T): T => ({
    ...version,
    text: redactor.blank(version.text),
  })
  return files.map((file) => ({
    ...file,
    before: file.before && blank(file.before),
    after: blank(file.after),
    edits: file.edits.map(blank),
  }))
}

/** Edits that would write a secret are not shown at all: whoever carried them out would write stars. */
export function redactPreview(preview: Preview, redactor: Redactor): Preview {
  return (finding) => {
    const edits = preview(finding)
    return edits?.some(({ text }) => redactor.hide(text) !== text) ? [] : edits
  }
}

/** The texts that a result is about, before and after. */
export function sourcesOf(result: CheckResult | FixResult): readonly Source[] {
  return [...result.sources.values(), ...("plan" in result ? plannedSources(result.plan.files) : [])]
}

export function plannedSources(files: readonly FilePlan[]): readonly Source[] {
  return files.flatMap(({ path, before, after }) => [before ?? [], after].flat().map((each) => ({ path, ...each })))
}
