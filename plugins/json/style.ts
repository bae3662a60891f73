import { isArray, isObject } from "../../src/model/value.ts"
import { hasBreak, indentAt, isBreak, skipBlanks } from "./lines.ts"
import type { Node } from "./tree.ts"
import type { Style } from "./words.ts"

/** More nodes than this are not asked for their habits. */
const enough = 500

/** The habits of a file, each by the first place that shows it; for lists of scalars, by what most of them do. */
export function styleOf(text: string, root: Node): Style {
  let unit: string | undefined
  let colon: string | undefined
  let gap: string | undefined
  let pad: string | undefined
  let shortLists = 0
  const queue: Node[] = [root]
  for (let i = 0; i < queue.length && i < enough; i++) {
    const node = queue[i] as Node
    const entries = node.entries ?? []
    const first = entries[0]
    if (first === undefined) continue
    for (const entry of entries) queue.push(entry.node)
    const expanded = hasBreak(text, node.start, first.start)
    if (expanded) unit ??= step(indentAt(text, node.start), indentAt(text, first.start))
    else if (node.keyed) pad ??= text.slice(node.start + 1, skipBlanks(text, node.start + 1))
    if (first.key) colon ??= oneLine(text.slice(first.key.end, first.node.start))
    const after = skipBlanks(text, first.comma + 1)
    if (first.comma >= 0 && entries.length > 1 && !isBreak(text, after)) gap ??= text.slice(first.comma + 1, after)
    if (!node.keyed && entries.every((entry) => isScalar(entry.node))) shortLists += expanded ? -1 : 1
  }
  const packed = !/[\r\n]/.test(text.trim()) && colon === ":"
  return {
    unit: unit ?? "  ",
    eol: /\r\n|\n|\r/.exec(text)?.[0] ?? "\n",
    colon: colon ?? ": ",
    gap: gap ?? (packed ? "" : " "),
    pad: pad ?? (packed ? "" : " "),
    shortLists: shortLists >= 0,
  }
}

function step(outer: string, inner: string): string | undefined {
  return inner.length > outer.length && inner.startsWith(outer) ? inner.slice(outer.length) : undefined
}

function oneLine(colon: string): string | undefined {
  return /^[ \t]*:[ \t]*$/.test(colon) ? colon : undefined
}

function isScalar({ value }: Node): boolean {
  return !isArray(value) && !isObject(value)
}
