import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { functionNames } from "../src/model/rule.ts"
import { railroadHtml, textMateJson } from "./generate.ts"
import { words } from "./lexer.ts"
import { textMateGrammar } from "./textMate.ts"

const committed = (file: string) => readFileSync(new URL(file, import.meta.url), "utf8")

describe("what is generated is committed as it is (node grammar/generate.ts)", () => {
  test("railroad.html", () => {
    expect(committed("./railroad.html") === railroadHtml()).toBe(true)
  })
  test("cfgsync.tmLanguage.json", () => {
    expect(committed("./cfgsync.tmLanguage.json")).toBe(textMateJson())
  })
})

test("the diagrams show every rule of the grammar and load nothing", () => {
  const html = railroadHtml()
  for (const rule of ["statement", "ruleStatement", "expression", "comparison", "testItem", "linkEnd"]) {
    expect(html).toContain(`<h2 class="diagramHeader">${rule}</h2>`)
  }
  expect(html).not.toMatch(/<script|<link|https?:\/\/(?!www\.w3\.org)/)
})

type Pattern = (typeof textMateGrammar.patterns)[number]
type Candidate = Pattern & { readonly ends?: boolean }

function resolve(patterns: readonly Pattern[]): readonly Pattern[] {
  return patterns.flatMap((pattern) =>
    pattern.include === undefined
      ? [pattern]
      : resolve(textMateGrammar.repository[pattern.include.slice(1)]?.patterns ?? []),
  )
}

/** The scopes of a text, as an editor would find them: at each place the earliest match, of several the first in the list. */
function tokenize(text: string): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = []
  const stack: Pattern[] = [{ patterns: textMateGrammar.patterns }]
  let at = 0
  while (at < text.length) {
    const current = stack.at(-1) as Pattern
    const end: readonly Candidate[] = current.end === undefined ? [] : [{ match: current.end, ends: true }]
    const candidates: readonly Candidate[] = [...end, ...resolve(current.patterns ?? [])]
    let best: { readonly result: RegExpExecArray; readonly pattern: Candidate } | undefined
    for (const pattern of candidates) {
      const regex = new RegExp(pattern.match ?? pattern.begin ?? "", "gmd")
      regex.lastIndex = at
      const result = regex.exec(text)
      if (result !== null && (best === undefined || result.index < best.result.index)) best = { result, pattern }
    }
    if (best === undefined) break
    const { result, pattern } = best
    if (pattern.ends === true) stack.pop()
    else if (pattern.begin !== undefined) {
      stack.push(pattern)
      found.push([result[0], pattern.name ?? ""])
    } else if (pattern.captures !== undefined) {
      for (const [key, { name }] of Object.entries(pattern.captures)) {
        const image = result[Number(key)]
        if (image !== undefined) found.push([image.trim(), name])
      }
    } else found.push([result[0], pattern.name ?? ""])
    at = result.index + (result[0].length || (pattern.ends === true ? 0 : 1))
  }
  return found
}

test.each([...words])("an editor knows the word %s", (word) => {
  const scopes = tokenize(` ${word} `).map(([, scope]) => scope)
  expect(scopes[0]).toMatch(/^(?:keyword|storage|constant\.language|variable\.language)/)
})

test.each([...functionNames])("an editor knows the function %s", (name) => {
  expect(tokenize(`where ${name}(x)`)).toContainEqual([name, "support.function.cfgsync"])
})

test("an editor sees the parts of a rule", () => {
  const example = /^```rule\n([\s\S]*?)^```$/m.exec(committed("./README.md"))?.[1] ?? ""
  const scopes = tokenize(example).map(([image, scope]) => `${image} ${scope}`)
  for (const expected of [
    "rule storage.type.cfgsync",
    "mcp/local-command entity.name.type.cfgsync",
    "running entity.name.function.cfgsync",
    "severity keyword.control.cfgsync",
    "error constant.language.cfgsync",
    "for keyword.control.cfgsync",
    "mcp variable.other.member.cfgsync",
    "[string] support.type.cfgsync",
    "count support.function.cfgsync",
    ">= keyword.operator.cfgsync",
    "1 constant.numeric.cfgsync",
    '# a shipped pack; "./shared.rule" for a file beside this one comment.line.number-sign.cfgsync',
    "{ meta.interpolation.cfgsync",
    "key support.function.cfgsync",
    "finds keyword.control.cfgsync",
    "false constant.language.cfgsync",
  ]) {
    expect(scopes).toContain(expected)
  }
})

test.each([
  ["server.rule.in", [["rule", "variable.other.member.cfgsync"], ["in", "variable.other.member.cfgsync"]]],
  ["x matches /a b[/]\\/#/i # c", [["/a b[/]\\/#/i", "string.regexp.cfgsync"], ["# c", "comment.line.number-sign.cfgsync"]]],
  ['"a # b"', [['"', "string.quoted.double.cfgsync"]]],
  ['"""\n rule x\n"""\nlet y', [['"""', "string.quoted.triple.cfgsync"], ["let", "storage.type.cfgsync"]]],
  ["{ for: 1 }", [["for", "support.type.property-name.cfgsync"]]],
  ["x is not [[integer]]", [["not", "keyword.operator.word.cfgsync"], ["[[integer]]", "support.type.cfgsync"]]],
  ["my-rule", [["my-rule", "variable.other.cfgsync"]]],
] as const)("%s", (text, expected) => {
  const scopes = tokenize(text)
  for (const pair of expected) expect(scopes).toContainEqual(pair)
}) // biome-ignore format: a table to read
