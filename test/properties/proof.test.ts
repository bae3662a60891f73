import fc from "fast-check"
import { expect, test } from "vitest"
import { nodesOf } from "../../src/api/judgeEdit.ts"
import { applyEdits } from "../../src/engine/edits.ts"
import { planRepairs } from "../../src/engine/plan.ts"
import { defaultLimits, type Format, hasErrors } from "../../src/model/document.ts"
import { type Finding, severities } from "../../src/model/finding.ts"
import type { Operation } from "../../src/model/operation.ts"
import { type Path, valueAt } from "../../src/model/path.ts"
import type { FileVersion } from "../../src/model/plan.ts"
import type { Source } from "../../src/model/source.ts"
import { equal, isArray, isObject, keysOf, type Value } from "../../src/model/value.ts"
import { subjects } from "./lossless.ts"
import { Random } from "./random.ts"

/** The long form is CFGSYNC_CASES=1000000. */
const cases = Number(process.env.CFGSYNC_CASES ?? 2000)
const each = Math.ceil(cases / Object.keys(subjects).length)

/** What one place must be, and the operations that are offered as its repairs: some right, some not. */
interface Rule {
  readonly id: string
  readonly path: Path
  readonly holds: (value: Value | undefined) => boolean
  readonly offers: readonly Operation[]
  readonly priority: number
  readonly severity: Finding["severity"]
}

function findingsOf(rules: readonly Rule[], source: Source, format: Format): readonly Finding[] {
  const root = format.parse(source, defaultLimits).documents[0]?.value
  return rules
    .filter(({ path, holds }) => !holds(valueAt(root, path)))
    .map(({ id, path, offers, priority, severity }) => ({
      file: source.path,
      document: 0,
      rule: id,
      kind: "rule",
      severity,
      message: `${id} does not hold`,
      path,
      span: { start: 0, end: 0 },
      priority,
      repairs: offers.map((operation) => ({
        title: operation.op,
        safety: "safe",
        steps: [{ file: source.path, document: 0, operation }],
      })),
    }))
}

async function planOf(rules: readonly Rule[], source: Source, format: Format) {
  const check = async (changed: ReadonlyMap<string, FileVersion>) => ({
    files: [source.path],
    findings: findingsOf(rules, changed.get(source.path)?.source ?? source, format),
  })
  return planRepairs({
    findings: findingsOf(rules, source, format),
    open: () => ({ source, format }),
    check,
    limits: defaultLimits,
    unsafe: false,
  })
}

function randomRule(random: Random, id: string, root: Value): Rule {
  const nodes = [...nodesOf(root)]
  const { path: found, value } = random.pick(nodes)
  const path = isObject(value) && random.chance(0.5) ? [...found, random.pick(["new", "key"])] : found
  const wanted = random.pick<Value>([1, 2, "on", true, ["x"]])
  const absent = path.length > 0 && random.chance(0.3)
  const right: Operation = absent ? { op: "remove", path } : { op: "set", path, value: wanted }
  const wrong = (): Operation => {
    const other = random.pick(nodes).path
    return random.pick<Operation>([
      { op: "set", path: other, value: 3 },
      { op: "remove", path: other },
      { op: "append", path: other, value: 3 },
      { op: "rename", path: other, to: "key" },
      { op: "sort", path: other },
      { op: "insert", path: [...other, 0], value: 3 },
    ])
  }
  return {
    id,
    path,
    holds: (now) => (absent ? now === undefined : equal(now, wanted)),
    offers: random.times(2, () => (random.chance(0.6) ? right : wrong())).concat(random.chance(0.7) ? [right] : []),
    priority: random.below(2),
    severity: random.pick(severities),
  }
}

const size = (value: Value): number => (isArray(value) ? value.length : isObject(value) ? keysOf(value).length : 0)

test.each(Object.entries(subjects))(
  "plans for random rules and repairs are valid, break nothing and change nothing twice: %s",
  async (_, { format, path, text }) => {
    let fixed = 0
    let refused = 0
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 15 }), async (seed, length) => {
        const random = new Random(seed)
        const source: Source = { path, text: text(random, length), bom: random.chance(0.05) }
        const parsed = format.parse(source, defaultLimits)
        const root = parsed.documents[0]?.value
        if (hasErrors(parsed) || root === undefined || size(root) === 0) return
        const rules = random.times(5, (index) => randomRule(random, `r${index}`, root))
        const planned = await planOf(rules, source, format)
        fixed += planned.plan.fixed.length
        refused += planned.deferred.length
        const [file] = planned.plan.files
        const result: Source = file === undefined ? source : { path, ...file.after }
        expect(hasErrors(format.parse(result, defaultLimits))).toBe(false)
        expect(result.bom).toBe(source.bom)
        expect(applyEdits(source.text, file?.edits ?? [])).toBe(result.text)
        const before = new Set(findingsOf(rules, source, format).map(({ rule }) => rule))
        const left = findingsOf(rules, result, format).map(({ rule }) => rule)
        expect([...left].sort()).toEqual(planned.findings.map(({ rule }) => rule).sort())
        expect(left.filter((rule) => !before.has(rule))).toEqual([])
        for (const { finding } of planned.plan.fixed) expect(left).not.toContain(finding.rule)
        expect(planned.deferred.map(({ finding }) => finding.rule).sort()).toEqual([...left].sort())
        const again = await planOf(rules, result, format)
        expect(again.plan.files).toEqual([])
      }),
      { numRuns: each },
    )
    expect(fixed).toBeGreaterThan(each / 5)
    expect(refused).toBeGreaterThan(each / 10)
  },
  30_000 + cases * 20,
)
