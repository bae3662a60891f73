import { expect, test } from "vitest"
import json from "../../plugins/json/index.ts"
import markdown from "../../plugins/markdown/index.ts"
import toml from "../../plugins/toml/index.ts"
import yaml from "../../plugins/yaml/index.ts"
import { defaultLimits, type Format, type Limits } from "../model/document.ts"
import type { Finding, Repair, RepairStep, Severity } from "../model/finding.ts"
import type { Edit, FileOperation, Operation } from "../model/operation.ts"
import { type Path, valueAt } from "../model/path.ts"
import type { Deferred, FileVersion } from "../model/plan.ts"
import { isArray, isObject, type Value } from "../model/value.ts"
import { type Answer, planRepairs } from "./plan.ts"

type Rule = (values: (file: string) => Value | undefined) => readonly Finding[]
type Files = Readonly<Record<string, string | null>>

interface Case {
  readonly files: Files
  readonly rules: readonly Rule[]
  readonly formats?: Readonly<Record<string, Format>>
  readonly limits?: Partial<Limits>
}

interface Wrong extends Case {
  /** The step at which the repair of each rule is refused. */
  readonly refused: Readonly<Record<string, Deferred["step"]>>
  /** What the sentence says. */
  readonly says?: RegExp
}

const formatOf = (path: string): Format => (path.endsWith(".json") ? json : path.endsWith(".toml") ? toml : yaml)

async function plan({ files, rules, formats = {}, limits = {} }: Case, choose?: () => Promise<Answer>) {
  const bounds = { ...defaultLimits, ...limits }
  const disk = new Map<string, FileVersion>(
    Object.entries(files).map(([path, text]) => [path, { source: text === null ? null : { path, text, bom: false } }]),
  )
  const check = async (changed: ReadonlyMap<string, FileVersion>, planned: ReadonlyMap<string, FileVersion>) => {
    const value = (path: string) => {
      const source = (changed.get(path) ?? planned.get(path) ?? disk.get(path))?.source
      return source ? (formats[path] ?? formatOf(path)).parse(source, bounds).documents[0]?.value : undefined
    }
    return { files: [...disk.keys()], findings: rules.flatMap((rule) => rule(value)) }
  }
  return planRepairs({
    findings: (await check(new Map(), new Map())).findings,
    open: (path) => {
      const version = disk.get(path)
      return version && { ...version, format: formats[path] ?? formatOf(path) }
    },
    check,
    limits: bounds,
    unsafe: false,
    ...(choose === undefined ? {} : { choose }),
  })
}

interface Options {
  readonly file?: string
  readonly priority?: number
  readonly severity?: Severity
}

const repair = (...steps: readonly RepairStep[]): Repair => ({ title: "mend", safety: "safe", steps })

const at = (operation: Operation, file = "a.json"): RepairStep => ({ file, document: 0, operation })
const whole = (operation: FileOperation, file = "a.json"): RepairStep => ({ file, operation })

/** A finding at `path` for as long as `bad` holds of what is there. */
function rule(
  id: string,
  path: Path,
  bad: (value: Value | undefined, values: (file: string) => Value | undefined) => boolean,
  steps: readonly RepairStep[] = [],
  { file = "a.json", priority = 0, severity = "error" }: Options = {},
): Rule {
  const finding: Finding = {
    file,
    document: 0,
    rule: id,
    kind: "rule",
    severity,
    message: `${id} is not met`,
    path,
    span: { start: 0, end: 0 },
    priority,
    repairs: steps.length === 0 ? [] : [repair(...steps)],
  }
  return (values) => (bad(valueAt(values(file), path), values) ? [finding] : [])
}

const set = (path: Path, value: Value): Operation => ({ op: "set", path, value })
const wants = (id: string, path: Path, value: Value, options: Options = {}) =>
  rule(id, path, (found) => found !== value, [at(set(path, value), options.file)], options)

