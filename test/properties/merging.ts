import { type Conflict, conflictsIn } from "../../src/engine/conflictMarkers.ts"
import { editDocument } from "../../src/engine/editDocument.ts"
import { applyEdits } from "../../src/engine/edits.ts"
import { keyedBy, type ListKind } from "../../src/engine/merge/listIdentity.ts"
import { type Merged, type MergeRequest, mergeTexts } from "../../src/engine/merge/mergeTexts.ts"
import { type Document, defaultLimits, type Format, hasErrors } from "../../src/model/document.ts"
import type { Operation } from "../../src/model/operation.ts"
import type { Path } from "../../src/model/path.ts"
import type { Source } from "../../src/model/source.ts"
import { equal, isArray, isObject, keysOf, makeObject, type Value } from "../../src/model/value.ts"
import { randomOperation, type Subject } from "./lossless.ts"
import { Random } from "./random.ts"

export type MergeOutcome =
  | { readonly kind: "clean" | "conflict" | "lines" }
  | { readonly kind: "skipped" }
  | { readonly kind: "wrong"; readonly reason: string; readonly sides: readonly string[]; readonly merged: string }

type Sides = Pick<MergeRequest, "base" | "ours" | "theirs">

/** A text, two that grew from it by lossless edits and new comments, and what the merge of the two makes of it. */
export function mergeCase(subject: Subject, seed: number): MergeOutcome {
  const random = new Random(seed)
  const base = baseOf(subject, random)
  if (base === undefined) return { kind: "skipped" }
  const sides = { base, ours: grown(subject, base, random, "mine"), theirs: grown(subject, base, random, "yours") }
  const merged = merge(subject.format, sides)
  const wrong = judge(subject.format, sides, merged)
  if (wrong === undefined) return { kind: merged.by === "lines" ? "lines" : merged.marked ? "conflict" : "clean" }
  const texts = [sides.base, sides.ours, sides.theirs].map(({ text }) => text)
  return { kind: "wrong", reason: wrong, sides: texts, merged: merged.source.text }
}

function merge(format: Format, sides: Sides, more: { readonly base?: string } = {}): Merged {
  const markers = { labels: { ours: "ours", theirs: "theirs", ...more }, size: 7 }
  return mergeTexts({ ...sides, format, limits: defaultLimits, markers, declared: () => declared })
}

/** As a rule or schema would say it. */
function declared(path: Path): readonly ListKind[] {
  const list = path.at(-1)
  if (list === "hooks") return [keyedBy(["match"])]
  return list === "ports" ? [{ kind: "set" }] : []
}

function valuesOf(format: Format, source: Source): readonly Value[] | undefined {
  const parsed = format.parse(source, defaultLimits)
  return hasErrors(parsed) ? undefined : parsed.documents.map(({ value }) => value)
}

function commentsOf(format: Format, source: Source): readonly string[] {
  const { documents } = format.parse(source, defaultLimits)
  return documents.flatMap((document: Document) =>
    document.comments().map(({ text }) => text.replace(/\s+/g, " ").trim()),
  )
}

/** The law that a merge breaks, in words. */
function judge(format: Format, sides: Sides, merged: Merged): string | undefined {
  const { base, ours, theirs } = sides
  const same = merge(format, { base, ours, theirs: ours })
  if (same.source.text !== ours.text) return "both sides alike: the text is another"
  const still = merge(format, { base, ours: base, theirs })
  if (still.source.text !== theirs.text) return "only theirs changed: the text is not theirs"
  const mine = merge(format, { base, ours, theirs: base })
  if (mine.source.text !== ours.text) return "only ours changed: the text is not ours"
  if (merged.by === "lines") return undefined
  const back = merge(format, { base, ours: theirs, theirs: ours })
  const wrong = valueLaw(format, sides, merged) ?? commentLaw(format, sides, merged) ?? orderLaw(format, merged, back)
  return wrong ?? againLaw(format, sides, merged) ?? ancestorLaw(format, sides, merged)
}

