import { describe, expect, it } from "vitest"
import type { Finding, Severity } from "../model/finding.ts"
import type { CheckResult, FixResult } from "../model/result.ts"
import type { Source } from "../model/source.ts"
import { loadReport, reportFormats } from "./reports.ts"

/** Everything that breaks output formats: markup, commas, percent signs, quotes, line breaks, controls, lone surrogates, wide characters. */
const hostile = `<&>"'%,:;]]>\r\n\t\u001b[31m\u0000\ud800 漢字 👩‍👩‍👧 \u202e`

function finding(change: Partial<Finding> = {}): Finding {
  return {
    file: "a.json",
    document: 0,
    rule: "pack/one",
    kind: "rule",
    severity: "error",
    message: "one is wrong",
    path: ["a", "b/c"],
    span: { start: 2, end: 5 },
    priority: 0,
    repairs: [],
    ...change,
  }
}

function result(findings: readonly Finding[], texts: Readonly<Record<string, string>> = {}): CheckResult {
  const sources = new Map<string, Source>(
    Object.entries(texts).map(([path, text]) => [path, { path, text, bom: false }]),
  )
  return { root: "/project", files: 3, findings, sources, silenced: 0, milliseconds: 12 }
}

function fixed(check: CheckResult): FixResult {
  const [first] = check.findings
  if (first === undefined) throw new Error("a fix needs a finding")
  const before = { text: "{ }", bom: false }
  return {
    ...check,
    findings: check.findings.slice(1),
    plan: {
      files: [
        {
          path: first.file,
          before,
          after: { text: "{}", bom: false },
          edits: [{ start: 1, end: 2, text: "" }],
        },
      ],
      fixed: [{ finding: first, repair: { title: hostile, safety: "safe", steps: [] } }],
    },
    deferred: check.findings
      .slice(1)
      .map((each) => ({ finding: each, step: "conflict", reason: hostile, attempts: [] })),
    written: true,
  }
}

const samples: Readonly<Record<string, CheckResult | FixResult>> = {
  clean: result([]),
  plain: result([finding(), finding({ severity: "info" })], { "a.json": '{ "a": 1 }\n' }),
  "without a text": result([finding({ kind: "missing", path: [], span: { start: 0, end: 0 } })]),
  "an empty text": result([finding({ span: { start: 0, end: 0 } })], { "a.json": "" }),
  "a span past the end": result([finding({ span: { start: 400, end: 900 } })], { "a.json": "{}\r\n" }),
  hostile: result(
    [finding({ file: hostile, rule: hostile, message: hostile, why: hostile, docs: hostile, path: [hostile] })],
    { [hostile]: hostile.repeat(50) },
  ),
  "one long line": result([finding({ span: { start: 100_000, end: 200_000 } })], { "a.json": "x".repeat(300_000) }),
  fixed: fixed(result([finding(), finding({ rule: "pack/two", severity: "warning" })], { "a.json": "{ }" })),
  "a hostile fix": fixed(result([finding({ message: hostile }), finding({ file: hostile })], { "a.json": hostile })),
}

const options = { version: "1.2.3", preview: () => [{ start: 0, end: 1, text: hostile }] }

describe.each(reportFormats)("report %s", (format) => {
  const render = async (sample: CheckResult | FixResult) => (await loadReport(format))(sample, options)

  it.each(Object.entries(samples))("%s: says the same twice, ends in a line break, stays small", async (_, sample) => {
    const text = await render(sample)
    expect(await render(sample)).toBe(text)
    if (text !== "") expect(text.endsWith("\n")).toBe(true)
    expect(text.length).toBeLessThan(30_000)
  })

  it.each(Object.entries(samples))("%s: lets no control character or half character through", async (_, sample) => {
    const text = await render(sample)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u000c\u000e-\u001f]/)
    expect(text.isWellFormed()).toBe(true)
  })

  it("keeps the order it is given", async () => {
    const rules = ["z/9", "a/1", "m/5"]
    const text = await render(result(rules.map((rule) => finding({ rule }))))
    const places = rules.map((rule) =>
      text.lastIndexOf(rule === "z/9" && format === "sarif" ? '"ruleId": "z/9"' : rule),
    )
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(places).not.toContain(-1)
  })

  it.each<Severity>(["error", "warning", "info"])("tells of a finding of severity %s", async (severity) => {
    const message = "a sentence of its own"
    expect(await render(result([finding({ severity, message })]))).toContain(message)
  })
})