/** A format whose wordings of every change are replaced. */
function worded(edits: (text: string) => readonly Edit[], format: Format = json, careful = false): Format {
  return {
    ...format,
    parse: (source, limits) => {
      const parsed = format.parse(source, limits)
      return {
        ...parsed,
        documents: parsed.documents.map((document) => ({
          value: document.value,
          span: document.span,
          locate: (path: Path) => document.locate(path),
          comments: () => document.comments(),
          candidates: (operation) => {
            const proposed = document.candidates(operation)
            const right = careful && "edits" in proposed ? proposed.edits : []
            return { edits: [edits(source.text), ...right] }
          },
        })),
      }
    },
  }
}

const rewrite = (from: string | RegExp, to: string) =>
  worded((text) => [{ start: 0, end: text.length, text: text.replace(from, to) }])
const one = { "a.json": '{ "x": 1, "y": 2 }\n' }
const hostile = (format: Format, text = one["a.json"]) => ({
  files: { "a.json": text },
  formats: { "a.json": format },
  rules: [wants("x-is-5", ["x"], 5)],
})

const broken = '{ "x": 1 "y": "a/./b" /* why */ }\n'
const mending = (edits: readonly Edit[], loses = false, text = broken, file = "a.jsonc"): Case => ({
  files: { [file]: text },
  formats: file === "a.jsonc" ? { [file]: json } : {},
  rules: [rule("r", [], (root) => root === undefined, [whole({ op: "mend", edits, loses }, file)], { file })],
})
const comma: Edit = { start: 8, end: 8, text: "," }
const without = (words: string, text = broken): Edit => {
  const start = text.indexOf(words)
  return { start, end: start + words.length, text: "" }
}

let flips = 0

