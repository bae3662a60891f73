import type { RuleFile, RuleProblem } from "../src/model/rule.ts"
import type { Fault } from "./fault.ts"
import { readStatements } from "./readStatements.ts"
import { buildLink, buildRule } from "./typed.ts"

export interface ParsedRules {
  /** Every statement that has no error. */
  readonly file: RuleFile
  /** In the order of the text. */
  readonly problems: readonly RuleProblem[]
}

/**
 * Read the text of a rule file. Never throws on any text: what is wrong is a problem, and a statement with an error is left out while the
 * others are kept.
 * @param path of the file, for messages.
 */
export function parseRules(text: string, path: string): ParsedRules {
  const { statements, faults } = readStatements(text)
  const found: Fault[] = [...faults]
  const file = {
    path,
    imports: [] as RuleFile["imports"][number][],
    lets: [] as RuleFile["lets"][number][],
    predicates: [] as RuleFile["predicates"][number][],
    rules: [] as RuleFile["rules"][number][],
    links: [] as RuleFile["links"][number][],
  }
  for (const statement of statements) {
    const before = found.length
    const report = (fault: Fault) => found.push(fault)
    switch (statement.type) {
      case "import":
        file.imports.push({ from: statement.from, span: statement.span })
        break
      case "let":
        file.lets.push({ name: statement.name, value: statement.value, span: statement.span })
        break
      case "predicate":
        file.predicates.push({
          name: statement.name,
          parameters: statement.parameters.map(({ name }) => name),
          body: statement.body,
          span: statement.span,
        })
        break
      case "rule": {
        const rule = buildRule(statement, report)
        if (found.length === before) file.rules.push(rule)
        break
      }
      case "link": {
        const link = buildLink(statement, report)
        if (link !== undefined && found.length === before) file.links.push(link)
        break
      }
    }
  }
  const problems = found
    .toSorted((a, b) => a.span.start - b.span.start)
    .map((fault): RuleProblem => ({ severity: "error", ...fault, path }))
  return { file, problems }
}
