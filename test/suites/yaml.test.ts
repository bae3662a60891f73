import { existsSync, readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { suitesAreHere } from "../../bench/suites/folder.ts"
import { measureAcceptance, measureEdits, type Suite, secondOpinion } from "../../bench/suites/measure.ts"
import { yamlReader } from "../../bench/suites/yamlReader.ts"
import markdown from "../../plugins/markdown/index.ts"
import yaml from "../../plugins/yaml/index.ts"
import { judgeEdit, nodesOf } from "../../src/api/judgeEdit.ts"
import { defaultLimits, type Format, hasErrors } from "../../src/model/document.ts"
import type { Operation } from "../../src/model/operation.ts"
import { decode, type Source } from "../../src/model/source.ts"
import { isArray, isObject } from "../../src/model/value.ts"

const name = suitesAreHere ? "yaml-test-suite" : "yaml-test-suite (skipped: its folder is not beside this checkout)"

/** Far above what is needed: the machine may be busy. */
const slow = 120_000

/** An anchor stands for several places, and an edit of one must not change the others. */
const shared = /is used again as|stands for what is written|elsewhere refers to|is the alias|inherited/

describe.skipIf(!suitesAreHere)(name, async () => {
  if (!suitesAreHere) return
  const { suite }: { readonly suite: Suite } = await import("../../bench/suites/yaml.ts")

  test("every valid case is read with its value, every invalid one is rejected, but for two with a reason", () => {
    const { valid, invalid, values, wrong, excepted } = measureAcceptance(suite)
    expect(wrong).toEqual([])
    expect(excepted).toHaveLength(2)
    expect([valid, invalid, values]).toEqual([
      { cases: 308, accepted: 306 },
      { cases: 94, rejected: 94 },
      { cases: 279, right: 279 },
    ])
  })

  test("what is rejected is an error with a place and words, and no document", () => {
    for (const each of suite.cases) {
      const decoded = decode(each.path, each.bytes)
      if (!decoded.ok) continue
      const { problems, documents } = yaml.parse(decoded.source, defaultLimits)
      const [problem] = problems.filter(({ severity }) => severity === "error")
      if (problem === undefined) continue
      expect(problem.code, each.name).toBe(each.verdict === "invalid" ? "syntax" : "duplicate-key")
      expect(problem.span.start).toBeLessThanOrEqual(decoded.source.text.length)
      expect(problem.message).toMatch(/^[^A-Z].{10}/)
      if (each.verdict === "invalid") expect(documents).toEqual([])
    }
  })

  // All of them: `npx node bench/suites.ts yaml`.
  test("every node of each fourth case is edited, but what would be added through an alias", { timeout: slow }, () => {
    const cases = suite.cases.filter((_, index) => index % 4 === 0)
    for (const [operation, figures] of Object.entries(measureEdits({ ...suite, cases }))) {
      expect(figures.breaches, operation).toEqual([])
      expect(figures.cases, operation).toBeGreaterThan(80)
      const refused = figures.refusals.filter((line) => operation !== "add" || !/stands for what is written/.test(line))
      expect(refused, operation).toEqual([])
    }
  })
})

const corpus = new URL("../../../shared/corpus/", import.meta.url)

interface Row {
  readonly format: string
  readonly file: string
  readonly path: string
  readonly labels: { readonly parse?: { readonly strict: string; readonly message?: string } }
}

interface Real {
  readonly row: Row
  readonly format: Format
  readonly source: Source
}

function realFiles(): readonly Real[] {
  if (!existsSync(corpus)) return []
  const rows = readFileSync(new URL("index.jsonl", corpus), "utf8")
    .split("\n")
    .filter((line) => line !== "")
  return rows.flatMap((line) => {
    const row: Row = JSON.parse(line)
    const format = { yaml, md: markdown }[row.format]
    if (format === undefined) return []
    const decoded = decode(row.path, readFileSync(new URL(row.file, corpus)))
    return decoded.ok ? [{ row, format, source: decoded.source }] : []
  })
}

describe.skipIf(!existsSync(corpus))("real files (skipped where shared/corpus is absent)", () => {
  const files = realFiles()

  test("a file is rejected where a strict parser rejects it, on the same line", () => {
    expect(files.length).toBeGreaterThan(300)
    for (const { row, format, source } of files) {
      const error = format.parse(source, defaultLimits).problems.find(({ severity }) => severity === "error")
      expect(error !== undefined, `${row.file}: ${error?.message}`).toBe(row.labels.parse?.strict === "error")
      const line = /at line (\d+)/.exec(row.labels.parse?.message ?? "")?.[1]
      if (error === undefined || line === undefined) continue
      // The label counts the lines of the front matter alone.
      const fence = format === markdown ? 1 : 0
      expect(source.text.slice(0, error.span.start).split("\n").length, row.file).toBe(Number(line) + fence)
    }
  })

  test("some nodes of some of them are edited, and the second parser agrees", { timeout: slow }, () => {
    let done = 0
    const refused: string[] = []
    const wrong: string[] = []
    for (const { row, format, source } of files.filter((_, index) => index % 20 === 0)) {
      const parsed = format.parse(source, defaultLimits)
      if (hasErrors(parsed)) continue
      parsed.documents.forEach((document, index) => {
        const nodes = [...nodesOf(document.value)]
        const step = Math.ceil(nodes.length / 8)
        for (const { path, value } of nodes.filter((_, place) => place % step === 0)) {
          const operations: readonly Operation[] = [
            isObject(value)
              ? { op: "set", path: [...path, "added key"], value: { a: ["b: c"] } }
              : { op: "set", path, value: "yes: no" },
            ...(isArray(value) ? [{ op: "append", path, value: { a: 1, b: 2 } } as const] : []),
            ...(path.length > 0 ? [{ op: "remove", path } as const] : []),
            ...(typeof path.at(-1) === "string" ? [{ op: "rename", path, to: "re: named" } as const] : []),
          ]
          for (const operation of operations) {
            const verdict = judgeEdit(format, source, operation, index)
            const what = `${row.file} ${JSON.stringify(operation)}`
            if (verdict.outcome === "wrong") wrong.push(`${what}: ${verdict.law}: ${verdict.detail}`)
            if (verdict.outcome === "refused" && !shared.test(verdict.reason))
              refused.push(`${what}: ${verdict.reason}`)
            if (verdict.outcome !== "done") continue
            done++
            if (format !== yaml) continue
            const opinion = secondOpinion(format, yamlReader, source, index, operation, verdict.source)
            if (opinion !== undefined && opinion !== "unjudged") wrong.push(`${what}: ${opinion}`)
          }
        }
      })
    }
    expect(wrong).toEqual([])
    expect(done).toBeGreaterThan(200)
    expect(refused.length / (done + refused.length), refused.join("\n")).toBeLessThanOrEqual(0.001)
  })
})
