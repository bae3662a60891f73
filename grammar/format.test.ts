import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { formatRules, parseRules } from "./index.ts"
import { lex } from "./lexer.ts"

const readme = readFileSync(new URL("./README.md", import.meta.url), "utf8")
const samples = [...readme.matchAll(/^```rule\n([\s\S]*?)^```$/gm)].map(([, text]) => text ?? "")

function format(text: string): string {
  const formatted = formatRules(text, "a.rule")
  expect(formatted).toMatchObject({ ok: true })
  return formatted.ok ? formatted.text : ""
}

/** What a text says, without where; its comments; nothing else may count. */
function meaning(text: string): unknown {
  const { file, problems } = parseRules(text, "a.rule")
  const comments = lex(text).comments.map(({ image }) => image.trimEnd())
  const plain = JSON.stringify([file, problems.map(({ code }) => code)], (key, value) =>
    key === "span" || key === "idSpan" ? undefined : typeof value === "bigint" ? `${value}n` : value,
  )
  return { plain, comments }
}

describe("layout", () => {
  const table: readonly (readonly [string, string, string])[] = [
    ["spaces", 'let   x={a:1,"b":[ 1,2, ],c:{}}', 'let x = { a: 1, "b": [1, 2], c: {} }\n'],
    ["paths", "let x = $ . a [ 0 ] [ 1 : 3 ] .. b [ c ] . *", "let x = $.a[0][1:3]..b[c].*\n"],
    ["calls", "predicate p( a ,b )=count( a )>1 and not ( b )", "predicate p(a, b) = count(a) > 1 and not (b)\n"],
    ["quantifiers", "let x = all s in $.a:s is [ string ]", "let x = all s in $.a : s is [string]\n"],
    ["a rule", 'rule a/b "t"{why "w" require $.a}', 'rule a/b "t" {\n  why       "w"\n  require   $.a\n}\n'],
    ["one blank line at most", "let a = 1\n\n\n\nlet b = 2\n\n", "let a = 1\n\nlet b = 2\n"],
    ["rules stand apart", 'let a = 1\nrule a "t" { require a }\nlet b = 2', 'let a = 1\n\nrule a "t" {\n  require   a\n}\n\nlet b = 2\n'],
    ["comments stay", "# a\nlet x = 1   # b\n# c", "# a\nlet x = 1  # b\n# c\n"],
    ["comments align", "let x = 1 # a\nlet long = 22 # b", "let x = 1      # a\nlet long = 22  # b\n"],
    ["no text", "", ""],
    ["only a comment", "\n\n# x", "# x\n"],
    ["CRLF", "let x=1\r\nlet y=2\r\n", "let x = 1\r\nlet y = 2\r\n"],
    ["author's breaks", "let x = {\n a: 1 }", "let x = {\n  a: 1\n}\n"],
    ["a comment in a list", "let x = [ # a\n1, # b\n# c\n2 ]", "let x = [\n  # a\n  1,  # b\n  # c\n  2\n]\n"],
    ["a comment in a condition", "let x = a # 1\n# 2\nand b", "let x = a  # 1\n  # 2\n  and b\n"],
    ["short fixes", 'rule a "t" { require $.a fix safe "f" { set $.a = 1 } }', 'rule a "t" {\n  require   $.a\n  fix safe "f" { set $.a = 1 }\n}\n'],
    [
      "long fixes",
      'rule a "t" { require $.a fix safe "f" {\n set $.a = 1 sort $.b } }',
      'rule a "t" {\n  require   $.a\n  fix safe "f" {\n    set    $.a = 1\n    sort   $.b\n  }\n}\n',
    ],
    [
      "links",
      'link l { source "a" at $ as b target "long" at $.x.y as c/d exact }',
      'link l {\n  source  "a"     at $      as b\n  target  "long"  at $.x.y  as c/d\n  exact\n}\n',
    ],
    ["block texts", 'rule a "t" {\nwhy """\na\n b\n"""\nrequire $.a }', 'rule a "t" {\n  why       """\n    a\n     b\n    """\n  require   $.a\n}\n'],
  ] // biome-ignore format: a table to read
  test.each(table)("%s", (_, text, expected) => {
    expect(format(text)).toBe(expected)
  })

  test("a long condition breaks at `and`, a long list at its elements", () => {
    const long = "x".repeat(50)
    const text = format(
      `rule a "t" { where $.${long} == 1 and $.${long} == 2 require $.a in ["${long}", "${long}", "${long}"] }`,
    )
    expect(text.split("\n")).toEqual([
      'rule a "t" {',
      `  where     $.${long} == 1`,
      `            and $.${long} == 2`,
      "  require   $.a in [",
      `    "${long}",`,
      `    "${long}",`,
      `    "${long}"`,
      "  ]",
      "}",
      "",
    ])
  })
})

test("a long head of a fix gives each `where` a line of its own", () => {
  const long = "x".repeat(60)
  const text = format(`rule a "t" { require $.a fix safe "f" where $.${long} where $.${long} { set $.a = 1 } # c\n}`)
  expect(text.split("\n")).toEqual([
    'rule a "t" {',
    "  require   $.a",
    '  fix safe "f"',
    `      where $.${long}`,
    `      where $.${long} { set $.a = 1 }  # c`,
    "}",
    "",
  ])
})

test.each(samples)("the reference is written as it would be printed:\n%s", (sample) => {
  expect(format(sample)).toBe(sample)
})

test("what has a problem is not printed", () => {
  const formatted = formatRules("let x =", "a.rule")
  expect(formatted).toMatchObject({ ok: false, problems: [{ code: "syntax" }] })
})

/** The same tokens with other white space between them, and comments at the ends of some lines. */
function scrambled(text: string): fc.Arbitrary<string> {
  const { tokens } = lex(text)
  const gap = fc.constantFrom(" ", "  ", "\n", "\n\n\n", " # note\n", "\n  # own line\n", "\t")
  return fc.array(gap, { minLength: tokens.length, maxLength: tokens.length }).map((gaps) => {
    const start = (index: number) => tokens[index]?.startOffset ?? 0
    return tokens
      .map((token, index) => {
        const begins =
          index === 0 ||
          /[\n\r]/.test(text.slice(start(index - 1) + (tokens[index - 1]?.image.length ?? 0), start(index)))
        const between = gaps[index] ?? " "
        return `${begins && !between.includes("\n") ? `\n${between}` : between}${token.image}`
      })
      .join("")
  })
}

test("however a text is laid out, printing keeps its meaning and its comments and is done after one time", () => {
  const arbitrary = fc.constantFrom(...samples).chain(scrambled)
  fc.assert(
    fc.property(arbitrary, (text) => {
      const once = format(text)
      expect(meaning(once)).toEqual(meaning(text))
      expect(format(once)).toBe(once)
    }),
    { numRuns: Number(process.env.CFGSYNC_RUNS ?? 200) },
  )
})
