import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Random } from "../../bench/tree/random.ts"
import { yamlFiles } from "../../bench/tree/yaml.ts"
import { defaultLimits } from "../../src/model/document.ts"
import { equal, isArray, isObject, keysOf, type Value } from "../../src/model/value.ts"
import { precheck } from "./limits.ts"
import { parseTokens, readStream } from "./parseStream.ts"
import { quickText } from "./quickText.ts"

/** Whether what is read quickly is what the library reads: the same values, key order and comments, one document, no complaint. */
function agrees(text: string): boolean {
  if (precheck(text, defaultLimits) !== undefined) return true
  const quick = quickText(text, defaultLimits)
  const syntax = parseTokens(text, defaultLimits)
  if (quick === undefined) return true
  const { documents, problems } = readStream(text, defaultLimits)
  const [document] = documents
  const alike = problems.length === 0 && documents.length === 1 && document !== undefined
  if (!alike || !same(quick.value, document.value) || "code" in syntax) return false
  return JSON.stringify(quick.comments) === JSON.stringify(syntax.comments)
}

function same(left: Value, right: Value): boolean {
  if (isArray(left) && isArray(right))
    return left.length === right.length && left.every((item, index) => same(item, right[index] ?? null))
  if (!isObject(left) || !isObject(right)) return equal(left, right) && typeof left === typeof right
  const keys = keysOf(left)
  return (
    keys.join("\0") === keysOf(right).join("\0") && keys.every((key) => same(left[key] as Value, right[key] as Value))
  )
}

const texts = [1, 2, 3, 4, 5, 6].flatMap((seed) => yamlFiles(new Random(seed), seed === 2).map(([, text]) => text))

test("reads most plain files, whole", () => {
  expect(texts.map((text) => quickText(text, defaultLimits) !== undefined).filter(Boolean).length).toBeGreaterThan(8)
  expect(texts.filter((text) => !agrees(text))).toEqual([])
})

test.each([
  ['a: 1\nb: [x, 2, "y z"]\nc: { d: e, f: 0.5 }\n', { a: 1, b: ["x", 2, "y z"], c: { d: "e", f: 0.5 } }],
  ["---\n# c\na:\n- b: ~\n  c: 'd' # e\n- - 1", undefined],
  ["a:\n- b: ~\n  c: 'd' # e\n-\n  f: -1\n", { a: [{ b: null, c: "d" }, { f: -1 }] }],
  ["run: |\n  a\n\n   b # c\n\nx: |-\n  y\n\n", { run: "a\n\n b # c\n", x: "y" }],
  ['a:\nb: ""\n', { a: null, b: "" }],
  ["10: a\n9: b\n", { 10: "a", 9: "b" }],
])("%j", (text, value) => {
  expect(quickText(text, defaultLimits)?.value).toEqual(value)
  expect(agrees(text)).toBe(true)
})

test.each([
  ["a: b: c"],
  ["a: 1\na: 2"],
  ["a: b\n  c"],
  ["a: &b 1"],
  ["a: *b"],
  ["a: !!str 1"],
  ["<<: 1"],
  ["a: 0x10"],
  ["a: 1_000"],
  ["a: .5"],
  ["a: -0"],
  ["a: 'it''s'"],
  ['a: "\\n"'],
  ["a:\t1"],
  ["a: |2\n  b\n"],
  ["a: |\n  b"],
  ["a: |\n  b\n   \n"],
  ["a: >\n  b\n"],
  ["a: 1\n---\nb: 2"],
  ["a: 1\n..."],
  ["? a"],
  ["a: [b\n]"],
  ["a: @b"],
  ["  a: 1"],
  ["a:\n   b: 1\n  c: 2"],
  [""],
  ["just text"],
])("leaves %j to the library", (text) => {
  expect(quickText(text, defaultLimits)).toBeUndefined()
})

const piece = fc.constantFrom(
  ..."a: |b:|c|d: 1|- |-|  |\n|\n  |\n    |\n- |#| # c|\"x\"|'y'|[|]|{|}|,|, |: |:|||-|>|&a|*a|!t|~|null|true|0|-1|1.5|1e3|0x1|<<: |? |---|...|%|@|\\|=|é|\u2028|.|.5|.inf|-.nan|.a|/|$|a b|a:b|[a, b]|{ a: b }".split(
    "|",
  ),
  "|",
  "|-",
  "\n",
)
const soup = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(""))
const changed = fc
  .record({ text: fc.constantFrom(...texts), at: fc.nat(), cut: fc.nat(6), put: fc.oneof(piece, soup) })
  .map(({ text, at, cut, put }) => {
    const from = at % text.length
    return text.slice(0, from) + put + text.slice(from + cut)
  })
const runs = Number(process.env.CFGSYNC_CASES ?? 4000)

test("never says anything but the library", () => {
  fc.assert(fc.property(soup, agrees), { numRuns: runs * 4 })
  fc.assert(fc.property(changed, agrees), { numRuns: runs })
})

const suite = new URL("../../../shared/suites/", import.meta.url).pathname
const corpus = new URL("../../../shared/corpus/files/", import.meta.url).pathname

describe.each([suite, corpus])("outside texts in %s", (folder) => {
  test.skipIf(!existsSync(folder))("are read alike", () => {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
      /yaml|\.ya?ml$/.test(name),
    )
    const wrong = files.filter((name) => {
      try {
        return !agrees(readFileSync(join(folder, name), "utf8"))
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "EISDIR") return false
        throw error
      }
    })
    expect(files.length).toBeGreaterThan(10)
    expect(wrong).toEqual([])
  })
})