const wrong: Readonly<Record<string, Wrong>> = {
  "a wording that breaks the syntax": { ...hostile(rewrite("1", "5,,")), refused: { "x-is-5": "parse" } },
  "a wording that repeats a key": { ...hostile(rewrite("1", '1, "x": 5')), refused: { "x-is-5": "value" } },
  "a wording that drops a comment": {
    files: { "a.jsonc": '{ "x": 1 /* why */ }\n' },
    formats: { "a.jsonc": rewrite(/1 .*/, "5 }") },
    rules: [wants("r", ["x"], 5, { file: "a.jsonc" })],
    refused: { r: "bytes" },
    says: /comment/,
  },
  "a wording that changes a value elsewhere": {
    ...hostile(rewrite(/1, "y": 2/, '5, "y": 3')),
    refused: { "x-is-5": "value" },
  },
  "a wording that also reformats elsewhere": {
    ...hostile(rewrite(/1, "y": 2/, '5, "y":  2')),
    refused: { "x-is-5": "bytes" },
  },
  "a wording that drops blank space at the end": {
    ...hostile(rewrite(/1,([\s\S]*?) *\n$/, "5,$1\n"), '{ "x": 1, "y": 2 }  \n'),
    refused: { "x-is-5": "bytes" },
    says: /what stands between/,
  },
  "a wording that quotes a neighbour anew": {
    files: { "a.yaml": "x: 1\ny: 'two'\n" },
    formats: { "a.yaml": worded((text) => [{ start: 0, end: text.length, text: 'x: 5\ny: "two"\n' }], yaml) },
    rules: [wants("r", ["x"], 5, { file: "a.yaml" })],
    refused: { r: "bytes" },
    says: /other values keep their wording/,
  },
  "a wording that writes a number elsewhere anew": {
    ...hostile(rewrite(/1, "y": 2.0/, '5, "y": 2'), '{ "x": 1, "y": 2.0 }\n'),
    refused: { "x-is-5": "bytes" },
  },
  "a wording that writes a key elsewhere anew": {
    ...hostile(rewrite(/1, "\\u0079"/, '5, "y"'), '{ "x": 1, "\\u0079": 2 }\n'),
    refused: { "x-is-5": "bytes" },
    says: /other keys/,
  },
  "a wording that changes a line end elsewhere": {
    ...hostile(rewrite(/1,\n([\s\S]*)\r\n\}/, "5,\n$1\n}"), '{ "x": 1,\n "y": 2\r\n}\n'),
    refused: { "x-is-5": "bytes" },
  },
  "a wording that drops the last line end": {
    ...hostile(rewrite(/1([\s\S]*)\n$/, "5$1")),
    refused: { "x-is-5": "bytes" },
    says: /end of the file/,
  },
  "a wording that also changes the text below front matter": {
    files: { "a.md": "---\nx: 1\n---\n\n# Title\n" },
    formats: {
      "a.md": worded(
        (text) => [{ start: 0, end: text.length, text: text.replace("1", "5").replace("# T", "#  T") }],
        markdown,
      ),
    },
    rules: [wants("r", ["x"], 5, { file: "a.md" })],
    refused: { r: "bytes" },
    says: /beside the document/,
  },
  "a wording that says another value": { ...hostile(rewrite("1", "6")), refused: { "x-is-5": "value" } },
  "a wording that changes nothing": { ...hostile(rewrite("1", "1")), refused: { "x-is-5": "value" } },
  "a fix that leaves the finding": {
    files: one,
    rules: [rule("r", ["x"], (x) => x !== 5, [at(set(["x"], 4))])],
    refused: { r: "gone" },
  },
  "a fix that does nothing": {
    files: one,
    rules: [rule("r", ["x"], (x) => x !== 5, [at({ op: "remove", path: ["absent"] })])],
    refused: { r: "gone" },
  },
  "a fix that breaks another rule": {
    files: one,
    rules: [wants("r", ["x"], 5), rule("keep", ["x"], (x) => x === 5)],
    refused: { r: "unbroken" },
    says: /keep/,
  },
  "a fix that breaks a rule of another file": {
    files: { ...one, "b.yaml": "x: 1\n" },
    rules: [
      wants("r", ["x"], 5),
      rule("same", ["x"], (x, values) => x !== valueAt(values("a.json"), ["x"]), [], { file: "b.yaml" }),
    ],
    refused: { r: "unbroken" },
    says: /b\.yaml/,
  },
  "a fix that breaks a schema": {
    files: one,
    rules: [wants("r", ["x"], "five"), rule("schema/a", ["x"], (x) => typeof x !== "number")],
    refused: { r: "unbroken" },
    says: /schema\/a/,
  },
  "a ping-pong pair, one of which is content": {
    files: one,
    rules: [wants("ping", ["x"], 5), wants("pong", ["x"], 1)],
    refused: { ping: "unbroken" },
    says: /pong/,
  },
  "a pair that wants different values of one place": {
    files: one,
    rules: [wants("ping", ["x"], 5), wants("pong", ["x"], 6)],
    refused: { ping: "conflict", pong: "conflict" },
  },
  "a cycle of three rules": {
    files: { "a.json": '{ "a": 1, "b": 0, "c": 0 }\n' },
    rules: [
      rule("a", ["a"], (a) => a === 1, [at(set(["a"], 0)), at(set(["b"], 1))]),
      rule("b", ["b"], (b) => b === 1, [at(set(["b"], 0)), at(set(["c"], 1))]),
      rule("c", ["c"], (c) => c === 1, [at(set(["c"], 0)), at(set(["a"], 1))]),
    ],
    refused: { a: "unbroken" },
  },
  "a rename onto a key that is there": {
    files: one,
    rules: [rule("r", ["x"], (x) => x !== undefined, [at({ op: "rename", path: ["x"], to: "y" })])],
    refused: { r: "edit" },
    says: /already there/,
  },
  "a set through a scalar": {
    files: one,
    rules: [rule("r", ["x"], (x) => x === 1, [at(set(["x", "deep"], 1))])],
    refused: { r: "edit" },
  },
  "a removal of the whole document": {
    files: one,
    rules: [rule("r", [], () => true, [at({ op: "remove", path: [] })])],
    refused: { r: "edit" },
  },
  "an append to an object": {
    files: one,
    rules: [rule("r", [], () => true, [at({ op: "append", path: [], value: 1 })])],
    refused: { r: "edit" },
  },
  "an index out of range": {
    files: { "a.json": '{ "list": [1] }\n' },
    rules: [rule("r", ["list"], () => true, [at(set(["list", 7], 1))])],
    refused: { r: "edit" },
    says: /no place 7/,
  },
  "a sort of mixed elements": {
    files: { "a.json": '{ "list": [1, "a"] }\n' },
    rules: [rule("r", ["list"], () => true, [at({ op: "sort", path: ["list"] })])],
    refused: { r: "edit" },
  },
  "a document that is not there": {
    files: { "a.yaml": "x: 1\n" },
    rules: [
      rule("r", ["x"], () => true, [{ file: "a.yaml", document: 3, operation: set(["x"], 2) }], { file: "a.yaml" }),
    ],
    refused: { r: "edit" },
  },
  "an append that is never enough": {
    files: { "a.json": '{ "list": [1] }\n' },
    rules: [rule("r", ["list"], isArray, [at({ op: "append", path: ["list"], value: 1 })])],
    refused: { r: "gone" },
  },
  "an append after which the rule fires at the new element": {
    files: { "a.json": '{ "list": [1] }\n' },
    rules: [
      (values) => {
        const list = valueAt(values("a.json"), ["list"])
        const last = isArray(list) ? list.length - 1 : 0
        return rule("last", ["list", last], () => true, [at({ op: "append", path: ["list"], value: 1 })])(values)
      },
    ],
    refused: { last: "unbroken" },
  },
  "several files, one of which refuses": {
    files: { ...one, "b.yaml": "x: [1\n" },
    rules: [rule("r", ["x"], (x) => x !== 5, [at(set(["x"], 5)), at(set(["x"], 5), "b.yaml")])],
    refused: { r: "parse" },
    says: /b\.yaml/,
  },
  "a change of a file that no one can edit": {
    files: one,
    rules: [rule("r", ["x"], (x) => x !== 5, [at(set(["x"], 5)), at(set(["x"], 5), "other.bin")])],
    refused: { r: "edit" },
  },
  "the creation of a file that is there": {
    files: one,
    rules: [rule("r", [], () => true, [whole({ op: "create", text: "{}" })])],
    refused: { r: "edit" },
    says: /there already/,
  },
  "the creation of a file that does not parse": {
    files: { "a.json": null },
    rules: [rule("r", [], (root) => root === undefined, [whole({ op: "create", text: "{" })])],
    refused: { r: "parse" },
  },
  "an edit of a file that is missing": {
    files: { "a.json": null },
    rules: [rule("r", [], (root) => root === undefined, [at(set(["x"], 1))])],
    refused: { r: "edit" },
  },
  "an edit of a file that does not parse": {
    files: { "a.json": '{ "x": }' },
    rules: [rule("r", ["x"], () => true, [at(set(["x"], 1))])],
    refused: { r: "parse" },
  },
  "a result that is too deep": {
    files: one,
    limits: { depth: 3 },
    rules: [rule("r", ["x"], (x) => x === 1, [at(set(["x"], [[[[1]]]]))])],
    refused: { r: "parse" },
  },
  "a change of line endings for a rule about something else": {
    files: { "a.yaml": "x: 1\ny: 1\n" },
    rules: [rule("r", ["y"], (y) => y === 1, [whole({ op: "eol", eol: "crlf" }, "a.yaml")], { file: "a.yaml" })],
    refused: { r: "gone" },
  },
  "a mend of a text that parses": {
    ...mending([comma], false, '{ "x": 1 }\n'),
    rules: [
      rule("r", ["x"], (x) => x === 1, [whole({ op: "mend", edits: [], loses: true }, "a.jsonc")], { file: "a.jsonc" }),
    ],
    refused: { r: "edit" },
  },
  "a mend after which the text does not parse": { ...mending([{ ...comma, text: ";" }]), refused: { r: "parse" } },
  "a mend that loses a comment": {
    ...mending([comma, without("/* why */")]),
    refused: { r: "bytes" },
    says: /would lose something that can be read: "why"/,
  },
  "a mend that loses a key with its value": {
    ...mending([without(' "y": "a/./b"')]),
    refused: { r: "bytes" },
    says: /"y"/,
  },
  "a mend that loses a sign of a value": { ...mending([comma, without("./")]), refused: { r: "bytes" }, says: /"\."/ },
  "a mend that takes out what only looks repeated": {
    ...mending([{ start: 28, end: 32, text: "" }], false, "[a]\nx = 1\ny = 1\n[a.b]\nx = 1\n[a]\n", "a.toml"),
    refused: { r: "bytes" },
  },
  "a rule that changes its mind": {
    files: one,
    rules: [
      (values) => {
        const fixed = valueAt(values("a.json"), ["x"]) === 5
        return fixed && flips++ % 2 === 0
          ? []
          : rule("moody", fixed ? ["y"] : ["x"], () => true, [at(set(["x"], 5))])(values)
      },
    ],
    refused: { moody: "idempotent" },
  },
}

