import { expect, test } from "vitest"
import { parseRules } from "../../grammar/index.ts"
import type { RuleFile } from "../model/rule.ts"
import { compileRules } from "./compile.ts"

function compile(text: string, others: Readonly<Record<string, string>> = {}) {
  const parsed = parseRules(text, "main.rule")
  expect(parsed.problems).toEqual([])
  return compileRules(parsed.file, (from) => {
    const other = others[from]
    return other === undefined ? undefined : parseRules(other, from).file
  })
}

/** The one rule of a text whose body is given. */
function one(body: string, before = "") {
  const { rules, problems } = compile(`${before}\nrule r "title" {\n severity error\n ${body}\n}`)
  expect(problems).toEqual([])
  const [rule] = rules
  if (rule === undefined) throw new Error("no rule")
  return rule
}

test.each([
  ["require $.a == 1", { not: { fact: "$.a", operator: "equals", value: 1 } }],
  ["require 1 == $.a", { not: { fact: "$.a", operator: "equals", value: 1 } }],
  ["require $.a != 1", { all: [{ fact: "$.a", operator: "equals", value: 1 }] }],
  ["require $.a == $.b", { not: { fact: "$.a", operator: "equals", value: { fact: "$.b" } } }],
  ['require $.a == {"fact": "b"}', { not: { fact: "$.a", operator: "equals", value: { fact: '{"fact": "b"}' } } }],
  ["require $.a is [string]", { not: { fact: "$.a", operator: "is", value: { array: "string" } } }],
  ["require $.a is executable", { not: { fact: "$.a is executable", operator: "equals", value: true } }],
  ["require $.a", { not: { fact: "$.a", operator: "equals", value: true } }],
  [
    "require $.a == 1 or $.b < 2",
    {
      not: {
        any: [
          { fact: "$.a", operator: "equals", value: 1 },
          { fact: "$.b", operator: "lt", value: 2 },
        ],
      },
    },
  ],
  ["where $.a\n require false", { all: [{ fact: "$.a", operator: "equals", value: true }] }],
  ["require $.a defaults 3", { not: { fact: "$.a", operator: "is", value: "present" } }],
  ['require schema "s" at $.a', { not: { fact: 'violations("s", $.a)', operator: "equals", value: 0 } }],
  [
    "require all s in $.m.* : s.x == 1",
    {
      not: {
        fact: "{s.x} of s in $.m.*",
        operator: "every",
        value: { all: [{ fact: "s.x", operator: "equals", value: 1 }] },
      },
    },
  ],
])("%s", (body, conditions) => {
  const rule = one(body)
  expect(rule.conditions).toEqual(conditions)
})

test("a compiled rule is JSON", () => {
  const rule = one(`why "w"
    param max = 9007199254740993
    for s in $.m.*
    for e in s.list[*]
    where s.type == "local" and any x in doc("o.json").y : x == key(s)
    require count(s.list) <= max and s.big != 123456789012345678901
    message "m {key(s)} {e}"
    fix safe "f" where e is string { set s.x = {"b": [1], "1": e}  rename s.y to z }
    fix unsafe "g" { create from "t"  chmod "0600" }`)
  expect(JSON.parse(JSON.stringify(rule))).toEqual(rule)
})

test("lets and predicates are put in place, imported ones too", () => {
  const others = {
    "./o.rule":
      'let kinds = ["a", "b"]\npredicate known(x) = x.kind in kinds and deep(x)\npredicate deep(y) = y.z is present',
  }
  const text = 'import "./o.rule"\nlet kinds = 5\nrule r "t" {\n severity error\n for s in $.m.*\n require known(s)\n}'
  const { rules, problems } = compile(text, others)
  expect(problems).toEqual([])
  expect(rules[0]?.require[0]?.text).toBe('s.kind in ["a", "b"] and s.z is present')
})