/** Which conflicts there are, and all that is no conflict, is as a merge of the values has it that knows nothing of texts. */
function valueLaw(format: Format, sides: Sides, merged: Merged): string | undefined {
  const [was, one, other] = [sides.base, sides.ours, sides.theirs].map((side) => valuesOf(format, side))
  if (was === undefined || one === undefined || other === undefined) return "a side does not parse"
  for (const side of ["ours", "theirs"] as const) {
    const text = merged.marked ? sideOf(merged.source, side) : merged.source
    if (!merged.marked && side === "theirs") break
    const values = valuesOf(format, text)
    if (values === undefined) return `the ${side} of the markers does not parse`
    for (const [index, value] of values.entries()) {
      const expected = oracle(was[index], one[index], other[index])
      const at = fits(value, expected, side)
      if (at !== undefined) return `${side}: ${at}`
    }
  }
  const contested = was.some((value, index) => hasConflict(oracle(value, one[index], other[index])))
  return contested && !merged.marked ? "a conflict is not told" : undefined
}

/** What a place must say: a value, nothing, either of two, or what cannot be told so simply. */
type Expected =
  | { readonly kind: "value"; readonly value: Value | undefined }
  | { readonly kind: "members"; readonly members: ReadonlyMap<string, Expected> }
  | { readonly kind: "conflict"; readonly ours: Value | undefined; readonly theirs: Value | undefined }
  | { readonly kind: "words"; readonly must: readonly Value[]; readonly mustNot: readonly Value[] }
  /** By the key that is declared: the elements that all three have. */
  | { readonly kind: "named"; readonly elements: ReadonlyMap<string, Expected> }
  | { readonly kind: "unknown" }

/** The textbook merge of values: a place that one side changed is that side's. */
function oracle(
  base: Value | undefined,
  ours: Value | undefined,
  theirs: Value | undefined,
  path: Path = [],
): Expected {
  if (equal(ours, theirs) || equal(base, theirs)) return { kind: "value", value: ours }
  if (equal(base, ours)) return { kind: "value", value: theirs }
  if (isObject(base) && isObject(ours) && isObject(theirs)) {
    const keys = new Set([...keysOf(base), ...keysOf(ours), ...keysOf(theirs)])
    const member = (object: { readonly [key: string]: Value }, key: string) =>
      Object.hasOwn(object, key) ? object[key] : undefined
    return {
      kind: "members",
      members: new Map(
        [...keys].map((key) => [
          key,
          oracle(member(base, key), member(ours, key), member(theirs, key), [...path, key]),
        ]),
      ),
    }
  }
  if (base === undefined && isObject(ours) && isObject(theirs)) return { kind: "unknown" }
  if (isArray(ours) && isArray(theirs))
    return isArray(base) ? listOracle(base, ours, theirs, path) : { kind: "unknown" }
  const lines = [base, ours, theirs].every((each) => typeof each === "string" && each.includes("\n"))
  return lines ? { kind: "unknown" } : { kind: "conflict", ours, theirs }
}

/** Of a list of words that are there once: what both have stays, what one side took goes; by a declared key, each is merged. Of others nothing is told here. */
function listOracle(base: readonly Value[], ours: readonly Value[], theirs: readonly Value[], path: Path): Expected {
  const [kind] = declared(path)
  if (kind?.kind === "keyed") return namedOracle(base, ours, theirs, path)
  const lists = [base, ours, theirs].map((list) =>
    list.filter((word) => (kind?.kind === "set" ? !isArray(word) && !isObject(word) : typeof word === "string")),
  )
  const [was, one, other] = lists
  const simple = [base, ours, theirs].every(
    (list, index) => lists[index]?.length === list.length && new Set(list).size === list.length,
  )
  if (!simple || was === undefined || one === undefined || other === undefined) return { kind: "unknown" }
  if (kind === undefined && [...was, ...one, ...other].some((word) => String(word).startsWith("-")))
    return { kind: "unknown" }
  return {
    kind: "words",
    must: one.filter((word) => other.includes(word)),
    mustNot: was.filter((word) => !one.includes(word) || !other.includes(word)),
  }
}

function namedOracle(base: readonly Value[], ours: readonly Value[], theirs: readonly Value[], path: Path): Expected {
  const [was, one, other] = [base, ours, theirs].map(byMatch)
  if (was === undefined || one === undefined || other === undefined) return { kind: "unknown" }
  const common = [...was.keys()].filter((name) => one.has(name) && other.has(name))
  const elements = common.map((name, index) => {
    const expected = oracle(was.get(name), one.get(name), other.get(name), [...path, index])
    return [name, expected] as const
  })
  return { kind: "named", elements: new Map(elements) }
}

