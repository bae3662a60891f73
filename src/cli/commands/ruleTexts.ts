import type { listRules, RuleGraph, TestReport } from "../../app/rules.ts"
import { colorsFor } from "../../report/colors.ts"
import { printable } from "../../report/printable.ts"
import { count } from "../../report/summary.ts"

type ListedRule = Awaited<ReturnType<typeof listRules>>[number]

export function listText(rules: readonly ListedRule[], color: boolean): string {
  const colors = colorsFor(color)
  const width = Math.max(0, ...rules.map(({ id }) => id.length))
  const lines = rules.map(
    ({ id, severity, title, fixes }) =>
      `${colors.bold(printable(id).padEnd(width))}  ${severity.padEnd(7)}  ${printable(title)}${fixes.length > 0 ? colors.dim(`  (${fixes.length === 1 ? "1 fix" : `${fixes.length} fixes`})`) : ""}`,
  )
  return `${[...lines, count(rules.length, "rule")].join("\n")}\n`
}

/** What a program may want of a rule; the compiled conditions are `rules compile`'s. */
export function listedRule({ id, title, severity, why, docs, files, formats, environments, tags, fixes }: ListedRule) {
  return {
    id,
    title,
    severity,
    why,
    docs,
    files,
    formats,
    environments,
    tags,
    fixes: fixes.map(({ title, safety }) => ({ title, safety })),
  }
}

export function testText(report: TestReport, color: boolean): string {
  const colors = colorsFor(color)
  const failed = report.tests.filter(({ failures }) => failures.length > 0)
  const lines = [
    ...failed.flatMap(({ rule, name, file, failures }) => [
      `${colors.red("failed")}  ${printable(`${file}  ${rule}  "${name}"`)}`,
      ...failures.flatMap((failure) => indented(failure)),
    ]),
    ...report.warnings.map((warning) => `${colors.yellow("warning")}  ${indented(warning).join("\n").trimStart()}`),
    ...report.untested.map((rule) => `${colors.yellow("untested")}  ${printable(rule)} has no test`),
    ...report.unfixed.map(
      ({ rule, fix }) => `${colors.yellow("untested")}  no test of ${printable(`${rule} makes the fix "${fix}"`)}`,
    ),
    ...(report.mutation?.survivors ?? []).map(
      ({ rule, change }) => `${colors.yellow("unnoticed")}  ${printable(`${rule}  ${change}`)}`,
    ),
  ]
  const counts = [count(report.tests.length, "test"), `${failed.length} failed`]
  if (report.mutation !== undefined) {
    counts.push(`${report.mutation.caught} of ${count(report.mutation.total, "mutation")} noticed`)
  }
  return `${[...lines, colors.bold(counts.join(", "))].join("\n")}\n`
}

function indented(text: string): readonly string[] {
  return text.split("\n").map((line) => `  ${printable(line)}`)
}

export function graphText({ rules, edges }: RuleGraph): string {
  return rules
    .map(({ id, reads, writes }) => {
      const after = edges.filter(({ from }) => from === id).map(({ to }) => to)
      const parts = { reads, writes, "checked again after": after }
      const lines = Object.entries(parts).flatMap(([word, list]) =>
        list.length === 0 ? [] : `  ${word}: ${list.join(", ")}`,
      )
      return `${[id, ...lines].map(printable).join("\n")}\n`
    })
    .join("")
}

/** For Graphviz: an arrow from a repair to the rules that it wakes. */
export function graphDot({ rules, edges }: RuleGraph): string {
  const lines = [
    ...rules.map(({ id }) => `  ${JSON.stringify(id)};`),
    ...edges.map(({ from, to }) => `  ${JSON.stringify(to)} -> ${JSON.stringify(from)};`),
  ]
  return `digraph rules {\n${lines.map((line) => `${line}\n`).join("")}}\n`
}
