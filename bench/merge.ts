/**
 * `npm run bench:merge -- REPOSITORY… [--most N] [--skip N] [--list]`: merge again every configuration file that both sides of a merge in real histories changed, beside
 * `git merge-file`, and compare with what people committed. `docs/merging.md` says what the columns mean.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import { parseArgs } from "node:util"
import json from "../plugins/json/index.ts"
import markdown from "../plugins/markdown/index.ts"
import toml from "../plugins/toml/index.ts"
import yaml from "../plugins/yaml/index.ts"
import { matcher } from "../src/engine/glob.ts"
import { wordOf } from "../src/engine/merge/listIdentity.ts"
import { type Merged, mergeTexts } from "../src/engine/merge/mergeTexts.ts"
import { defaultLimits, type Format, hasErrors } from "../src/model/document.ts"
import { equal, isArray, isObject, keysOf, makeObject, type Value } from "../src/model/value.ts"
import { type Case, casesOf } from "./merge/history.ts"

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    most: { type: "string", default: "1000" },
    skip: { type: "string", default: "0" },
    list: { type: "boolean" },
    show: { type: "string" },
  },
})

const formats = [json, yaml, toml, markdown].map((format) => ({ format, matches: matcher(format.files) }))
const folder = mkdtempSync(join(tmpdir(), "cfgsync-merge-"))
const columns = [
  "cases",
  "git clean",
  "clean",
  "as people",
  "in another order",
  "other",
  "git clean, we not",
  "git as people, we other",
  "by lines",
]

interface Tally {
  readonly counts: Map<string, number>
  readonly notes: string[]
  slowest: number
}

try {
  console.log(`| repository | ${columns.join(" | ")} | slowest ms |`)
  console.log(`| --- |${" ---: |".repeat(columns.length + 1)}`)
  const all: Tally = { counts: new Map(), notes: [], slowest: 0 }
  for (const repository of positionals) {
    const tally: Tally = { counts: new Map(), notes: [], slowest: 0 }
    const cases = casesOf(repository, (path) => formatOf(path) !== undefined, Number(values.most))
    for (const each of cases.drop(Number(values.skip))) judge(each, tally)
    print(basename(repository) === "repo" ? basename(dirname(repository)) : basename(repository), tally)
    for (const [column, count] of tally.counts) add(all, column, count)
    all.notes.push(...tally.notes)
    all.slowest = Math.max(all.slowest, tally.slowest)
  }
  print("all", all)
  if (values.list === true) for (const note of all.notes) console.log(note)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function print(name: string, { counts, slowest }: Tally): void {
  console.log(`| ${name} | ${columns.map((column) => counts.get(column) ?? 0).join(" | ")} | ${slowest.toFixed(0)} |`)
}

function add(tally: Tally, column: string, count = 1): void {
  tally.counts.set(column, (tally.counts.get(column) ?? 0) + count)
}

function formatOf(path: string): Format | undefined {
  return formats.find(({ matches }) => matches(path))?.format
}

function judge(one: Case, tally: Tally): void {
  const format = formatOf(one.path)
  if (format === undefined || (format === markdown && !/^---\r?\n/.test(one.ours))) return
  const source = (text: string) => ({ path: one.path, text, bom: false })
  const started = performance.now()
  const merged = mergeTexts({
    base: source(one.base),
    ours: source(one.ours),
    theirs: source(one.theirs),
    format,
    limits: defaultLimits,
    markers: { labels: { ours: "ours", theirs: "theirs" }, size: 7 },
  })
  tally.slowest = Math.max(tally.slowest, performance.now() - started)
  const git = gitMerge(one)
  const people = valuesOf(one.made, one.path, format)
  const same = (text: string) => people !== undefined && sameValues(valuesOf(text, one.path, format), people)
  add(tally, "cases")
  if (git.clean) add(tally, "git clean")
  if (merged.by === "lines") add(tally, "by lines")
  const clean = !merged.marked
  if (clean) add(tally, "clean")
  const right = clean && (same(merged.source.text) || merged.source.text === one.made)
  const reordered =
    clean && !right && people !== undefined && sameUpToOrder(valuesOf(merged.source.text, one.path, format), people)
  if (clean) add(tally, right ? "as people" : reordered ? "in another order" : "other")
  const note = (what: string) => tally.notes.push(noteOf(what, one, merged, git))
  if (git.clean && !clean) {
    add(tally, "git clean, we not")
    note(same(git.text) ? "git clean and as people, we not" : "git clean and other than people, we not")
  }
  if (clean && !right && !reordered) {
    if (git.clean && same(git.text)) add(tally, "git as people, we other")
    note(
      git.clean
        ? same(git.text)
          ? "git as people, we other"
          : "both clean and other"
        : "git conflict, we clean and other",
    )
  }
  if (values.show !== undefined && `${one.commit} ${one.path}`.includes(values.show))
    console.log(`${merged.source.text}\n=== git ${git.clean}\n${git.text}\n=== people\n${one.made}`)
}

function noteOf(what: string, one: Case, merged: Merged, git: { readonly clean: boolean }): string {
  const conflicts = merged.conflicts.map(({ path }) => `/${path.join("/")}`).slice(0, 5)
  return `${what}: ${one.repository} ${one.commit.slice(0, 12)} ${one.path} by ${merged.by} ${merged.reason ?? ""} ${conflicts.join(" ")} (git ${git.clean ? "clean" : "conflict"})`
}

function valuesOf(text: string, path: string, format: Format): readonly Value[] | undefined {
  const parsed = format.parse({ path, text, bom: false }, defaultLimits)
  return hasErrors(parsed) ? undefined : parsed.documents.map(({ value }) => value)
}

function sameValues(left: readonly Value[] | undefined, right: readonly Value[]): boolean {
  return left?.length === right.length && left.every((value, index) => equal(value, right[index]))
}

function sameUpToOrder(left: readonly Value[] | undefined, right: readonly Value[]): boolean {
  return left !== undefined && wordOf(left.map(sorted)) === wordOf(right.map(sorted))
}

function sorted(value: Value): Value {
  if (isArray(value)) return value.map(sorted).sort((a, b) => (wordOf(a) < wordOf(b) ? -1 : 1))
  return isObject(value) ? makeObject(keysOf(value).map((key) => [key, sorted(value[key] ?? null)] as const)) : value
}

function gitMerge(one: Case): { readonly clean: boolean; readonly text: string } {
  const files = (["ours", "base", "theirs"] as const).map((side) => {
    const file = join(folder, side)
    writeFileSync(file, one[side])
    return file
  })
  const { status, stdout } = spawnSync("git", ["merge-file", "-p", ...files], { maxBuffer: 2 ** 30 })
  return { clean: status === 0, text: stdout.toString("utf8") }
}
