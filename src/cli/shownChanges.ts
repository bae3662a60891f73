import type { Candidate } from "../app/acceptFiles.ts"
import { redactorFor } from "../app/redact.ts"
import type { Source } from "../model/source.ts"
import { diff } from "../report/diff.ts"
import { printable } from "../report/printable.ts"
import type { Voice } from "./voice.ts"

/** What a person looks at before it is accepted: the difference, without secrets, and what is permitted now that was not. */
export async function shownChanges(
  candidates: readonly Candidate[],
  voice: Voice,
): Promise<{ readonly text: string; readonly permitsMore: readonly string[] }> {
  const weakened = candidates.filter(({ drift }) => drift !== undefined && drift.weakened.length > 0)
  const redactor = await redactorFor(
    sourcesOf(candidates),
    weakened.flatMap(({ drift }) => drift?.weakened ?? []),
  )
  voice.protect(redactor)
  const permitsMore = weakened.map(
    ({ path, drift }) => `${printable(path)} permits more: ${drift?.weakened.join("; ")}`,
  )
  const blank = (source: Source | null) => source && { ...source, text: redactor.blank(source.text) }
  const shown = candidates.map(({ path, drift, source }) => {
    return { path, before: blank(drift?.goodSource ?? null), after: blank(source) }
  })
  return {
    text: `${diff(shown, { color: voice.color })}${permitsMore.map((line) => `${line}\n`).join("")}`,
    permitsMore,
  }
}

export function sourcesOf(candidates: readonly Candidate[]): readonly Source[] {
  return candidates.flatMap(({ source, drift }) => [source ?? [], drift?.goodSource ?? []].flat())
}