/** @returns `undefined` where an element has no name of its own. */
function byMatch(list: readonly Value[]): ReadonlyMap<string, Value> | undefined {
  const named = new Map<string, Value>()
  for (const element of list) {
    const name = isObject(element) ? element.match : undefined
    if (typeof name !== "string" || named.has(name)) return undefined
    named.set(name, element)
  }
  return named
}

function hasConflict(expected: Expected): boolean {
  if (expected.kind === "members") return [...expected.members.values()].some(hasConflict)
  if (expected.kind === "named") return [...expected.elements.values()].some(hasConflict)
  return expected.kind === "conflict"
}

/** @returns where a value is not as expected. */
function fits(
  value: Value | undefined,
  expected: Expected,
  side: "ours" | "theirs",
  path: Path = [],
): string | undefined {
  const at = `/${path.join("/")}`
  switch (expected.kind) {
    case "unknown":
      return undefined
    case "value":
      return equal(value, expected.value) ? undefined : `another value at ${at}`
    case "conflict":
      return equal(value, expected[side]) ? undefined : `not the value of that side at ${at}`
    case "words": {
      const words = isArray(value) ? value : []
      if (new Set(words).size < words.length) return `a word twice at ${at}`
      const lost = expected.must.find((word) => !words.includes(word))
      if (lost !== undefined) return `a word of both is lost at ${at}: ${lost}`
      const back = expected.mustNot.find((word) => words.includes(word))
      return back === undefined ? undefined : `a word that was removed is back at ${at}: ${back}`
    }
    case "named": {
      const found = isArray(value) ? byMatch(value) : undefined
      if (found === undefined) return `no list of names at ${at}`
      for (const [name, each] of expected.elements) {
        const wrong = fits(found.get(name), each, side, [...path, name])
        if (wrong !== undefined) return wrong
      }
      return undefined
    }
    case "members": {
      if (!isObject(value)) return `no object at ${at}`
      const extra = keysOf(value).find((key) => !expected.members.has(key))
      if (extra !== undefined) return `a key that no side has at ${at}: ${extra}`
      for (const [key, each] of expected.members) {
        const member = Object.hasOwn(value, key) ? value[key] : undefined
        const wrong = fits(member, each, side, [...path, key])
        if (wrong !== undefined) return wrong
      }
      return undefined
    }
  }
}

/** A comment is only lost where a side took it away. */
function commentLaw(format: Format, { base, ours, theirs }: Sides, merged: Merged): string | undefined {
  const texts = merged.marked ? [sideOf(merged.source, "ours"), sideOf(merged.source, "theirs")] : [merged.source]
  const there = new Set(texts.flatMap((text) => commentsOf(format, text)))
  const [was, one, other] = [base, ours, theirs].map((side) => new Set(commentsOf(format, side)))
  for (const comment of new Set([...(one ?? []), ...(other ?? [])])) {
    const removed = was?.has(comment) === true && !(one?.has(comment) === true && other?.has(comment) === true)
    if (!removed && !there.has(comment)) return `a comment is lost: ${comment}`
  }
  return undefined
}

/** Changing sides changes nothing but the order. */
function orderLaw(format: Format, merged: Merged, back: Merged): string | undefined {
  if (back.by === "lines") return undefined
  if (merged.marked !== back.marked) return "a conflict only one way round"
  if (merged.marked) return undefined
  const [one, other] = [merged, back].map(({ source }) => valuesOf(format, source)?.map(ordered))
  return equal(one ?? null, other ?? null) ? undefined : "another value the other way round"
}

function ordered(value: Value): Value {
  if (isArray(value)) {
    const words = value.map((item) => [spelled(item), ordered(item)] as const)
    return words.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item)
  }
  return isObject(value) ? makeObject(keysOf(value).map((key) => [key, ordered(value[key] ?? null)] as const)) : value
}

function spelled(value: Value): string {
  if (isArray(value)) return `[${value.map(spelled).sort().join()}]`
  if (!isObject(value)) return `${typeof value} ${String(value)}`
  return `{${[...keysOf(value)]
    .sort()
    .map((key) => `${key}:${spelled(value[key] ?? null)}`)
    .join()}}`
}

