import type { Finding } from "../model/finding.ts"
import { toPointer } from "../model/path.ts"
import type { Source } from "../model/source.ts"

type Sources = ReadonlyMap<string, Source>

export interface Introduced {
  /** Findings of the later state that the earlier one had not. */
  readonly fresh: readonly Finding[]
  /** Those that it had. */
  readonly standing: readonly Finding[]
}

interface Named {
  readonly finding: Finding
  readonly text: string
}

/**
 * Which findings came in between two states. A finding was there before when the same was said of the same place, though its surroundings changed; else of the same
 * text at a place that differs in the indices of lists alone, as when an element was put in before it; else of such a place at all; else in a file that is
 * there no longer, because it was renamed. Each finding before stands for one after.
 * @param gone whether a file of the earlier state is there no longer
 */
export function introduced(
  before: { readonly findings: readonly Finding[]; readonly sources: Sources },
  after: { readonly findings: readonly Finding[]; readonly sources: Sources },
  gone: (file: string) => boolean,
): Introduced {
  let earlier = before.findings.map((finding) => ({ finding, text: textOf(finding, before.sources) }))
  let later = after.findings.map((finding) => ({ finding, text: textOf(finding, after.sources) }))
  const pair = (keyOf: (named: Named) => string | null) => {
    const counts = new Map<string, number>()
    for (const each of earlier) {
      const key = keyOf(each)
      if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    const taken = new Map<string, number>()
    const take = (each: Named) => {
      const key = keyOf(each)
      const left = key === null ? 0 : (counts.get(key) ?? 0) - (taken.get(key) ?? 0)
      if (key === null || left === 0) return true
      taken.set(key, (taken.get(key) ?? 0) + 1)
      return false
    }
    later = later.filter(take)
    earlier = earlier.filter((each) => {
      const key = keyOf(each)
      const left = key === null ? 0 : (taken.get(key) ?? 0)
      if (key === null || left === 0) return true
      taken.set(key, left - 1)
      return false
    })
  }
  const moved = ({ path }: Finding) => toPointer(path).replace(/\/\d+(?=\/|$)/g, "/*")
  const said = ({ rule, document, message }: Finding) => [rule, document, message]
  pair(({ finding }) => JSON.stringify([...said(finding), finding.file, toPointer(finding.path)]))
  pair(({ finding, text }) => JSON.stringify([...said(finding), finding.file, moved(finding), text]))
  pair(({ finding }) => JSON.stringify([...said(finding), finding.file, moved(finding)]))
  const goneBefore = new Set(before.findings.map(({ file }) => file).filter(gone))
  const there = new Set(before.findings.map(({ file }) => file))
  pair(({ finding, text }) =>
    goneBefore.has(finding.file) || !there.has(finding.file)
      ? JSON.stringify([...said(finding), moved(finding), text])
      : null,
  )
  const fresh = new Set(later.map(({ finding }) => finding))
  return {
    fresh: after.findings.filter((finding) => fresh.has(finding)),
    standing: after.findings.filter((finding) => !fresh.has(finding)),
  }
}

function textOf({ file, span }: Finding, sources: Sources): string {
  return sources.get(file)?.text.slice(span.start, span.end) ?? ""
}
