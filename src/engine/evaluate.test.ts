import { expect, test } from "vitest"
import { parseRules } from "../../grammar/index.ts"
import type { Value } from "../model/value.ts"
import { compileRules } from "./compile.ts"
import type { CompiledRule } from "./compiled.ts"
import { Evaluator, type EvaluatorSettings } from "./evaluate.ts"
import type { SchemaChecker } from "./facts.ts"
import { type Given, testSubject } from "./testWorld.ts"

function compile(text: string): readonly CompiledRule[] {
  const parsed = parseRules(text, "main.rule")
  expect(parsed.problems).toEqual([])
  const { rules, problems } = compileRules(parsed.file, () => undefined)
  expect(problems).toEqual([])
  return JSON.parse(JSON.stringify(rules))
}

const rule = (body: string, head = "severity error") => `rule r "a title" {\n ${head}\n ${body}\n}`
const plain: EvaluatorSettings = { params: {}, severity: {} }

async function findings(text: string, value: Value | undefined, given: Given = {}, settings = plain, file?: string) {
  return new Evaluator(compile(text), settings).evaluate(testSubject(value, given, file))
}

const local = `
predicate running(server) = server.type == "local" and (server.enabled ?? true)
rule mcp/local-command "a local MCP server says how to start" {
  why "OpenCode refuses the whole file"
  severity error
  files "opencode.json{,c}", ".opencode/opencode.json{,c}"
  for server in $.mcp.*
  where running(server)
  require server.command is [string] and count(server.command) >= 1
  message "MCP server {key(server)} has no start command"
  fix safe "read the Claude shape" where server.command is string {
    set server.command = [server.command] ++ (server.args ?? [])
    remove server.args
    rename server.env to environment
  }
  fix unsafe "switch it off" { set server.enabled = false }
}`

test("the example of the language: found where it is, with its ladder", async () => {
  const found = await findings(local, {
    mcp: {
      a: { type: "local", command: "npx", args: ["-y", "x"] },
      b: { type: "remote", url: "https://x.test" },
      c: { type: "local", command: ["x"] },
      d: { type: "local", enabled: false },
      e: { type: "local" },
    },
  })
  expect(found.map(({ path, message }) => [path, message])).toEqual([
    [["mcp", "a"], "MCP server a has no start command"],
    [["mcp", "e"], "MCP server e has no start command"],
  ])
  const [a, e] = found
  expect(a).toMatchObject({
    rule: "mcp/local-command",
    kind: "rule",
    severity: "error",
    why: "OpenCode refuses the whole file",
  })
  // The value in question where it exists, else the key of the binding.
  expect([a?.span, e?.span]).toEqual([
    { start: 103, end: 203 },
    { start: 12, end: 13 },
  ])
  expect(a?.repairs.map(({ title, safety }) => [title, safety])).toEqual([
    ["read the Claude shape", "safe"],
    ["switch it off", "unsafe"],
    ['write $.mcp.a.command as ["npx"]', "safe"],
  ])
  expect(a?.repairs[0]?.steps).toEqual(
    [
      { op: "set", path: ["mcp", "a", "command"], value: ["npx", "-y", "x"] },
      { op: "remove", path: ["mcp", "a", "args"] },
      { op: "rename", path: ["mcp", "a", "env"], to: "environment" },
    ].map((operation) => ({ file: "opencode.json", document: 0, operation })),
  )
  expect(e?.repairs.map(({ title }) => title)).toEqual(["switch it off"])
})

