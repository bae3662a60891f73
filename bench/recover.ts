/**
 * `npm run bench:recover -- FOLDER [--list]`: of the histories in a labelled corpus take every version that does not parse and lies between two that do, recover it
 * from the version before, and compare with the one that its owner made next.
 */
import { readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { parseArgs } from "node:util"
import json from "../plugins/json/index.ts"
import toml from "../plugins/toml/index.ts"
import yaml from "../plugins/yaml/index.ts"
import { matcher } from "../src/engine/glob.ts"
import { mendText } from "../src/engine/mend.ts"
import { recoverText } from "../src/engine/recover.ts"
import { valueChanges } from "../src/engine/valueChanges.ts"
import { defaultLimits, type Format, hasErrors } from "../src/model/document.ts"
import type { Source } from "../src/model/source.ts"
import { readRows } from "./corpus/row.ts"

const { values, positionals } = parseArgs({ allowPositionals: true, options: { list: { type: "boolean" } } })
const [corpus = ""] = positionals
const formats = [json, yaml, toml].map((format) => ({ format, matches: matcher(format.files) }))

const histories = new Map<string, Source[]>()
for (const row of readRows(corpus).toSorted((a, b) => (a.time ?? 0) - (b.time ?? 0))) {
  const key = `${row.repo} ${row.path}`
  const source = { path: row.path, text: readFileSync(join(corpus, row.file), "utf8"), bom: false }
  histories.set(key, [...(histories.get(key) ?? []), source])
}
const counts = new Map<string, number>()
const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1)
for (const [key, versions] of histories) {
  const format = formats.find(({ matches }) => matches(basename(versions[0]?.path ?? "")))?.format
  if (format !== undefined)
    for (const [index, damaged] of versions.entries()) await measure(key, format, versions, index, damaged)
}
for (const [name, number] of [...counts].sort()) console.log(`${name}: ${number}`)

async function measure(key: string, format: Format, versions: readonly Source[], index: number, damaged: Source) {
  const parses = (source: Source) => !hasErrors(format.parse(source, defaultLimits))
  if (parses(damaged)) return
  const good = versions.slice(0, index).findLast(parses)
  const next = versions.slice(index + 1).find(parses)
  if (good === undefined || next === undefined) return
  const { repairs } = mendText(await format.mender?.(), format, damaged, defaultLimits)
  const recovery = recoverText(damaged, good, repairs, { format, limits: defaultLimits })
  const value = (source: Source) => format.parse(source, defaultLimits).documents[0]?.value
  const left = valueChanges(value(recovery.source), value(next)).length
  const before = valueChanges(value(good), value(next)).length
  count("all")
  count(`${recovery.by}, ${left === 0 ? "as the owner" : "other than the owner"}`)
  if (left < before) count("nearer to the owner's than the last good state is")
  if (values.list === true)
    console.log(
      `${key}: ${recovery.by} (${recovery.title}), ${left} places other than the owner's, the last good state ${before}`,
    )
}
