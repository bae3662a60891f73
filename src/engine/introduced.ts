import type { Finding } from "../model/finding.ts"
import { toPointer } from "../model/path.ts"
import type { Source } from "../model/source.ts"

type Sources = ReadonlyMap<string, Source>

export interface Introduced {
  /** Findings of the later state that the earlier one had not. */
  readonly fresh: readonly Finding[]
  /** Those that it had. */
  readonly standing: readonly Finding[]
  /** By finding of the later state: the one of the earlier state that it is. */
  readonly same: ReadonlyMap<Finding, Finding>
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
  const same = new Map<Finding, Finding>()
  const pair = (keyOf: (named: Named) => string | null) => {
    const waiting = new Map<string, Named[]>()
    for (const each of earlier) {
      const key = keyOf(each)
      if (key !== null) waiting.set(key, [...(waiting.get(key) ?? []), each])
    }
    const taken = new Set<Named>()
    later = later.filter((each) => {
      const key = keyOf(each)
      const match = key === null ? undefined : waiting.get(key)?.shift()
      if (match === undefined) return true
      taken.add(match)
      same.set(each.finding, match.finding)
      return false
    })
    earlier = earlier.filter((each) => !taken.has(each))
  }
  const moved = ({ path }: Finding) => toPointer(path).replace(/\/\d+(?=\/|$)/g, "/*")
  const said = ({ rule, document, message }: Finding) => [rule, document, message]
  pair(({ finding }) => JSON.stringify([...said(finding), finding.file, toPointer(finding.path)]))
  pair(({ finding, text }) => JSON.stringify([...said(finding), finding.file, moved(finding), text]))
  pair(({ finding }) => JSON.stringify([...said(finding), finding.file, moved(finding)]))
  const there = new Set(before.findings.map(({ file }) => file))
  pair(({ finding, text }) =>
    !there.has(finding.file) || gone(finding.file) ? JSON.stringify([...said(finding), moved(finding), text]) : null,
  )
  return {
    fresh: after.findings.filter((finding) => !same.has(finding)),
    standing: after.findings.filter((finding) => same.has(finding)),
    same,
  }
}

function textOf({ file, span }: Finding, sources: Sources): string {
  return sources.get(file)?.text.slice(span.start, span.end) ?? ""
}
