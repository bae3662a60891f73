import { jsoncReader, jsonReader } from "../../bench/suites/jsonReader.ts"
import { type SecondReader, secondOpinion } from "../../bench/suites/measure.ts"
import { tomlReader } from "../../bench/suites/tomlReader.ts"
import { yamlReader } from "../../bench/suites/yamlReader.ts"
import json from "../../plugins/json/index.ts"
import markdown from "../../plugins/markdown/index.ts"
import toml from "../../plugins/toml/index.ts"
import yaml from "../../plugins/yaml/index.ts"
import { judgeEdit, nodesOf } from "../../src/api/judgeEdit.ts"
import { trickyStrings } from "../../src/api/trickyStrings.ts"
import { editDocument } from "../../src/engine/editDocument.ts"
import { defaultLimits, type Format } from "../../src/model/document.ts"
import type { Operation } from "../../src/model/operation.ts"
import type { Path } from "../../src/model/path.ts"
import type { Source } from "../../src/model/source.ts"
import { isArray, isObject, makeObject, type Value } from "../../src/model/value.ts"
import { jsonText } from "./jsonText.ts"
import { Random } from "./random.ts"
import { tomlText } from "./tomlText.ts"
import { yamlText } from "./yamlText.ts"

export interface Subject {
  readonly format: Format
  readonly path: string
  readonly second: SecondReader
  readonly text: (random: Random, size: number) => string
  /** Whether the format has a null. */
  readonly nulls: boolean
}

const frontMatter: SecondReader = {
  ...yamlReader,
  secondReader: (text) => {
    const found = /^---[ \t]*\r?\n([\s\S]*?)^---[ \t]*\r?$/m.exec(text)
    return found?.index === 0 ? yamlReader.secondReader(found[1] ?? "") : undefined
  },
}

export const subjects: Readonly<Record<string, Subject>> = {
  json: {
    format: json,
    path: "a.json",
    second: jsonReader,
    text: (random, size) => jsonText(random, size, false),
    nulls: true,
  },
  jsonc: {
    format: json,
    path: "a.jsonc",
    second: jsoncReader,
    text: (random, size) => jsonText(random, size, true),
    nulls: true,
  },
  yaml: { format: yaml, path: "a.yaml", second: yamlReader, text: yamlText, nulls: true },
  toml: { format: toml, path: "a.toml", second: tomlReader, text: tomlText, nulls: false },
  markdown: { format: markdown, path: "a.md", second: frontMatter, text: markdownText, nulls: true },
}

function markdownText(random: Random, size: number): string {
  const text = yamlText(random, size).replace(/\r?\n?(?:^---.*|^\.\.\.)$/gm, "")
  const eol = text.includes("\r\n") ? "\r\n" : "\n"
  const inside = /\n$/.test(text) ? text : text + eol
  return `---${eol}${inside}---${eol}${eol}# Title${eol}${eol}- a: b${eol}---${eol}text`
}

export type Outcome =
  | { readonly kind: "done" | "unjudged" }
  | { readonly kind: "refused" | "skipped"; readonly reason: string }
  | { readonly kind: "wrong"; readonly reason: string; readonly text: string; readonly operation: Operation }

/** One generated text and up to three operations on it, one after the other. */
export function runCase(subject: Subject, seed: number, size: number): Outcome {
  const random = new Random(seed)
  const first: Source = { path: subject.path, text: subject.text(random, size), bom: random.chance(0.05) }
  let source = first
  let kind: "done" | "unjudged" = "done"
  const chain: { readonly document: number; readonly operation: Operation }[] = []
  for (let turn = 0; turn <= random.below(3); turn++) {
    const { documents, problems } = subject.format.parse(source, defaultLimits)
    const error = problems.find(({ severity }) => severity === "error")
    if (error !== undefined) return { kind: "skipped", reason: error.message }
    const index = random.below(documents.length)
    const document = documents[index]
    if (document === undefined) return { kind: "skipped", reason: "there is no document" }
    const operation = randomOperation(random, document.value, subject.nulls)
    const verdict = judgeEdit(subject.format, source, operation, index)
    if (verdict.outcome === "meaningless") continue
    if (verdict.outcome === "refused") return { kind: "refused", reason: verdict.reason }
    const wrong = (reason: string): Outcome => ({ kind: "wrong", reason, text: source.text, operation })
    if (verdict.outcome === "wrong") return wrong(`${verdict.law}: ${verdict.detail}\n${verdict.text}`)
    const opinion = secondOpinion(subject.format, subject.second, source, index, operation, verdict.source)
    if (opinion === "unjudged") kind = "unjudged"
    else if (opinion !== undefined) return wrong(opinion)
    chain.push({ document: index, operation })
    source = verdict.source
  }
  const atOnce = editDocument(subject.format, first, chain, defaultLimits)
  if (!atOnce.ok || atOnce.source.text !== source.text) {
    const operation = chain.at(-1)?.operation ?? { op: "sort", path: [] }
    return {
      kind: "wrong",
      reason: "all operations at once give another text than one by one",
      text: first.text,
      operation,
    }
  }
  return { kind }
}

export function randomOperation(random: Random, root: Value, nulls: boolean): Operation {
  const nodes = [...nodesOf(root)]
  const { path, value } = random.pick(nodes)
  const lists = nodes.filter((node) => isArray(node.value))
  const { path: list, value: items } = lists.length > 0 ? random.pick(lists) : { path, value: [] }
  switch (random.below(9)) {
    case 0:
      return { op: "set", path: isObject(value) ? [...path, newKey(random)] : path, value: randomValue(random, nulls) }
    case 1:
      return { op: "set", path: [...path, ...random.times(2, () => newKey(random))], value: randomValue(random, nulls) }
    case 2:
    case 3:
      return { op: "remove", path }
    case 4:
      return { op: "rename", path, to: newKey(random) }
    case 5:
      return { op: "append", path: list, value: newItem(random, items, nulls) }
    case 6: {
      const at = random.below((isArray(items) ? items.length : 0) + 1)
      return { op: "insert", path: [...list, at], value: newItem(random, items, nulls) }
    }
    case 7:
      return { op: "move", from: path, path: movedTo(random, random.pick(nodes)) }
    default:
      return { op: "sort", path }
  }
}

function movedTo(random: Random, { path, value }: { readonly path: Path; readonly value: Value }): Path {
  if (isArray(value)) return [...path, random.below(value.length + 1)]
  return isObject(value) ? [...path, newKey(random)] : path
}

/** Mostly of the kind that the list holds: TOML's lists of sections hold nothing else. */
function newItem(random: Random, items: Value, nulls: boolean): Value {
  if (!isArray(items) || !items.some(isObject) || random.chance(0.1)) return randomValue(random, nulls)
  return makeObject(random.times(3, () => [newKey(random), randomValue(random, nulls, 1)] as const))
}

function newKey(random: Random): string {
  return random.chance(0.7) ? random.pick(["new", "key", "a", "z9"]) : random.pick(trickyStrings)
}

function randomValue(random: Random, nulls: boolean, depth = 0): Value {
  const kind = random.below(depth > 2 ? 5 : 7)
  if (kind === 0) return random.pick([true, false, 0, -1, 1.5, 1e21, 9007199254740993n])
  if (kind === 1) return nulls ? null : 7
  if (kind < 5) return random.pick(trickyStrings)
  if (kind === 5) return random.times(3, () => randomValue(random, nulls, depth + 1))
  return makeObject(random.times(3, () => [newKey(random), randomValue(random, nulls, depth + 1)] as const))
}
