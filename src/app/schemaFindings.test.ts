import { expect, test } from "vitest"
import type { Finding } from "../model/finding.ts"
import type { Path } from "../model/path.ts"
import { joinFindings } from "./schemaFindings.ts"

function finding(rule: string, about: Path, more: Partial<Finding> = {}): Finding {
  return {
    file: "a.json",
    document: 0,
    rule,
    kind: "rule",
    severity: "error",
    message: rule,
    path: about.slice(0, 1),
    about,
    span: { start: 0, end: 1 },
    priority: 0,
    repairs: [],
    ...more,
  }
}

const repair = (title: string) => ({ title, safety: "unsafe" as const, steps: [] })
const ofSchema = (about: Path, more: Partial<Finding> = {}) => ({
  finding: finding("schema/client", about, { repairs: [repair("of the schema")], ...more }),
  packs: ["client"],
})

test("a rule of the client tells of its schema's mistake, and the schema's repairs come last", () => {
  const rule = finding("client/command", ["mcp", "a", "command"], { repairs: [repair("of the rule")] })
  const [joined, ...more] = joinFindings([ofSchema(["mcp", "a", "command", 1])], [rule])
  expect(more).toEqual([])
  expect(joined?.rule).toBe("client/command")
  expect(joined?.repairs.map(({ title }) => title)).toEqual(["of the rule", "of the schema"])
})

test.each([
  ["another place", finding("client/a", ["mcp", "b"])],
  ["a place inside", finding("client/a", ["mcp", "a", "command", 1])],
  ["the whole file", finding("client/a", [])],
  ["another pack", finding("secrets/a", ["mcp", "a"])],
  ["another document", finding("client/a", ["mcp", "a"], { document: 1 })],
  ["a lower severity", finding("client/a", ["mcp", "a"], { severity: "warning" })],
])("both are told where the rule is about %s", (_, rule) => {
  expect(joinFindings([ofSchema(["mcp", "a", "command"])], [rule]).map((each) => each.rule)).toEqual([
    "schema/client",
    rule.rule,
  ])
})
