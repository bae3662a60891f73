import { describe, expect, test } from "vitest"
import { suitesAreHere } from "../../bench/suites/folder.ts"
import { measureAcceptance, measureEdits, type Suite } from "../../bench/suites/measure.ts"
import { nodesOf } from "../../src/api/judgeEdit.ts"
import { trickyStrings } from "../../src/api/trickyStrings.ts"
import { editDocument } from "../../src/engine/editDocument.ts"
import { defaultLimits, hasErrors } from "../../src/model/document.ts"
import { decode } from "../../src/model/source.ts"
import { equal, isArray, isObject } from "../../src/model/value.ts"

const name = suitesAreHere ? "JSONTestSuite" : "JSONTestSuite (skipped: its folder is not beside this checkout)"

describe.skipIf(!suitesAreHere)(name, async () => {
  if (!suitesAreHere) return
  const { suite }: { readonly suite: Suite } = await import("../../bench/suites/json.ts")

  test("every valid case is read, every invalid one is rejected, without exceptions", () => {
    const { valid, invalid, wrong, excepted } = measureAcceptance(suite)
    expect([wrong, excepted]).toEqual([[], []])
    expect([valid, invalid]).toEqual([
      { cases: 95, accepted: 95 },
      { cases: 188, rejected: 188 },
    ])
  })

  test("what is rejected is an error with a place and words", () => {
    for (const each of suite.cases) {
      const decoded = decode(each.path, each.bytes)
      if (!decoded.ok) {
        expect(decoded.offset).toBeLessThanOrEqual(each.bytes.length)
        expect(decoded.reason).not.toBe("")
        continue
      }
      const parsed = suite.format.parse(decoded.source, defaultLimits)
      if (!hasErrors(parsed)) continue
      expect(parsed.problems).toHaveLength(1)
      const [problem] = parsed.problems
      expect(problem?.span.start).toBeLessThanOrEqual(decoded.source.text.length)
      expect(problem?.message.length).toBeGreaterThan(10)
    }
  })

  test("every node of every case is edited", () => {
    const figures = measureEdits(suite)
    for (const figure of Object.values(figures)) {
      expect(figure.breaches).toEqual([])
      expect(figure.unjudged).toBe(0)
      expect(figure.done).toBe(figure.cases)
      expect(figure.cases).toBeGreaterThan(30)
    }
  })

  test("setting a scalar changes the bytes of that scalar only", () => {
    let count = 0
    for (const each of suite.cases) {
      const decoded = decode(each.path, each.bytes)
      if (!decoded.ok) continue
      const { source } = decoded
      const parsed = suite.format.parse(source, defaultLimits)
      for (const document of parsed.documents)
        for (const { path, value } of nodesOf(document.value)) {
          if (isArray(value) || isObject(value)) continue
          const span = document.locate(path)?.value
          for (const set of [...trickyStrings, null, true, 0, -1.5e300, 2n ** 64n]) {
            if (equal(set, value)) continue
            const edited = editDocument(
              suite.format,
              source,
              [{ document: 0, operation: { op: "set", path, value: set } }],
              defaultLimits,
            )
            if (!edited.ok || span === undefined) throw new Error(`${each.name}: ${JSON.stringify(edited)}`)
            const { text } = edited.source
            expect(text.startsWith(source.text.slice(0, span.start))).toBe(true)
            expect(text.endsWith(source.text.slice(span.end))).toBe(true)
            count++
          }
        }
    }
    expect(count).toBeGreaterThan(3000)
  })
})