test.each(Object.entries(wrong))("%s is refused", async (_, given) => {
  const { plan: made, deferred } = await plan(given)
  expect(made.files).toEqual([])
  expect(made.fixed).toEqual([])
  expect(Object.fromEntries(deferred.map(({ finding, step }) => [finding.rule, step]))).toMatchObject(given.refused)
  expect(deferred.map(({ reason }) => reason).join("\n")).toMatch(given.says ?? /./)
})

test("the same worlds let right fixes through", async () => {
  const { plan: made, deferred, findings } = await plan({ files: one, rules: [wants("r", ["x"], 5)] })
  expect(made.files.map(({ after }) => after.text)).toEqual(['{ "x": 5, "y": 2 }\n'])
  expect([deferred, findings]).toEqual([[], []])
})

test("a mend that keeps every word is made, and one that says what it loses", async () => {
  const kept = await plan(mending([comma]))
  expect(kept.plan.files.map(({ after }) => after.text)).toEqual(['{ "x": 1, "y": "a/./b" /* why */ }\n'])
  const lost = await plan(mending([comma, without("/* why */")], true))
  expect(lost.plan.files.map(({ after }) => after.text)).toEqual(['{ "x": 1, "y": "a/./b"  }\n'])
})

test("a mend may take out what stands there twice", async () => {
  const text = "[a]\nx = 1\n[b]\nx = 1\n[a]\nx = 1\n"
  const { plan: made } = await plan(mending([{ start: 20, end: 30, text: "" }], false, text, "a.toml"))
  expect(made.files.map(({ after }) => after.text)).toEqual(["[a]\nx = 1\n[b]\nx = 1\n"])
})