test.each<[body: string, value: Value, fires: boolean]>([
  ["require $.a == 1", { a: 1 }, false],
  ["require $.a == 1", {}, true],
  ["require $.a != 1", {}, false],
  ["require not ($.a > 1)", {}, false],
  ["require $.a is absent", { a: null }, true],
  ["require $.a ?? 5 == 5", { a: null }, true],
  ["require ($.a ?? 5) == 5", {}, false],
  ["require $.a == null", {}, true],
  ["require $.a == null", { a: null }, false],
  ["require $.list contains 1", { list: [1] }, false],
  ["require $.list not contains 1", {}, false],
  ['require keys($.m) in ["a", "b"]', { m: { a: 1 } }, false],
  ['require keys($.m) in ["a", "b"]', {}, false],
  ['require keys($.m) in ["a", "b"]', { m: { c: 1 } }, true],
  ["require count($.m.*) <= 1", { m: { a: 1, b: 2 } }, true],
  ["require count($.m) == 0", {}, false],
  ["require all x in $.l : x > 1", { l: [2, 3] }, false],
  ["require all x in $.l : x > 1", { l: [2, 1] }, true],
  ["require all x in $.l : x > 1", {}, false],
  ["require any x in $.l : x > 1", { l: [] }, true],
  ["require any x in $.m.* : all y in x.l : y == $.top", { top: 1, m: { a: { l: [1, 2] }, b: { l: [1] } } }, false],
  ["require any x in $.m.* : all y in x.l : y == $.top", { top: 1, m: { a: { l: [1, 2] } } }, true],
  ["require $..id is unique", { id: 1, a: { id: 2 } }, false],
  ["require $..id is unique", { id: 1, a: { id: 1 } }, true],
  ['require $.l[-1] == "z"', { l: ["a", "z"] }, false],
  ["require $.l[0:2] == [1, 2]", { l: [1, 2, 3] }, false],
  ["require $.m[$.which] == 1", { which: "b", m: { b: 1 } }, false],
  ['require lower(trim($.a)) == "x"', { a: " X " }, false],
  ['require split($.a, ",") == ["x", "y"]', { a: "x,y" }, false],
  ['require join($.a, "-") == "x-y"', { a: ["x", "y"] }, false],
  ['require replace($.a, "(b)[0-9]+", "<$1>") == "a<b>c<b>"', { a: "ab1cb22" }, false],
  ['require replace($.a, $.b, "x") is absent', { a: "a", b: "(" }, false],
  ['require replace($.a, "a", "b") is absent', { a: 1 }, false],
  ['require basename($.a) == "b.json" and dirname($.a) == "/x"', { a: "/x/b.json" }, false],
  ['require path($.a.b) == "$.a.b"', {}, false],
  ['require file_of(doc("package.json").a) == "package.json"', {}, false],
  ['require "{$.a}-{$.b}" == "1-x"', { a: 1, b: "x" }, false],
  ['require "{$.a}-{$.b}" == "1-x"', { a: 1 }, true],
  ["require 9007199254740993 == $.a", { a: 9007199254740993n }, false],
  ['require $.o == {"fact": "x", "n": [1]}', { o: { n: [1], fact: "x" } }, false],
  ["require true or $.x", {}, false],
])("%# %s", async (body, value, fires) => {
  expect((await findings(rule(body), value)).length).toBe(fires ? 1 : 0)
})

test("the world: other documents, environment, PATH, last known-good", async () => {
  const given: Given = {
    documents: { "o.json": { y: 1, "2": { id: "k" } }, "conf/b.toml": { y: 2 } },
    environment: { HOME: "/home/x" },
    commands: ["npx"],
    lastGood: { theme: "dark" },
    facts: { mode: "0644", name: "opencode.json" },
  }
  const holdsBodies = [
    'require doc("o.json").y == 1',
    'require $.y == doc("o.json").y',
    'require all d in docs("**") : d.y is number',
    'require count(docs("**")) == 2',
    'require env("HOME") == "/home/x" and env("NONE") is absent',
    'require on_path("npx") and not on_path("none")',
    'require exists("o.json") and not exists("x")',
    "require $.theme == last_good($.theme)",
    'require ["npx", "o.json"] is [executable] and "none" is not executable',
    'require file.mode == "0644" and file.exists',
  ]
  for (const body of holdsBodies) {
    expect(await findings(rule(body), { y: 1, theme: "dark" }, given), body).toEqual([])
    const negated = body.replace("require ", "require not (").concat(")")
    expect((await findings(rule(negated), { y: 1, theme: "dark" }, given)).length, negated).toBe(1)
  }
})

test("which files: globs, formats, environments, severity", async () => {
  const count = async (head: string, file: string, settings = plain, environment?: string) => {
    const subject = { ...testSubject({}, {}, file), environment }
    return (await new Evaluator(compile(rule("require $.a", `severity error\n ${head}`)), settings).evaluate(subject))
      .length
  }
  expect(await count("", "any/where.json")).toBe(1)
  expect(await count('files "a.json"', "deep/a.json")).toBe(1)
  expect(await count('files "x/a.json"', "deep/x/a.json")).toBe(0)
  expect(await count('formats "yaml"', "a.json")).toBe(0)
  expect(await count('formats "json"', "a.json")).toBe(1)
  expect(await count('environments "production"', "a.json")).toBe(0)
  expect(await count('environments "production"', "a.json", plain, "production")).toBe(1)
  expect(await count("", "a.json", { params: {}, severity: { r: "off" } })).toBe(0)
})

