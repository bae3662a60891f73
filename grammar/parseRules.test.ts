import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Expr, Rule } from "../src/model/rule.ts"
import { LineIndex } from "../src/model/span.ts"
import { parseRules } from "./index.ts"
import { words } from "./lexer.ts"
import { RuleParser } from "./parser.ts"

/** What a text says, without where it says it. */
function bare(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner) => (key === "span" || key === "idSpan" ? undefined : inner)))
}

function expression(text: string): unknown {
  const { file, problems } = parseRules(`let x = ${text}`, "a.rule")
  expect(problems).toEqual([])
  return bare(file.lets[0]?.value)
}

function rule(clauses: string): Rule {
  const { file, problems } = parseRules(`rule r "t" { ${clauses} }`, "a.rule")
  expect(problems).toEqual([])
  return file.rules[0] as Rule
}

const literal = (value: unknown) => ({ type: "literal", value })
const name = (root: string, ...segments: unknown[]) => ({ type: "path", root: { type: "name", name: root }, segments })
const doc = (...segments: unknown[]) => ({ type: "path", root: { type: "document" }, segments })
const member = (key: string) => ({ type: "member", name: key })
const compare = (op: string, left: unknown, right: unknown) => ({ type: "compare", op, left, right })
const not = (arg: unknown) => ({ type: "not", arg })
const [a, b, c] = [name("a"), name("b"), name("c")]

test("the grammar is unambiguous and complete by chevrotain's own validation", () => {
  expect(() => new RuleParser(false)).not.toThrow()
})