test("a wording that reformats elsewhere is passed over for the next", async () => {
  const format = worded((text) => [{ start: 0, end: text.length, text: '{"x":5,"y":2}\n' }], json, true)
  const { plan: made } = await plan(hostile(format))
  expect(made.files.map(({ after }) => after.text)).toEqual(['{ "x": 5, "y": 2 }\n'])
})

test("a comment in a value goes with it, one beside it does not hinder", async () => {
  const { plan: made } = await plan({
    files: { "a.jsonc": '{ "x": [1 /* in */] /* beside */ }\n' },
    formats: { "a.jsonc": json },
    rules: [wants("r", ["x"], 5, { file: "a.jsonc" })],
  })
  expect(made.files.map(({ after }) => after.text)).toEqual(['{ "x": 5 /* beside */ }\n'])
})

test("of two findings at one place each is mended by itself", async () => {
  const schema =
    (message: string, ok: (text: string) => boolean, mend: (text: string) => string, fixable: boolean): Rule =>
    (values) => {
      const text = valueAt(values("a.json"), ["x"])
      if (typeof text !== "string" || ok(text)) return []
      const steps = fixable ? [at(set(["x"], mend(text)))] : []
      return rule("schema/a", ["x"], () => true, steps)(values).map((each) => ({ ...each, kind: "schema", message }))
    }
  const { plan: made, findings } = await plan({
    files: { "a.json": '{ "x": "A" }\n' },
    rules: [
      schema(
        "lower case",
        (text) => text === text.toLowerCase(),
        (text) => text.toLowerCase(),
        true,
      ),
      schema(
        "at least two",
        (text) => text.length > 1,
        (text) => text,
        false,
      ),
    ],
  })
  expect(made.files.map(({ after }) => after.text)).toEqual(['{ "x": "a" }\n'])
  expect(findings.map(({ message }) => message)).toEqual(["at least two"])
})