test("severity and params of the project come before those of the rule", async () => {
  const text = rule('param max = 1\n require count($.l) <= max\n message "at most {max}"')
  expect((await findings(text, { l: [1, 2] }))[0]).toMatchObject({ severity: "error", message: "at most 1" })
  const settings: EvaluatorSettings = { params: { r: { max: 2 } }, severity: { r: "info" } }
  expect(await findings(text, { l: [1, 2] }, {}, settings)).toEqual([])
  expect((await findings(text, { l: [1, 2, 3] }, {}, settings))[0]).toMatchObject({
    severity: "info",
    message: "at most 2",
  })
})

test("a file without a document is only asked about as a file", async () => {
  const given: Given = { facts: { exists: false }, lastGoodText: "{}\n" }
  expect(await findings(rule("require $.a"), undefined, given)).toEqual([])
  const [missing] = await findings(rule("require file.exists"), undefined, given)
  expect(missing).toMatchObject({ path: [], document: 0, message: "a title: the file must exist" })
  expect(missing?.repairs.map(({ steps }) => steps)).toEqual([
    [{ file: "opencode.json", operation: { op: "create", text: "{}\n" } }],
  ])
})

test.each<[body: string, value: Value | undefined, exists: boolean, found: number]>([
  ["require file.bom == false", undefined, false, 0],
  ["require file.bom == false", undefined, true, 1],
  ['require file.name == "x"', undefined, false, 0],
  ["require $.a == 1", undefined, false, 0],
  ["require file.exists and $.a == 1", undefined, false, 1],
  ["require file.exists and $.a == 1", { a: 1 }, true, 0],
  ["require file.exists and $.a == 1", undefined, true, 0],
  ["where not file.exists\n require $.a == 1", undefined, false, 1],
  ["require file.exists == false and file.mode is absent and file.size is absent", undefined, false, 0],
  ['require file.exists or $.a\n message "{file.mode}"', undefined, false, 1],
])("%s, with the document %j of a file that exists: %s", async (body, value, exists, found) => {
  const given: Given = { facts: { exists, mode: "0644", size: 3, bom: true } }
  expect(await findings(rule(body), value, given)).toHaveLength(found)
})

test("each document of a stream is looked at, the file as such once", async () => {
  const subject = testSubject({ a: 1 })
  const twice = { ...subject, documents: [...subject.documents, ...testSubject({ b: 1 }).documents] }
  const text = `${rule("require $.b")}\n${rule('require file.mode == "1"').replace("rule r", "rule f")}`
  const found = await new Evaluator(compile(text), plain).evaluate(twice)
  expect(found.map(({ rule: id, document }) => [id, document])).toEqual([
    ["r", 0],
    ["f", 0],
    ["r", 1],
  ])
})

test.each<[body: string, value: Value, path: readonly (string | number)[], start: number, message: string]>([
  ['require $.theme == "dark"', { theme: "light" }, ["theme"], 101, 'a title: $.theme must be "dark" (it is "light")'],
  ['require $.theme == "dark"', {}, [], 0, 'a title: $.theme must be "dark" (it is missing)'],
  ["require $.a.b is boolean", { a: {} }, [], 11, "a title: $.a.b must be true or false (it is missing)"],
  [
    "for s in $.m.*\n require s.x.y",
    { m: { k: { x: {} } } },
    ["m", "k"],
    13,
    "a title: $.m.k.x.y must be true (it is missing)",
  ],
  [
    "for s in $.m.*\n require s is string",
    { m: { k: 5 } },
    ["m", "k"],
    102,
    "a title: $.m.k must be a string (it is 5)",
  ],
  ["require count($.m.*) <= 1", { m: { a: 1, b: 2 } }, ["m"], 11, "a title: count($.m.*) must be at most 1 (it is 2)"],
  ["require all e in $.l : e > 1", { l: [2, 1] }, ["l"], 102, "a title: $.l[1] must be more than 1 (it is 1)"],
  [
    "require $.a in [1, 2] and $.b not contains 3",
    { a: 1, b: [3] },
    ["b"],
    101,
    "a title: $.b must not contain 3 (it is [3])",
  ],
  ['require file.mode == "0600" and $.x is absent', {}, [], 0, 'a title: file.mode must be "0600" (it is missing)'],
])("%s on %j is at %j", async (body, value, path, start, message) => {
  const [found] = await findings(rule(body), value)
  expect([found?.path, found?.span.start, found?.message]).toEqual([path, start, message])
})