describe("expressions", () => {
  const table: readonly (readonly [string, unknown])[] = [
    ["1", literal(1)],
    ["-2.5e1", literal(-25)],
    ["true", literal(true)],
    ["null", literal(null)],
    ['"a\\n\\u0041\\{"', literal("a\nA{")],
    ["'it\\'s'", literal("it's")],
    ['"""\n    a\n      b\n    """', literal("a\n  b\n")],
    ['"""a "quoted\\n" text"""', literal('a "quoted\\n" text')],
    ['"""\n  a "b""""', literal('a "b"')],
    ['"""\r\n  a\r\n  """', literal("a\n")],
    ["[1, 'x',]", { type: "list", items: [literal(1), literal("x")] }],
    ["[]", { type: "list", items: [] }],
    ['{ a: 1, "b c": [], for: b }', {
      type: "object",
      entries: [
        { key: "a", value: literal(1) },
        { key: "b c", value: { type: "list", items: [] } },
        { key: "for", value: b },
      ],
    }],
    ["$", doc()],
    ["$.a.b-c", doc(member("a"), member("b-c"))],
    ["$.rule.in.true", doc(member("rule"), member("in"), member("true"))],
    ['a["x y"][0][-1]', name("a", member("x y"), { type: "index", index: 0 }, { type: "index", index: -1 })],
    ["a.*[*]", name("a", { type: "wildcard" }, { type: "wildcard" })],
    ["a[1:3]", name("a", { type: "slice", start: 1, end: 3, step: null })],
    ["a[::2]", name("a", { type: "slice", start: null, end: null, step: 2 })],
    ["a[-2:]", name("a", { type: "slice", start: -2, end: null, step: null })],
    ["$..a", doc({ type: "descendant", inner: member("a") })],
    ["$..*", doc({ type: "descendant", inner: { type: "wildcard" } })],
    ['$..["a b"]', doc({ type: "descendant", inner: member("a b") })],
    ["a[b]", name("a", { type: "computed", expr: b })],
    ["a[lower(b)]", name("a", { type: "computed", expr: { type: "call", name: "lower", args: [b] } })],
    ["count(a)", { type: "call", name: "count", args: [a] }],
    ['doc("x.toml").y', { type: "path", root: { type: "call", call: { type: "call", name: "doc", args: [literal("x.toml")] } }, segments: [member("y")] }],
    ['docs("a/{b,c}.json")', { type: "call", name: "docs", args: [literal("a/{b,c}.json")] }],
    ["file exists", { type: "file", fact: "exists" }],
    ["file.final_newline", { type: "file", fact: "final_newline" }],
    ["a == b", compare("==", a, b)],
    ["a != b", compare("!=", a, b)],
    ["a <= 1", compare("<=", a, literal(1))],
    ["a in [b]", compare("in", a, { type: "list", items: [b] })],
    ["a not in b", not(compare("in", a, b))],
    ["a not contains b", not(compare("contains", a, b))],
    ['a like "*.{js,ts}"', compare("like", a, literal("*.{js,ts}"))],
    ['a satisfies ">=1 <2"', compare("satisfies", a, literal(">=1 <2"))],
    ["a matches /^[a-z/]{2,3}\\/$/", compare("matches", a, literal("^[a-z/]{2,3}/$"))],
    ["a matches /x/ims", compare("matches", a, literal("(?ims)x"))],
    ['a not matches "x{2}"', not(compare("matches", a, literal("x{2}")))],
    ["a matches b", compare("matches", a, b)],
    ["a is string", { type: "is", arg: a, kind: "string" }],
    ["a is not null", not({ type: "is", arg: a, kind: "null" })],
    ["a is [[integer]]", { type: "is", arg: a, kind: { array: { array: "integer" } } }],
    ["not a == b", not(compare("==", a, b))],
    ["not not a", not(not(a))],
    ["a and b or c", { type: "or", args: [{ type: "and", args: [a, b] }, c] }],
    ["a and (b or c)", { type: "and", args: [a, { type: "or", args: [b, c] }] }],
    ["not a and b", { type: "and", args: [not(a), b] }],
    ["a ?? b == c", compare("==", { type: "default", left: a, right: b }, c)],
    ["a ?? b ?? c", { type: "default", left: a, right: { type: "default", left: b, right: c } }],
    ["a ++ b ++ c", { type: "concat", left: { type: "concat", left: a, right: b }, right: c }],
    ["a ++ b ?? c", { type: "default", left: { type: "concat", left: a, right: b }, right: c }],
    ["all s in a : s == b or c", {
      type: "quantifier", quantifier: "all", name: "s", in: a,
      body: { type: "or", args: [compare("==", name("s"), b), c] },
    }],
    ["a and any s in $.x : s", {
      type: "and",
      args: [a, { type: "quantifier", quantifier: "any", name: "s", in: doc(member("x")), body: name("s") }],
    }],
    ['"x {a} y"', { type: "template", parts: ["x ", a, " y"] }],
    ["'{a[\"b}\"]}{c}'", { type: "template", parts: [name("a", member("b}")), c] }],
    ['"\\{ {count(a)} }"', { type: "template", parts: ["{ ", { type: "call", name: "count", args: [a] }, " }"] }],
    ["9007199254740993 == 1", undefined],
  ] // biome-ignore format: a table to read
  test.each(table.filter(([, expected]) => expected !== undefined))("%s", (text, expected) => {
    expect(expression(text)).toEqual(expected)
  })

  test("an integer that a double cannot hold stays exact", () => {
    const { file } = parseRules("let x = 9007199254740993", "a.rule")
    expect(file.lets[0]?.value).toMatchObject({ type: "literal", value: 9007199254740993n })
  })

  test.each(["__proto__", "constructor"])("%s is a key as any other", (key) => {
    const { tests } = rule(`require $.a test "x" { given { ${key}: 1 } clean }`)
    expect(Object.keys(tests[0]?.given.value ?? {})).toEqual([key])
  })

  test("spans cover the text of each expression, templates included", () => {
    const text = 'let x = "show {count($.a)}" ++ (a ?? [1])'
    const value = parseRules(text, "a.rule").file.lets[0]?.value as Extract<Expr, { type: "concat" }>
    const cut = ({ span }: Expr) => text.slice(span.start, span.end)
    const template = value.left as Extract<Expr, { type: "template" }>
    expect(cut(value)).toBe('"show {count($.a)}" ++ (a ?? [1])')
    expect(cut(value.right)).toBe("(a ?? [1])")
    expect(cut(template.parts[1] as Expr)).toBe("count($.a)")
  })
})