/** Merged once more with either side, nothing comes in. */
function againLaw(format: Format, { base, ours, theirs }: Sides, merged: Merged): string | undefined {
  if (merged.marked) return undefined
  for (const [side, ancestor] of [
    [ours, base],
    [theirs, base],
    [theirs, theirs],
  ] as const) {
    const again = merge(format, { base: ancestor === base ? side : ancestor, ours: merged.source, theirs: side })
    if (again.source.text !== merged.source.text) return "merging again changes the text"
  }
  return undefined
}

/** Where what stood there before is marked as well, the sides are the same, and from the marks alone the same conflicts come out again. */
function ancestorLaw(format: Format, sides: Sides, merged: Merged): string | undefined {
  if (!merged.marked) return undefined
  const told = merge(format, sides, { base: "base" }).source
  const conflicts = conflictsIn(told.text)
  if (conflicts.some(({ base }) => base === undefined)) return "what stood there before is not told"
  const side = (text: (conflict: Conflict) => string): Source => ({
    ...told,
    text: applyEdits(
      told.text,
      conflicts.map((each) => ({ start: each.start, end: each.end, text: text(each) })),
    ),
  })
  const [ours, theirs] = [side((each) => each.ours), side((each) => each.theirs)]
  // A last line without an end gets one where it stands before a mark.
  const isSide = (text: Source, name: "ours" | "theirs") =>
    text.text.trimEnd() === sideOf(merged.source, name).text.trimEnd()
  if (!isSide(ours, "ours")) return "with the ancestor: another side of ours"
  if (!isSide(theirs, "theirs")) return "with the ancestor: another side of theirs"
  const base = side((each) => each.base ?? "")
  if (valuesOf(format, base) === undefined) return "the ancestor in the marks does not parse"
  const again = merge(format, { base, ours, theirs })
  if (!again.marked) return "from the marks with the ancestor no conflict comes out"
  const alike = (["ours", "theirs"] as const).every((name) =>
    equal(
      [...(valuesOf(format, sideOf(again.source, name)) ?? [])],
      [...(valuesOf(format, name === "ours" ? ours : theirs) ?? [])],
    ),
  )
  return alike ? undefined : "from the marks with the ancestor another merge comes out"
}

function sideOf(source: Source, side: "ours" | "theirs"): Source {
  const text = source.text.replace(
    /^<{7} ours\r?\n([\s\S]*?)^={7}\r?\n([\s\S]*?)^>{7} theirs(?:\r?\n|$)/gm,
    (_, one: string, other: string) => (side === "ours" ? one : other),
  )
  return { ...source, text }
}

function baseOf(subject: Subject, random: Random): Source | undefined {
  const wild = random.chance(0.4)
  const text = wild ? subject.text(random, 1 + random.below(20)) : undefined
  const source = { path: subject.path, text: text ?? "", bom: false }
  if (!wild) return settings(subject, random)
  return valuesOf(subject.format, source) === undefined ? undefined : source
}

/** A file as people have them: servers by name, steps in a list, words in a list. */
function settings(subject: Subject, random: Random): Source | undefined {
  const front = subject.path.endsWith(".md") ? "---\nname: x\n---\n\nText.\n" : "name: x\n"
  const text = subject.path.startsWith("a.json")
    ? '{\n  "name": "x"\n}\n'
    : subject.path === "a.toml"
      ? 'name = "x"\n'
      : front
  const first = { path: subject.path, text, bom: false }
  const server = () =>
    makeObject([
      ["command", random.pick(["npx", "uvx", "node"])],
      ["args", ["-y", word(random)]],
    ])
  const parts: readonly (readonly [string, Value])[] = [
    ["servers", makeObject(["a", "b", "c"].slice(random.below(3)).map((key) => [key, server()] as const))],
    [
      "steps",
      names.slice(random.below(3)).map((name) =>
        makeObject([
          ["name", name],
          ["run", word(random)],
        ]),
      ),
    ],
    ["plugins", words.slice(random.below(3), 4 + random.below(4))],
    [
      "hooks",
      names.slice(random.below(3)).map((match) =>
        makeObject([
          ["match", match],
          ["run", word(random)],
          ["level", random.below(3)],
        ]),
      ),
    ],
    ["ports", [80, 443, 8080, 9090].slice(random.below(3))],
    ["level", random.below(9)],
    [
      "nested",
      makeObject([
        ["on", true],
        [
          "deep",
          makeObject([
            ["x", 1],
            ["y", word(random)],
          ]),
        ],
      ]),
    ],
  ]
  const operations = parts
    .filter(() => random.chance(0.7))
    .map(([key, value]) => ({ document: 0, operation: { op: "set", path: [key], value } as const }))
  const edited = editDocument(subject.format, first, operations, defaultLimits)
  return edited.ok ? remarked(subject, edited.source, random, "base", 3) : undefined
}

