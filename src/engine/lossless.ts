import { type Path, valueAt } from "../model/path.ts"
import type { Source } from "../model/source.ts"
import { equal, isObject, keysOf } from "../model/value.ts"
import { commentLoss } from "./commentLaw.ts"
import { neighbourLoss } from "./neighbourLaw.ts"
import { childrenOf } from "./nodesOf.ts"
import type { Loss, Reading } from "./reading.ts"
import { stayingPath } from "./staying.ts"
import { type Done, Trail } from "./trail.ts"

/**
 * The laws of lossless editing, for a text whose value is right: what the operations do not touch is worded as before, its comments, blank
 * space, line ends, BOM and end of file included.
 * @param done operations on document `index`, whose places all count in the text before.  @returns the first law that is broken.
 */
export function lossOf(before: Reading, after: Reading, index: number, done: readonly Done[]): Loss | undefined {
  const operations = done.map(({ operation }) => operation)
  const trail = new Trail(done, stayingPath)
  return (
    otherDocuments(before, after, index) ??
    endOfLines(before.source, after.source) ??
    keyOrder(before, after, index, done, trail) ??
    commentLoss(before, after, index, operations) ??
    neighbourLoss(before, after, index, operations, trail)
  )
}

function otherDocuments(before: Reading, after: Reading, index: number): Loss | undefined {
  const law = "the other documents stay"
  if (before.documents.length !== after.documents.length)
    return { law, detail: `${before.documents.length} would become ${after.documents.length}` }
  const changed = before.documents.findIndex(
    ({ value }, place) => place !== index && !equal(value, after.documents[place]?.value),
  )
  return changed < 0 ? undefined : { law, detail: `document ${changed + 1} would change` }
}

function endOfLines(before: Source, after: Source): Loss | undefined {
  if (after.bom !== before.bom || after.path !== before.path) return { law: "the BOM stays", detail: "" }
  const bare = /(?<!\r)\n/
  if (before.text.includes("\r\n") && !bare.test(before.text) && bare.test(after.text))
    return { law: "CRLF stays CRLF", detail: "a bare LF would come in" }
  if (!before.text.includes("\r") && after.text.includes("\r"))
    return { law: "LF stays LF", detail: "a CR would come in" }
  const ends = (text: string) => /[\r\n]$/.test(text)
  if (before.text.trim() !== "" && after.text !== "" && ends(before.text) !== ends(after.text))
    return { law: "the end of the file stays", detail: JSON.stringify(after.text.slice(-20)) }
  return undefined
}

/** A key that gets another name keeps its place among those that were there. */
function keyOrder(
  before: Reading,
  after: Reading,
  index: number,
  done: readonly Done[],
  trail: Trail,
): Loss | undefined {
  const parents = new Map<string, Path>()
  for (const { operation } of done)
    if (operation.op === "rename") {
      const parent = operation.path.slice(0, -1)
      parents.set(JSON.stringify(parent), parent)
    }
  for (const path of parents.values()) {
    const old = valueAt(before.documents[index]?.value, path)
    const to = trail.follow(path)
    const now = to && valueAt(after.documents[index]?.value, to)
    if (old === undefined || !isObject(now)) continue
    const kept = childrenOf({ path, value: old }).flatMap((child) => trail.follow(child.path)?.at(-1) ?? [])
    const known = new Set<string | number>(kept)
    const order = keysOf(now).filter((key) => known.has(key))
    if (order.join("\n") !== kept.join("\n"))
      return { law: "a renamed key keeps its place", detail: `${kept.join(", ")} would become ${order.join(", ")}` }
  }
  return undefined
}