describe("clauses", () => {
  const table: readonly (readonly [string, object])[] = [
    ['why "w" docs "d" since "1.2" deprecated "use x"', { why: "w", docs: "d", since: "1.2", deprecated: "use x" }],
    ["severity warning priority -3", { severity: "warning", priority: -3 }],
    ["", { severity: "error", priority: 0, files: [], formats: [], params: [], for: [], where: [] }],
    ['files "a{b,c}", "d" formats json, yaml environments "prod" tags a, b-c', {
      files: ["a{b,c}", "d"], formats: ["json", "yaml"], environments: ["prod"], tags: ["a", "b-c"],
    }],
    ['param max = 10 param names = ["a", "{b}"]', { params: [{ name: "max", default: 10 }, { name: "names", default: ["a", "{b}"] }] }],
    ["for s in $.a.* for e in s.env where s.x where e", {
      for: [{ name: "s", in: doc(member("a"), { type: "wildcard" }) }, { name: "e", in: name("s", member("env")) }],
      where: [name("s", member("x")), name("e")],
    }],
    ['for d in docs("*.json")', {
      for: [{ name: "d", in: { type: "path", root: { type: "call", call: { type: "call", name: "docs", args: [literal("*.json")] } }, segments: [] } }],
    }],
    ['message "a {b} c"', { message: ["a ", b, " c"] }],
    ['message "plain"', { message: ["plain"] }],
  ] // biome-ignore format: a table to read
  test.each(table)("%s", (text, expected) => {
    expect(bare(rule(`${text} require true`))).toMatchObject(expected)
  })

  test("clauses stand in any order and an id has parts", () => {
    const { file } = parseRules('rule a/b-c "t" { require $.x where a severity info }', "a.rule")
    expect(file.rules[0]).toMatchObject({ id: "a/b-c", title: "t", severity: "info" })
  })

  test.each([
    ["require $.a == 1", { type: "holds", expr: compare("==", doc(member("a")), literal(1)) }],
    ["require $.a defaults [1]", {
      type: "defaults", target: doc(member("a")), value: { type: "list", items: [literal(1)] },
    }],
    ['require schema "opencode"', { type: "schema", name: "opencode" }],
    ['require schema "s" at $.b', { type: "schema", name: "s", target: doc(member("b")) }],
    ["require schema == 1", { type: "holds", expr: compare("==", name("schema"), literal(1)) }],
  ] as const)("%s", (text, expected) => {
    expect(bare(rule(text).require)).toEqual([expected])
  }) // biome-ignore format: a table to read

  test.each([
    ["set $.a = { b: [1] }", {
      type: "set", target: doc(member("a")),
      value: { type: "object", entries: [{ key: "b", value: { type: "list", items: [literal(1)] } }] },
    }],
    ["remove a.b", { type: "remove", target: name("a", member("b")) }],
    ["rename a.b to c-d", { type: "rename", target: name("a", member("b")), to: "c-d" }],
    ['rename a.b to "c d"', { type: "rename", target: name("a", member("b")), to: "c d" }],
    ["append a = b", { type: "append", target: a, value: b }],
    ["insert a at 0 = b", { type: "insert", target: a, index: 0, value: b }],
    ["move a to b.c", { type: "move", target: a, to: name("b", member("c")) }],
    ["sort a", { type: "sort", target: a }],
    ['create from "t/x"', { type: "create", from: "t/x" }],
    ['create "text"', { type: "create", text: "text" }],
    ["restore", { type: "restore" }],
    ['chmod "0600"', { type: "chmod", mode: "0600" }],
  ] as const)("%s", (text, expected) => {
    const [fix] = rule(`require $.a fix unsafe "do" where a where b { ${text} }`).fixes
    expect(bare(fix)).toEqual({ title: "do", safety: "unsafe", where: [a, b], actions: [expected] })
  }) // biome-ignore format: a table to read
})

