import { expect, it } from "vitest"
import type { Finding } from "../model/finding.ts"
import type { CheckResult, FixResult } from "../model/result.ts"
import { github } from "./github.ts"
import { json } from "./json.ts"
import { junit } from "./junit.ts"
import { sarif } from "./sarif.ts"

const repair = { title: "drop it", safety: "safe", steps: [] } as const
const found: Finding = {
  file: "dir a/b%.json",
  document: 0,
  rule: "pack/one",
  kind: "rule",
  severity: "warning",
  message: "a, b: 100% <wrong>",
  why: "because",
  docs: "https://example.test/one",
  path: ["a/b", 0],
  span: { start: 7, end: 9 },
  priority: 0,
  repairs: [repair],
}
const missing: Finding = { ...found, file: "gone.json", kind: "missing", severity: "info", path: [], repairs: [] }
const check: CheckResult = {
  root: "/home/me/my project",
  files: 2,
  findings: [found, missing],
  sources: new Map([[found.file, { path: found.file, text: "[\n  1,\n 22 ]\n", bom: false }]]),
  silenced: 0,
  milliseconds: 1500,
}
const preview = (finding: Finding) => (finding.repairs.length === 0 ? undefined : [{ start: 8, end: 10, text: "" }])

it("json: has the documented shape", () => {
  expect(JSON.parse(json(check, { preview }))).toEqual({
    version: 1,
    root: "/home/me/my project",
    files: 2,
    findings: [
      {
        file: "dir a/b%.json",
        rule: "pack/one",
        kind: "rule",
        severity: "warning",
        message: "a, b: 100% <wrong>",
        pointer: "/a~1b/0",
        range: { start: { line: 3, column: 1 }, end: { line: 3, column: 3 } },
        fix: {
          title: "drop it",
          safety: "safe",
          edits: [{ range: { start: { line: 3, column: 2 }, end: { line: 3, column: 4 } }, text: "" }],
        },
      },
      {
        file: "gone.json",
        rule: "pack/one",
        kind: "missing",
        severity: "info",
        message: "a, b: 100% <wrong>",
        pointer: "",
        range: { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } },
        fix: null,
      },
    ],
    summary: { error: 0, warning: 1, info: 1, fixable: 1 },
  })
})

it("json: offers no fix whose proof failed", () => {
  expect(JSON.parse(json(check, { preview: () => undefined })).findings[0].fix).toBeNull()
})

it("json: of a fix adds what was fixed, placed in the text before it, and what was deferred", () => {
  const fix: FixResult = {
    ...check,
    findings: [missing, { ...found, span: { start: 0, end: 2 } }],
    plan: {
      files: [
        {
          path: found.file,
          before: { text: "[\n  1,\n 22 ]\n", bom: false },
          after: { text: "[]", bom: false },
          edits: [{ start: 1, end: 11, text: "" }],
        },
      ],
      fixed: [{ finding: found, repair }],
    },
    deferred: [{ finding: missing, step: "no-repair", reason: "nothing to do", attempts: [] }],
    written: true,
  }
  const report = JSON.parse(json(fix))
  expect(report.fixed).toMatchObject([
    { rule: "pack/one", range: { start: { line: 3, column: 1 } }, fix: { title: "drop it" } },
  ])
  expect(report.fixed[0].fix).not.toHaveProperty("edits")
  expect(report.deferred).toMatchObject([{ file: "gone.json", step: "no-repair", reason: "nothing to do" }])
  expect(report.findings[1].range.end).toEqual({ line: 1, column: 3 })
  expect(report.changes).toEqual([
    {
      file: found.file,
      edits: [{ range: { start: { line: 1, column: 2 }, end: { line: 3, column: 5 } }, text: "" }],
    },
  ])
  expect(report.written).toBe(true)
})

it("sarif: names each rule once, relates places to the root, and carries the edits", () => {
  const log = JSON.parse(sarif(check, { preview, version: "1.2.3" }))
  expect(log.version).toBe("2.1.0")
  const [run] = log.runs
  expect(run.tool.driver).toEqual({
    name: "cfgsync",
    version: "1.2.3",
    rules: [
      {
        id: "pack/one",
        defaultConfiguration: { level: "warning" },
        fullDescription: { text: "because" },
        help: { text: "because" },
        helpUri: "https://example.test/one",
      },
    ],
  })
  const base = run.originalUriBaseIds.PROJECTROOT.uri
  expect(base).toBe("file:///home/me/my%20project/")
  const [first, second] = run.results
  expect(first).toMatchObject({ ruleId: "pack/one", ruleIndex: 0, level: "warning", message: { text: found.message } })
  const { artifactLocation, region } = first.locations[0].physicalLocation
  expect(decodeURIComponent(new URL(artifactLocation.uri, base).pathname)).toBe("/home/me/my project/dir a/b%.json")
  expect(region).toEqual({ startLine: 3, startColumn: 1, endLine: 3, endColumn: 3 })
  expect(first.fixes[0].artifactChanges[0].replacements).toEqual([
    { deletedRegion: { startLine: 3, startColumn: 2, endLine: 3, endColumn: 4 }, insertedContent: { text: "" } },
  ])
  expect(second.level).toBe("note")
  expect(second.locations[0].physicalLocation.region).toBeUndefined()
  expect(second.fixes).toBeUndefined()
})

it("github: escapes what would end a property or a command", () => {
  expect(github(check)).toBe(
    "::warning file=dir a/b%25.json,line=3,endLine=3,col=1,endColumn=3,title=pack/one::a, b: 100%25 <wrong>%0Abecause\n" +
      "::notice file=gone.json,line=1,endLine=1,col=1,endColumn=1,title=pack/one::a, b: 100%25 <wrong>%0Abecause\n",
  )
  expect(github({ ...check, findings: [{ ...found, file: "a:b,c", span: { start: 0, end: 9 } }] })).toMatch(
    /^::warning file=a%3Ab%2Cc,line=1,endLine=1,/,
  )
})

it("junit: is well-formed, counts failures, and a clean run passes", () => {
  expect(junit(check)).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="cfgsync" tests="2" failures="1" errors="0" time="1.500">
      <testsuite name="dir a/b%.json" tests="1" failures="1" errors="0">
        <testcase name="pack/one at 3:1" classname="dir a/b%.json" file="dir a/b%.json" line="3"><failure message="a, b: 100% &lt;wrong&gt;" type="warning">dir a/b%.json:3:1  warning  pack/one&#10;a, b: 100% &lt;wrong&gt;&#10;because</failure></testcase>
      </testsuite>
      <testsuite name="gone.json" tests="1" failures="0" errors="0">
        <testcase name="pack/one at 1:1" classname="gone.json" file="gone.json" line="1"><system-out>gone.json:1:1  info  pack/one&#10;a, b: 100% &lt;wrong&gt;&#10;because</system-out></testcase>
      </testsuite>
    </testsuites>
    "
  `)
  expect(junit({ ...check, findings: [] })).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="cfgsync" tests="1" failures="0" errors="0" time="1.500">
      <testsuite name="cfgsync" tests="1" failures="0" errors="0">
        <testcase name="2 files" classname="cfgsync" />
      </testsuite>
    </testsuites>
    "
  `)
})
