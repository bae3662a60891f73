import { defaultLimits } from "../model/document.ts"
import type { Finding } from "../model/finding.ts"
import type { Edit } from "../model/operation.ts"
import type { FilePlan } from "../model/plan.ts"
import type { CheckResult, FixResult } from "../model/result.ts"
import type { Source } from "../model/source.ts"
import { secretTexts } from "../secrets/inDocuments.ts"
import { mayHoldSecrets, recognise } from "../secrets/recognise.ts"
import { type KnownSecret, Redactor } from "../secrets/redactor.ts"
import { formatOf } from "./formats.ts"

type Preview = (finding: Finding) => readonly Edit[] | undefined

/**
 * Knows the secrets of the texts that are about to be shown, or that something is said about.
 * @param words what is said itself, which may tell of other files or the environment.
 */
export async function redactorFor(sources: readonly Source[], words: readonly string[] = []): Promise<Redactor> {
  const known: KnownSecret[] = []
  for (const source of sources) if (mayHoldSecrets(source.text)) known.push(...(await secretsOf(source)))
  for (const text of words) if (mayHoldSecrets(text)) known.push(...(await secretsIn(text)))
  return new Redactor(known)
}

async function secretsIn(text: string): Promise<readonly KnownSecret[]> {
  return (await recognise(text)).map(({ kind, start, end }) => ({ kind, text: text.slice(start, end) }))
}

/** As they stand in the text, comments and what does not parse included; and as the values of its documents, which may be written otherwise. */
async function secretsOf(source: Source): Promise<readonly KnownSecret[]> {
  const documents = (await formatOf(source.path))?.parse(source, defaultLimits).documents ?? []
  const values = (await secretTexts(documents)).flatMap(({ kind, secret, document, path, atKey }) => {
    const place = document.locate(path)
    const span = (atKey ? place?.key : undefined) ?? place?.value ?? { start: 0, end: 0 }
    const written = source.text.slice(span.start, span.end)
    return written.includes(secret) ? [{ kind, text: secret }] : [secret, written].map((text) => ({ kind, text }))
  })
  return [...(await secretsIn(source.text)), ...values]
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