describe("tests of rules", () => {
  const blank = { with: [], environment: {}, onPath: [], params: {}, outcome: { type: "unchecked" } }
  const finds = [{ at: doc(member("a")) }]
  test.each([
    ["given { a: 1 } clean", { given: { value: { a: 1 } }, finds: [] }],
    ['given "a.json" { a: 1 } finds $.a', { given: { path: "a.json", value: { a: 1 } }, finds }],
    ['given "just text" clean', { given: { value: "just text" }, finds: [] }],
    ['given "a.yaml" """x: 1""" mode "0644" finds $.a', { given: { path: "a.yaml", text: "x: 1", mode: "0644" }, finds }],
    ['given text "x: 1\\r\\n" clean', { given: { text: "x: 1\r\n" }, finds: [] }],
    ['given "a" missing clean', { given: { path: "a" }, finds: [] }],
    ["given missing clean", { given: {}, finds: [] }],
    ['given 1 finds $.a "part"', { given: { value: 1 }, finds: [{ at: doc(member("a")), message: "part" }] }],
    ['given 1 with "b" [2] with "c" missing clean', { given: { value: 1 }, with: [{ path: "b", value: [2] }, { path: "c" }], finds: [] }],
    ['given 1 env A = "x" on_path "npx", uvx param max = 3 last_good { a: 2 } clean', {
      given: { value: 1 }, environment: { A: "x" }, onPath: ["npx", "uvx"], params: { max: 3 }, lastGood: { value: { a: 2 } }, finds: [],
    }],
    ["given 1 finds $.a fixed 2", {
      given: { value: 1 }, finds, outcome: { type: "fixed", file: { value: 2 }, others: [], unsafe: false },
    }],
    ['given 1 finds $.a unsafe fixed 2 fixed "b" """x"""', {
      given: { value: 1 }, finds, outcome: { type: "fixed", file: { value: 2 }, others: [{ path: "b", text: "x" }], unsafe: true },
    }],
    ["given 1 finds $.a unfixed", { given: { value: 1 }, finds, outcome: { type: "unfixed", unsafe: false } }],
    ["given 1 finds $.a unsafe unfixed", { given: { value: 1 }, finds, outcome: { type: "unfixed", unsafe: true } }],
  ] as const)("%s", (text, expected) => {
    expect(bare(rule(`require $.a test "n" { ${text} }`).tests)).toEqual([{ ...blank, name: "n", ...expected }])
  }) // biome-ignore format: a table to read
})

test("a link names its ends, its policy and whether it is exact", () => {
  const text = 'link servers { exact policy both-ways source "a" at $.x as mcp/a target "b" at $.y as mcp/b }'
  const { file, problems } = parseRules(text, "a.rule")
  expect(problems).toEqual([])
  expect(bare(file.links)).toEqual([
    {
      name: "servers",
      source: { file: "a", at: doc(member("x")), lens: "mcp/a" },
      targets: [{ file: "b", at: doc(member("y")), lens: "mcp/b" }],
      policy: "both-ways",
      exact: true,
    },
  ])
})

test("imports, lets and predicates stand in the order of the text", () => {
  const text = 'import "cfgsync:mcp"\nlet a = 1 let b = [a]\npredicate p(x, y) = x == y and q()\npredicate q() = true'
  const { file, problems } = parseRules(text, "a.rule")
  expect(problems).toEqual([])
  expect(file.imports.map(({ from }) => from)).toEqual(["cfgsync:mcp"])
  expect(file.lets.map(({ name }) => name)).toEqual(["a", "b"])
  expect(file.predicates.map(({ name, parameters }) => [name, parameters])).toEqual([["p", ["x", "y"]], ["q", []]])
}) // biome-ignore format: a table to read

const good = 'rule before "fine" { require $.a == 1 }'
const alsoGood = 'rule after "fine" { require $.a == 1 }'

/** Where each problem stands: its code and the text that it marks. */
function problemsOf(text: string): readonly string[] {
  return parseRules(text, "a.rule").problems.map(({ code, span }) => `${code} ${text.slice(span.start, span.end)}`)
}