test("a repair whose finding another repair makes go away is not made", async () => {
  const { plan: made, findings } = await plan({
    files: { "a.json": '{ "x": 1, "y": 2 }\n' },
    rules: [
      wants("x-is-5", ["x"], 5),
      rule("either", [], (root) => valueAt(root, ["x"]) !== 5 && valueAt(root, ["y"]) !== 7, [at(set(["y"], 7))]),
    ],
  })
  expect(made.files.map(({ after }) => after.text)).toEqual(['{ "x": 5, "y": 2 }\n'])
  expect(made.fixed.map(({ finding }) => finding.rule)).toEqual(["x-is-5"])
  expect(findings).toEqual([])
})

test("the higher priority wins, and the loser says what it would break", async () => {
  const { plan: made, deferred } = await plan({
    files: one,
    rules: [wants("low", ["x"], 6), wants("high", ["x"], 5, { priority: 1 })],
  })
  expect(made.files.map(({ after }) => after.text)).toEqual(['{ "x": 5, "y": 2 }\n'])
  expect(deferred.map(({ finding, step }) => [finding.rule, step])).toEqual([["low", "unbroken"]])
})

test("what a repair of a later file makes possible is repaired after it", async () => {
  const { plan: made, deferred } = await plan({
    files: { ...one, "b.yaml": "x: 1\n" },
    rules: [
      wants("y-is-3", ["y"], 3),
      rule("both", ["y"], (y, values) => y === 3 && valueAt(values("b.yaml"), ["x"]) !== 5),
      wants("x-is-5", ["x"], 5, { file: "b.yaml" }),
    ],
  })
  expect(made.files.map(({ after }) => after.text)).toEqual(['{ "x": 1, "y": 3 }\n', "x: 5\n"])
  expect(deferred).toEqual([])
})

test("who asks not to be asked again is not asked in any other file", async () => {
  let asked = 0
  const { plan: made, findings } = await plan(
    {
      files: { ...one, "b.yaml": "x: 1\n" },
      rules: [wants("a", ["x"], 5), wants("b", ["x"], 5, { file: "b.yaml" })],
    },
    async () => {
      asked++
      return "quit"
    },
  )
  expect([asked, made.files, findings.length]).toEqual([1, [], 2])
})

test("a list that shrinks is followed: each bad element goes, the others stay", async () => {
  const bad: Rule = (values) => {
    const list = valueAt(values("a.json"), ["list"])
    return (isArray(list) ? list : []).flatMap((_, index) =>
      rule("no-zero", ["list", index], (item) => item === 0, [at({ op: "remove", path: ["list", index] })])(values),
    )
  }
  const { plan: made, findings } = await plan({ files: { "a.json": '{ "list": [0, 1, 0, 2, 0] }\n' }, rules: [bad] })
  expect(made.files.map(({ after }) => after.text)).toEqual(['{ "list": [1, 2] }\n'])
  expect(findings).toEqual([])
})

test("a key that is renamed takes its other findings along", async () => {
  const { plan: made, findings } = await plan({
    files: { "a.json": '{ "old": { "n": 1 } }\n' },
    rules: [
      rule("name", ["old"], isObject, [at({ op: "rename", path: ["old"], to: "new" })]),
      (values) => ["old", "new"].flatMap((key) => rule("n", [key, "n"], (n) => n === 1)(values)),
    ],
  })
  expect(made.files.map(({ after }) => after.text)).toEqual(['{ "new": { "n": 1 } }\n'])
  expect(findings.map(({ path }) => path)).toEqual([["new", "n"]])
})