const names = ["build", "test", "lint", "ship", "docs"]
const words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]

function word(random: Random): string {
  return random.pick(words)
}

/** A side: up to four edits, and perhaps comments. */
function grown(subject: Subject, base: Source, random: Random, mark: string): Source {
  let source = base
  for (let turn = 0; turn <= random.below(4); turn++) {
    const documents = valuesOf(subject.format, source) ?? []
    const index = random.below(documents.length)
    const value = documents[index]
    if (value === undefined) break
    const operation = random.chance(0.7) ? plainEdit(value, random) : randomOperation(random, value, subject.nulls)
    if (operation === undefined || operation.path.length === 0) continue
    const edited = editDocument(subject.format, source, [{ document: index, operation }], defaultLimits)
    if (edited.ok) source = edited.source
  }
  return random.chance(0.6) ? remarked(subject, source, random, mark, 2) : source
}

function plainEdit(value: Value, random: Random): Operation | undefined {
  const nodes = [...below(value, [])]
  if (nodes.length === 0) return undefined
  const { path, value: node } = random.pick(nodes)
  if (isArray(node)) {
    const at = random.below(node.length + 1)
    const key = ["name", "match"].find((each) => node.some((item) => isObject(item) && Object.hasOwn(item, each)))
    const entry = (name: string) =>
      makeObject([
        [name, word(random)],
        ["run", word(random)],
      ])
    const item = key !== undefined ? entry(key) : typeof node[0] === "number" ? random.below(50) : word(random)
    if (node.length > 0 && random.chance(0.4)) return { op: "remove", path: [...path, random.below(node.length)] }
    return { op: "insert", path: [...path, at], value: item }
  }
  if (isObject(node)) return { op: "set", path: [...path, word(random)], value: random.below(100) }
  return random.chance(0.3) ? { op: "remove", path } : { op: "set", path, value: word(random) }
}

function* below(value: Value, path: Path): Generator<{ readonly path: Path; readonly value: Value }> {
  if (path.length > 0) yield { path, value }
  if (isArray(value)) for (const [index, item] of value.entries()) yield* below(item, [...path, index])
  else if (isObject(value)) for (const key of keysOf(value)) yield* below(value[key] ?? null, [...path, key])
}

/** With comments put on lines of their own or behind lines, where the format has any. */
function remarked(subject: Subject, source: Source, random: Random, mark: string, most: number): Source {
  if (!subject.format.comments(subject.path)) return source
  const sign = subject.path.startsWith("a.json") ? "//" : "#"
  let marked = source
  for (let turn = 0; turn < random.below(most + 1); turn++) {
    const ends = [...marked.text.matchAll(/\r?\n|$/g)]
    const end = random.pick(ends)
    const own = random.chance(0.6)
    const remark = `${sign} ${mark} ${random.below(1_000_000)}`
    const line = marked.text.slice(marked.text.lastIndexOf("\n", end.index - 1) + 1, end.index)
    const put = own ? `${end[0] || "\n"}${/^\s*/.exec(line)?.[0] ?? ""}${remark}` : ` ${remark}`
    const changed = { ...marked, text: marked.text.slice(0, end.index) + put + marked.text.slice(end.index) }
    const before = valuesOf(subject.format, marked)
    const after = valuesOf(subject.format, changed)
    const came = commentsOf(subject.format, changed).length === commentsOf(subject.format, marked).length + 1
    if (before !== undefined && after !== undefined && equal(before, after) && came) marked = changed
  }
  return marked
}