describe("problems", () => {
  const table: readonly (readonly [string, readonly string[], string?])[] = [
    ['rule a "t" { requires $.a }', ["unknown-clause requires"], "did you mean `require`?"],
    ['ruel a "t" { require $.a }', ["unknown-statement ruel"], "did you mean `rule`?"],
    ['rule a "t" { require $.a equals 1 }', ["unknown-operator equals"], "the operators are"],
    ['rule a "t" { require $.a not contans 1 }', ["unknown-operator contans"], "did you mean `contains`?"],
    ['rule a "t" { require $.a is strng }', ["unknown-kind strng"], "did you mean `string`?"],
    ['rule a "t" { require cuont($.a) > 1 }', ["unknown-function cuont"], "did you mean `count`?"],
    ['rule a "t" { require file.mod == "0600" }', ["unknown-fact mod"], "did you mean `mode`?"],
    ['rule a "t" { severity eror require $.a }', ["unknown-severity eror"], "did you mean `error`?"],
    ['rule a "t" { require $.a fix safe "x" { sett $.a = 1 } }', ["unknown-clause sett"], "did you mean `set`?"],
    ['rule a "t" { require $.a test "x" { given 1 cleen } }', ["unknown-clause cleen"], "did you mean `clean`?"],
    ['link a { sorce "a" at $ as b }', ["unknown-clause sorce"], "did you mean `source`?"],
    ['link a { source "a" at $ as b target "b" at $ as b policy sorce-wins }', ["unknown-policy sorce-wins"], "source-wins"],
    ['link a { source "a" at $ as b }', ["missing-clause a"], "target"],
    ['link a { source "a" at $ as b target "b" at $.* as b }', ["target $.*"], "one place"],
    ['rule a "t" { require $.a = 1 }', ["syntax ="], "`==`"],
    ["let x == 1", ["syntax =="], "one `=`"],
    ['rule a "t" { require $.a == 1 == 2 }', ["syntax =="], "do not chain"],
    ['rule a "t" { require $.a && $.b }', ["syntax &&"], "`and`"],
    ['rule a "t" { require !$.a }', ["syntax !"], "`not`"],
    ['rule a "t" { require $.a[?(@.b)] }', ["syntax ?", "syntax @"], "filters"],
    ['rule a "t" { require $.a.0 == 1 }', ["syntax 0"], "`[0]`"],
    ['rule a "t" { require $."b c" }', ['syntax "b c"'], '["key"]'],
    ['rule a "t" { require $.a == /x/ }', ["syntax /"], "matches"],
    ['rule a "t" { require (count($.a) > 1 }', ["syntax }"], "missing `)`"],
    ['rule a "t" { for rule in $.x require $.a }', ["syntax rule"], "another name"],
    ['rule a { require $.a }', ["syntax {"]],
    ['rule a "t" { }', ["missing-clause a"], "`require`"],
    ['rule a "t" { require $.a fix safe "x" { } }', ['missing-clause fix safe "x" { }'], "set"],
    ['rule a "t" { why "a" why "b" require $.a }', ['duplicate-clause why "b"']],
    ['rule a "t" { require $.a == "x }', ['unclosed-text "'], "same line"],
    ['let x = """abc', ['unclosed-text """'], '"""'],
    ['rule a "t" { require $.a == "a\\qb" }', ["escape \\q"], "\\\\"],
    ['rule a "t" { require $.a == "{" }', ["template {"], "\\{"],
    ['rule a "t" { require $.a == "{env:HOME}" }', ["template {env:HOME}"], "\\{"],
    ['rule a "t" { message "x {a b}" require $.a }', ["template {a b}"], "single quotes"],
    ['rule a "t" { require $.a matches /x/g }', ["regex-flags /x/g"], "i (any case)"],
    ['rule a "t" { require $.a[1.5] == 1 }', ["index 1.5"]],
    ['rule a "t" { require key(1) == 1 }', ["arguments key(1)"], "key(PATH)"],
    ['rule a "t" { require count() == 1 }', ["arguments count()"], "count(LIST)"],
    ["predicate p(a) = a\nlet x = p(1, 2)", ["arguments p(1, 2)"]],
    ["predicate count(a) = a", ["duplicate-name count"]],
    ["predicate p(a, a) = a", ["duplicate-name a"]],
    ["let x = 1\nlet x = 2", ["duplicate-name x"]],
    ["let x = 1\npredicate x() = 2", ["duplicate-name x"]],
    ['rule before "t" { require $.a }', ["duplicate-id before"]],
    ['rule a "t" { for s in $.a for s in $.b require s }', ["duplicate-name for s in $.b"]],
    ['rule a "t" { param s = 1 for s in $.b require s }', ["duplicate-name for s in $.b"]],
    ['rule a "t" { for s in $.a require any s in $.b : s }', ["duplicate-name any s in $.b : s"]],
    ['rule a "t" { require $.a fix safe "x" { set $.a.* = 1 } }', ["target $.*"], "for NAME in PATH"],
    ['rule a "t" { require $.a fix safe "x" { remove $..a } }', ["target $..a"], "for NAME in PATH"],
    ['rule a "t" { require $.a fix safe "x" { sort $.a[1:2] } }', ["target $.a[1:2]"], "for NAME in PATH"],
    ['rule a "t" { require 1 defaults 2 }', ["target 1"], "PATH defaults VALUE"],
    ['rule a "t" { require $.a fix safe "x" { chmod "rw" } }', ['mode "rw"'], "0600"],
    ['rule a "t" { require $.a test "x" { given 1 } }', ['test-expectation test "x" { given 1 }'], "finds"],
    ['rule a "t" { require $.a test "x" { given 1 finds $.a clean } }', ["test-expectation clean"]],
    ['rule a "t" { require $.a test "x" { clean } }', ['test-given test "x" { clean }']],
    ['rule a "t" { require $.a test "x" { given 1 with 2 clean } }', ["test-file with 2"]],
    ['rule a "t" { require $.a test "x" { given { a: 1, a: 2 } clean } }', ["duplicate-key a"]],
    ['rule a "t" { require $.a test "x" { given 1 clean } test "x" { given 2 clean } }', ['duplicate-name test "x" { given 2 clean }']],
  ] // biome-ignore format: a table to read
  test.each(table)("%s", (text, expected, hint) => {
    const whole = `${good}\n${text}\n${alsoGood}`
    expect(problemsOf(whole).map((problem) => problem.replace("target $.a.*", "target $.*"))).toEqual(expected)
    const { file, problems } = parseRules(whole, "rules.d/a.rule")
    expect(file.rules.map(({ id }) => id)).toEqual(["before", "after"])
    expect(problems[0]).toMatchObject({ path: "rules.d/a.rule", severity: "error" })
    if (hint !== undefined) expect(problems[0]?.hint).toContain(hint)
  })

  test("several wrong parts of one rule are all reported, nothing else", () => {
    const text = [
      'rule a "t" {',
      "  sevrity error",
      "  require $.a == ",
      '  message "x {y"',
      "  where $.b is strng",
      '  fix safe "z" { sett $.a = 1 }',
      "}",
    ].join("\n")
    expect(problemsOf(text)).toEqual([
      "unknown-clause sevrity",
      "syntax message",
      "template {",
      "unknown-kind strng",
      "unknown-clause sett",
    ])
  })

  test("what a file imports may be called", () => {
    expect(problemsOf('import "x"\nlet a = unknown(1)')).toEqual([])
  })

  test("a predicate that cannot be read is still known where it is called", () => {
    expect(problemsOf("predicate p(a) = a ==\nlet x = p(1)")).toEqual(["syntax ="])
  })
})