test("a predicate never captures a name of its caller", () => {
  const rule = one(
    "for s in $.m.*\n require any e in s.list : same(e)",
    "predicate same(x) = all e in $.all : all s in e.parts : s == x",
  )
  expect(rule.require[0]?.text).toBe("any e in s.list : all e'2 in $.all : all s'2 in e'2.parts : s'2 == e")
})

test("a let may be a path, and what follows it continues it", () => {
  const rule = one('require servers.a["b.c"] == 1', "let servers = $.mcp")
  expect(rule.require[0]?.text).toBe('$.mcp.a["b.c"] == 1')
})

/** The grammar refuses most of these itself; the compiler must not rely on where its rules come from. */
function compilePatched(text: string, patch: (node: Record<string, unknown>) => unknown) {
  const parsed = parseRules(text, "main.rule")
  expect(parsed.problems).toEqual([])
  const isNode = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null
  const patched: unknown = JSON.parse(JSON.stringify(parsed.file), (_, value: unknown) =>
    isNode(value) ? patch(value) : value,
  )
  return compileRules(patched as RuleFile, () => undefined)
}

const before = "let limit = 3\npredicate running(s) = s.on\npredicate keyed(s) = key(s) == 1\n"
type Patch = (node: Record<string, unknown>) => unknown
const same: Patch = (node) => node
const rename =
  (from: string, to: string): Patch =>
  (node) =>
    node.name === from && (node.type === "name" || node.type === "predicate") ? { ...node, name: to } : node
const args =
  (name: string): Patch =>
  (node) =>
    node.name === name && Array.isArray(node.args) ? { ...node, args: [...node.args, ...node.args] } : node

const problems: readonly (readonly [
  name: string,
  body: string,
  code: string,
  at: string,
  hint: RegExp,
  patch?: Patch,
])[] = [
  ["unknown name", "require server.x == 1", "unknown-name", "server.x", /server/, rename("server", "servr")],
  [
    "unknown predicate",
    "require running(server)",
    "unknown-name",
    "running(server)",
    /running/,
    rename("running", "runing"),
  ],
  ["predicate arity", "require running(server)", "wrong-arity", "running(server)", /as many/, args("running")],
  ["function arity", "require count(server) == 1", "wrong-arity", "count(server)", /as many/, args("count")],
  ["pattern", "require server.x matches /a(?=b)/", "invalid-pattern", "/a(?=b)/", /RE2/],
  ["range", 'require server.x satisfies "not a range"', "invalid-range", '"not a range"', /1\.2/],
  [
    "many targets",
    'require server.x\n fix safe "f" { set server.a = 1 }',
    "target-many",
    "server.a",
    /for/,
    (node) => (node.type === "member" && node.name === "a" ? { type: "wildcard" } : node),
  ],
  ["no target", 'require server.x\n fix safe "f" { set limit = 1 }', "not-a-path", "limit", /\$\.a\.b/],
  ["key of no path", "require keyed(1)", "not-a-path", "s", /path/],
  [
    "bound twice",
    "for other in $.b\n require server.x",
    "duplicate-name",
    "other in $.b",
    /rename/,
    (node) => (node.name === "other" ? { ...node, name: "server" } : node),
  ],
]

for (const [name, body, code, at, hint, patch] of problems) {
  test(`${name}: a problem at its place`, () => {
    const text = `${before}rule r "t" {\n severity error\n for server in $.m.*\n ${body}\n}\nrule sound "t" {\n severity error\n require $.x\n}`
    const result = compilePatched(text, patch ?? same)
    expect(result.rules.map(({ id }) => id)).toEqual(["sound"])
    expect(result.problems.map((problem) => problem.code)).toEqual([code])
    const [found] = result.problems
    expect(found?.severity).toBe("error")
    expect(found?.hint).toMatch(hint)
    expect(found?.path).toBe("main.rule")
    expect(text.slice(found?.span.start, found?.span.end)).toContain(at)
  })
}

