import { isDeepStrictEqual } from "node:util"
import { valueAt } from "../../src/model/path.ts"
import { type Judged, nameOf } from "./judged.ts"
import { tells } from "./places.ts"
import type { Pair } from "./row.ts"

/**
 * Versions that their owners later mended. The broken part is where findings were; there the repair is equal to the owner's, or nothing is left
 * that is wrong, or it is neither.
 */
export function pairTable(pairs: readonly Pair[], judged: readonly Judged[], notes: string[]): readonly string[] {
  const table = [
    "| judge | pairs | equal to the owner's | else nothing wrong is left | neither |",
    "| --- | ---: | ---: | ---: | ---: |",
  ]
  for (const [judge, own] of Map.groupBy(pairs, (pair) => pair.judge)) {
    const results = own.map((pair) => ({ pair, ...resultOf(pair, judged) }))
    const count = (result: string) => results.filter((each) => each.result === result).length
    table.push(`| ${judge} | ${own.length} | ${count("equal")} | ${count("good")} | ${count("neither")} |`)
    for (const { pair, result, why } of results)
      if (result === "neither") notes.push(`pair ${pair.broken} to ${pair.fixed}, ${judge}: ${why}`)
  }
  return table
}

function resultOf(pair: Pair, judged: readonly Judged[]): { readonly result: string; readonly why: string } {
  const version = /^opencode-([\d.]+)-/.exec(pair.judge)?.[1]
  const find = (id: number) =>
    judged.find((each) => each.row.id === id && (version === undefined || each.version === version))
  const broken = find(pair.broken)
  const fixed = find(pair.fixed)
  const repaired = broken?.checked.unsafe
  if (broken === undefined || fixed === undefined || repaired === undefined)
    return { result: "neither", why: "one of the two is not in the corpus" }
  const wrong = broken.checked.findings.filter(({ severity }) => severity !== "info")
  const at = nameOf(broken.row)
  if (!repaired.changed) return { result: "neither", why: `${at}: not repaired; ${wrong.length} findings` }
  const places = wrong.map(({ path }) => path).filter((path) => path.length > 0)
  const isEqual = (path: (typeof places)[number]) =>
    isDeepStrictEqual(valueAt(repaired.value, path), valueAt(fixed.checked.before.value, path))
  if (places.length > 0 && places.every(isEqual)) return { result: "equal", why: "" }
  const dropped = broken.judgements.flatMap((judgement) => judgement.dropped)
  const left = repaired.left.filter((seen) => seen.severity === "error" || dropped.some((key) => tells(seen, key)))
  return left.length === 0
    ? { result: "good", why: "" }
    : {
        result: "neither",
        why: `${at}: left: ${left.map(({ path, message }) => `${path.join(" > ")}: ${message}`).join("; ")}`,
      }
}