describe("recovery", () => {
  const table: readonly (readonly [string, string, string])[] = [
    ["a missing brace", 'rule a "t" { require $.a', "2:24 syntax"],
    ["a brace too many", 'rule a "t" { require $.a } }', "2:28 syntax"],
    ["a missing title", "rule a { require $.a }", "2:8 syntax"],
    ["an open list", 'rule a "t" {\n  require $.a in [1, 2\n}', "4:1 syntax"],
    ["an open object in a test", 'rule a "t" {\n require $.a\n test "x" { given { "a": } clean }\n}', "4:26 syntax"],
    ["a test that is never closed", 'rule a "t" { require $.a test "x" { given { a: 1 } clean }', "2:58 syntax"],
    ["an open text", 'rule a "t" { message "x }', "2:22 unclosed-text"],
    ["an open block text", 'rule a "t" { why """x }', "2:18 unclosed-text"],
    ["a misspelt statement", 'ruel a "t" { require $.a }', "2:1 unknown-statement"],
    ["rubbish between rules", ") ] }", "2:1 unknown-statement"],
    ["a stray character between rules", "§", "2:1 syntax"],
    ["a let without a value", "let x =", "2:7 syntax"],
    ["a predicate without a body", "predicate p(a)", "2:14 syntax"],
    ["an open call", "let x = count($.a", "2:17 syntax"],
    ["an import without quotes", "import foo", "2:8 syntax"],
    ["an open link", 'link l {\n source "a" at $', "3:16 syntax"],
  ] // biome-ignore format: a table to read
  test.each(table)("%s hides no other rule", (_, text, expected) => {
    const whole = `${good}\n${text}\n${alsoGood}`
    const { file, problems } = parseRules(whole, "a.rule")
    expect(file.rules.map(({ id }) => id).filter((id) => id !== "a")).toEqual(["before", "after"])
    const [first] = problems
    const at = new LineIndex(whole).position(first?.span.start ?? -1)
    expect(`${at.line}:${at.column} ${first?.code}`).toBe(expected)
  })

  test("a word of a statement is a key or a member where one may stand", () => {
    const text = 'rule a "t" {\n require\n  $.rule == {\n   rule: 1,\n   let: 2 } and\n $.x.\n link\n}'
    expect(problemsOf(`${text}\n${alsoGood}`)).toEqual([])
  })
})

