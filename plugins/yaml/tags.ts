import type { CST } from "yaml"
import type { Edit } from "../../src/model/operation.ts"
import { isArray, isObject, type Value } from "../../src/model/value.ts"
import type { Node } from "./tree.ts"

/**
 * Whether a value may stand behind the tag of the node it replaces. What a tag of one's own makes of a text, list or map is not known, but it was
 * written for one of that kind: behind it another kind would be misread, so that the tag goes with the old value.
 */
export function tagFits(node: Node, value: Value): boolean {
  switch (node.tag?.source) {
    case undefined:
      return true
    case "!!int":
      return typeof value === "bigint" || Number.isInteger(value)
    case "!!float":
      return typeof value === "number"
    case "!!bool":
      return typeof value === "boolean"
    case "!!null":
      return value === null
    case "!!map":
      return isObject(value)
    case "!!seq":
      return isArray(value)
    case "!!str":
    case "!":
      return typeof value === "string"
    default:
      if (node.kind === "map") return isObject(value)
      if (node.kind === "seq") return isArray(value)
      // Behind a tag without text the tag itself is what was meant.
      return typeof value === "string" && (node.start < node.end || value === "")
  }
}

/** Edits behind a tag, and the tag taken away. */
export function withoutTag(text: string, tag: CST.SourceToken, edits: readonly Edit[]): readonly Edit[] {
  const start = tag.offset
  const end = start + tag.source.length
  const blanks = /^ */.exec(text.slice(end, end + 100))?.[0].length ?? 0
  const first = edits[0]?.start ?? text.length
  if (blanks > 0 && first >= end + blanks) return [{ start, end: end + blanks, text: "" }, ...edits]
  return [{ start: text[start - 1] === " " ? start - 1 : start, end, text: "" }, ...edits]
}