test("predicates and lets that lead back to themselves are refused", () => {
  const text = `predicate loop(x) = x.a and again(x)\npredicate again(x) = x.b or last(x)\npredicate last(x) = x.c\nlet l = m\nlet m = 1\nrule r "t" {\n severity error\n require loop($.x) and $.y == l\n}`
  const result = compilePatched(text, (node) => {
    if (node.type === "predicate" && node.name === "last") return { ...node, name: "loop" }
    return node.name === "m" && "value" in node
      ? { ...node, value: { type: "path", root: { type: "name", name: "l" }, segments: [], span: node.span } }
      : node
  })
  expect(result.rules).toEqual([])
  expect(new Set(result.problems.map(({ code }) => code))).toEqual(new Set(["recursion"]))
})

test("an unknown import is told, and the rest is compiled", () => {
  const { rules, problems: found } = compile('import "./gone.rule"\nrule r "t" {\n severity error\n require $.x\n}')
  expect(rules).toHaveLength(1)
  expect(found.map(({ code }) => code)).toEqual(["unknown-import"])
})

test("files that import each other end", () => {
  const main = 'import "./o.rule"\npredicate a(x) = b(x)\nrule r "t" {\n severity error\n require a($.x)\n}'
  const result = compile(main, { "./o.rule": 'import "main.rule"\npredicate b(x) = x.y', "main.rule": main })
  expect(result.problems).toEqual([])
  expect(result.rules[0]?.require[0]?.text).toBe("$.x.y")
})

test("two rules of one id: the second is refused", () => {
  const text = 'rule r "a" {\n severity error\n require $.x\n}\nrule q "b" {\n severity error\n require $.y\n}'
  const { rules, problems: found } = compilePatched(text, (node) => (node.id === "q" ? { ...node, id: "r" } : node))
  expect(rules.map(({ title }) => title)).toEqual(["a"])
  expect(found.map(({ code }) => code)).toEqual(["duplicate-id"])
})

test("predicates that double at each call are stopped", () => {
  const doubling = Array.from({ length: 40 }, (_, i) => `predicate p${i}(x) = p${i + 1}(x) and p${i + 1}(x)`).join("\n")
  const { problems: found } = compile(
    `${doubling}\npredicate p40(x) = x.y\nrule r "t" {\n severity error\n require p0($.x)\n}`,
  )
  expect(found.map(({ code }) => code)).toContain("too-large")
})

test("reads and writes", () => {
  const rule = one(`for s in $.mcp.*
    where s.type == "local"
    require s.command is [string] and all e in s.list : e.ok == doc("o.json").ok
    fix safe "f" { rename s.env to environment }`)
  const texts = (places: readonly { file: string | null; steps: readonly unknown[] }[]) =>
    places.map((place) => `${place.file ?? ""}${JSON.stringify(place.steps)}`)
  expect(texts(rule.reads).sort()).toEqual([
    '["mcp",null,"command"]',
    '["mcp",null,"list",null,"ok"]',
    '["mcp",null,"list"]',
    '["mcp",null,"type"]',
    '["mcp",null]',
    'o.json["ok"]',
  ])
  expect(texts(rule.writes).sort()).toEqual([
    '["mcp",null,"command"]',
    '["mcp",null,"env"]',
    '["mcp",null,"environment"]',
    '["mcp",null,"list",null,"ok"]',
  ])
})

test.each([
  ["require file.exists", false],
  ['require file.mode == "0600" and exists("x")', false],
  ["require $.a == 1", true],
  ['require doc("o.json").a == 1', false],
  ["for s in $.a.*\n require file.exists", true],
])("%s needs a document: %s", (body, needs) => {
  expect(one(body).needsDocument).toBe(needs)
})

test("what an import and a name were most likely meant to be", () => {
  const hint = (text: string) =>
    compileRules(parseRules(text, "x.rule").file, () => undefined, ["cfgsync:mcp", "cfgsync:node"]).problems[0]?.hint
  expect(hint('import "cfgsync:mpc"')).toBe('did you mean "cfgsync:mcp"?')
  expect(hint('import "./gone.rule"')).toContain("for a file beside this one")
  expect(hint('rule r "t" {\n param max = 1\n require $.a < mx\n}')).toContain("known are max")
})