describe("hostile text", () => {
  const cases: Readonly<Record<string, string>> = {
    "10,000 parentheses": `let x = ${"(".repeat(10_000)}1${")".repeat(10_000)}`,
    "10,000 lists": `rule a "t" { require $.a test "x" { given ${"[".repeat(10_000)}${"]".repeat(10_000)} clean } }`,
    "10,000 kinds": `let x = $.a is ${"[".repeat(10_000)}string${"]".repeat(10_000)}`,
    "10,000 negations": `let x = ${"not ".repeat(10_000)}true`,
    "10,000 quantifiers": `let x = ${"all a in b : ".repeat(10_000)}true`,
    "10,000 joined texts": `let x = ${"1 ++ ".repeat(10_000)}1`,
    "10,000 indices": `let x = ${"a[".repeat(10_000)}1${"]".repeat(10_000)}`,
    "10,000 calls": `let x = ${"lower(".repeat(10_000)}1${")".repeat(10_000)}`,
  }
  test.each(Object.entries(cases))("%s are a problem, not a crash", (_, text) => {
    const { file, problems } = parseRules(`${text}\n${alsoGood}`, "a.rule")
    expect(problems.map(({ code }) => code)).toEqual(["too-deep"])
    expect(file.rules).toHaveLength(1)
  })

  test("a long conjunction is none", () => {
    expect(problemsOf(`let x = ${"true and ".repeat(10_000)}true`)).toEqual([])
  })

  test("a text of megabytes is refused at once", () => {
    expect(problemsOf("#".repeat(2_000_000))).toEqual(["too-large "])
  })

  test("thousands of stray characters take no time", () => {
    const started = performance.now()
    expect(parseRules("rule § ".repeat(20_000), "a.rule").problems.length).toBeGreaterThan(0)
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})

/** A text of every construct, from the reference of the language. */
const reference = readFileSync(new URL("./README.md", import.meta.url), "utf8").matchAll(/^```rule\n([\s\S]*?)^```/gm)
const samples = [...reference].map(([, text]) => text ?? "")

describe("properties", () => {
  const piece = fc.oneof(
    fc.constantFrom(...words),
    fc.constantFrom(..."{}[]().,:=\"'\\/#*$?&\n \t", '"""', "==", "..", "??", "++", "/x/", '"a"', "1", "x", "x/y"),
    fc.string({ maxLength: 4, unit: "binary" }),
  )
  const runs = { numRuns: Number(process.env.CFGSYNC_RUNS ?? 300) }

  test("no text makes it throw, and every problem stands in the text", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.constantFrom("", " "), (pieces, between) => {
        const text = pieces.join(between)
        for (const { span, message } of parseRules(text, "a.rule").problems) {
          expect(message).not.toBe("")
          expect(0 <= span.start && span.start <= span.end && span.end <= text.length).toBe(true)
        }
      }),
      runs,
    )
  })

  test("no mutation of a good text makes it throw or hides a rule behind it", () => {
    const mutation = fc.tuple(fc.constantFrom(...samples), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(6), piece)
    fc.assert(
      fc.property(mutation, ([sample, place, cut, put]) => {
        const at = Math.floor(place * sample.length)
        const text = `${sample.slice(0, at)}${put}${sample.slice(at + cut)}\n\nrule last/of-all "fine" { require $.a }\n`
        const { file, problems } = parseRules(text, "a.rule")
        // What a text in triple quotes swallows when its end is gone or a new one begins is text.
        if (put.includes('"') || sample.slice(at, at + cut).includes('"') || put.includes("#")) return
        const ids = file.rules.map(({ id }) => id)
        expect(ids, JSON.stringify(problems)).toContain("last/of-all")
      }),
      runs,
    )
  })
})
