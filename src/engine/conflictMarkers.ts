import type { Mend } from "../model/document.ts"
import type { Span } from "../model/span.ts"

/** A merge that was not finished: `<<<<<<<`, perhaps `|||||||` with the common ancestor, `=======` and `>>>>>>>`, each on its line. */
export interface Conflict extends Span {
  readonly ours: string
  /** What stood there before both, where the marks tell it, and the name behind that mark. */
  readonly base?: string
  readonly baseName?: string
  readonly theirs: string
  /** What stands behind the first and the last mark. */
  readonly names: readonly [string, string]
}

/** More of them are no merge that somebody forgot. */
const most = 50

/** Which side of an unfinished merge is wanted only its owner knows: one, the other, or both. */
export function conflictMends(text: string): readonly Mend[] {
  const found = /^<{7}[ \r\n]/m.test(text) ? conflictsIn(text) : []
  const [first] = found
  if (first === undefined || found.length > most) return []
  const keep = (title: string, wanted: (conflict: Conflict) => string): Mend => ({
    title,
    edits: found.map((conflict) => ({ start: conflict.start, end: conflict.end, text: wanted(conflict) })),
    distance: 0.5,
    sure: true,
  })
  const [one, other] = first.names
  return [
    keep(`keep the first side of the merge (${one || "ours"})`, ({ ours }) => ours),
    keep(`keep the second side of the merge (${other || "theirs"})`, ({ theirs }) => theirs),
    keep("keep both sides of the merge", ({ ours, theirs }) => ours + theirs),
  ]
}

interface Open {
  readonly start: number
  readonly name: string
  ours: string
  base?: string
  baseName?: string
  theirs: string
  side: number
}

/** The conflicts of an unfinished merge, in order. */
export function conflictsIn(text: string): readonly Conflict[] {
  const found: Conflict[] = []
  let open: Open | undefined
  for (const { index, 0: line } of text.matchAll(/[^\n]*\n|[^\n]+$/g)) {
    const mark = /^(?:<{7}|\|{7}|={7}|>{7})(?=[ \r\n]|$)/.exec(line)?.[0][0]
    const name = line.slice(7).trim()
    if (mark === "<") open = { start: index, name, ours: "", theirs: "", side: 0 }
    else if (open === undefined) continue
    else if (mark === "|") {
      open.side = 1
      open.base = ""
      open.baseName = name
    } else if (mark === "=") open.side = 2
    else if (mark === ">" && open.side === 2) {
      const { start, ours, theirs, base, baseName = "" } = open
      const told = base === undefined ? {} : { base, baseName }
      found.push({ start, end: index + line.length, ours, theirs, names: [open.name, name], ...told })
      open = undefined
    } else if (open.side === 0) open.ours += line
    else if (open.side === 2) open.theirs += line
    else open.base = (open.base ?? "") + line
  }
  return found
}