test("schemas: each violation is a finding of its own, repaired below the place that was checked", async () => {
  const schemas: SchemaChecker = (name, value) =>
    name === "s" && JSON.stringify(value).includes("bad")
      ? [
          { path: ["x"], atKey: true, message: "no such key", operations: [] },
          {
            path: ["y", 0],
            atKey: false,
            message: "must be a number",
            operations: [{ title: "write 1", safety: "safe", operation: { op: "set", path: ["y", 0], value: 1 } }],
          },
        ]
      : []
  const settings = { ...plain, schemas }
  const text = rule('for m in $.m.*\n require schema "s" at m')
  expect(await findings(text, { m: { k: { x: 1, y: ["good"] } } }, {}, settings)).toEqual([])
  const found = await findings(text, { m: { k: { x: 1, y: ["bad"] } } }, {}, settings)
  expect(found.map(({ kind, path, message, span }) => [kind, path, message, span.start])).toEqual([
    ["schema", ["m", "k", "x"], "no such key", 13],
    ["schema", ["m", "k", "y", 0], "must be a number", 104],
  ])
  expect(found[1]?.repairs[0]?.steps).toEqual([
    { file: "opencode.json", document: 0, operation: { op: "set", path: ["m", "k", "y", 0], value: 1 } },
  ])
})

test("evaluations that run at once lose nothing", async () => {
  const text = Array.from({ length: 10 }, (_, i) =>
    rule(`require $.a${i} == $.b`).replace("rule r", `rule r${i}`),
  ).join("\n")
  const evaluator = new Evaluator(compile(text), plain)
  const all = await Promise.all(Array.from({ length: 20 }, (_, i) => evaluator.evaluate(testSubject({ b: i, a3: i }))))
  for (const found of all)
    expect(found.map(({ rule: id }) => id)).toEqual(["r0", "r1", "r2", "r4", "r5", "r6", "r7", "r8", "r9"])
})

test.each([
  "for x in $..*\n for y in $..*\n for z in $..*\n require x is present or y == z",
  "require all x in $..* : all y in $..* : all z in $..* : x is present or y == z",
  "require count($..*..*..*..*..*) > 1",
  "for x in $.l[*]\n for y in $.l[*]\n require y in $.l ++ $.l",
])("a rule that never ends is given up: %s", async (body) => {
  const deep = Array.from({ length: 60 }).reduce<Value>((inner) => ({ d: inner }), 1)
  const value = { l: Array.from({ length: 400 }, (_, index) => index), deep }
  const started = performance.now()
  const found = await findings(rule(body), value)
  expect(found).toMatchObject([{ rule: "cfgsync/rule-too-costly", severity: "warning", path: [], repairs: [] }])
  expect(found[0]?.message).toContain("the rule r ")
  expect(performance.now() - started).toBeLessThan(20_000)
})

test("a rule about many places, or about pairs of some hundred, is answered", async () => {
  const many = { l: Array.from({ length: 50_000 }, (_, index) => index) }
  expect(await findings(rule("for x in $.l[*]\n require x < 49999"), many)).toHaveLength(1)
  expect(await findings(rule("for x in $.l[*]\n require x in $.ids"), { ...many, ids: [1, 2, 3] })).toHaveLength(49_997)
  const some = { l: Array.from({ length: 200 }, (_, index) => index) }
  expect(await findings(rule("for x in $.l[*]\n for y in $.l[*]\n require x.n is absent or y == x"), some)).toEqual([])
})

test("the severity of what is given up can be set", async () => {
  const value = { l: Array.from({ length: 400 }, (_, index) => index) }
  const severity = { "cfgsync/rule-too-costly": "off" } as const
  const text = rule("for x in $.l[*]\n for y in $.l[*]\n require x is present and y == 1")
  expect(await findings(text, value)).toHaveLength(1)
  expect(await findings(text, value, {}, { params: {}, severity })).toEqual([])
})
