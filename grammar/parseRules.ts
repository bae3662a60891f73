import type { RuleFile, RuleProblem } from "../src/model/rule.ts"
import { checkLet, checkLink, checkPredicate, checkRule, type Names } from "./checks.ts"
import type { Statement } from "./clause.ts"
import { type Fault, fault } from "./fault.ts"
import { type Read, readStatements } from "./readStatements.ts"
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
  const read = readStatements(text)
  const faults: Fault[] = [...read.faults]
  const report = (fault: Fault) => {
    faults.push(fault)
  }
  checkRepeats(read.statements, report)
  const names = namesOf(read)
  const parts: Parts = { imports: [], lets: [], predicates: [], rules: [], links: [] }
  const placed = new Set<string>()
  for (const statement of read.statements) {
    const before = faults.length
    const part = build(statement, names, report)
    const name = "nameSpan" in statement ? keyOf(statement) : undefined
    if (faults.length > before || (name !== undefined && placed.has(name))) continue
    if (name !== undefined) placed.add(name)
    part?.(parts)
  }
  const problems = faults
    .toSorted((a, b) => a.span.start - b.span.start)
    .map((fault): RuleProblem => ({ severity: "error", ...fault, path }))
  return { file: { path, ...parts }, problems }
}

type Parts = { [K in Exclude<keyof RuleFile, "path">]: RuleFile[K][number][] }

/** Check one statement and say where it belongs; nothing when there is nothing to keep. */
function build(
  statement: Statement,
  names: Names,
  report: (fault: Fault) => void,
): ((parts: Parts) => void) | undefined {
  const { span } = statement
  switch (statement.type) {
    case "import": {
      const { from } = statement
      return (parts) => parts.imports.push({ from, span })
    }
    case "let": {
      checkLet(statement, names, report)
      const { name, value } = statement
      return (parts) => parts.lets.push({ name, value, span })
    }
    case "predicate": {
      checkPredicate(statement, names, report)
      const { name, body } = statement
      const parameters = statement.parameters.map((parameter) => parameter.name)
      return (parts) => parts.predicates.push({ name, parameters, body, span })
    }
    case "rule": {
      const rule = buildRule(statement, report)
      checkRule(rule, names, report)
      return (parts) => parts.rules.push(rule)
    }
    case "link": {
      const link = buildLink(statement, report)
      if (link === undefined) return undefined
      checkLink(link, report)
      return (parts) => parts.links.push(link)
    }
  }
}

type Named = Exclude<Statement, { type: "import" }>

const namedAs = { let: "name", predicate: "name", rule: "rule", link: "link" } as const

/** Lets and predicates share one space of names; rules and links have one each. */
function keyOf(statement: Named): string {
  return `${namedAs[statement.type]} ${statement.type === "rule" ? statement.id : statement.name}`
}

function checkRepeats(statements: readonly Statement[], report: (fault: Fault) => void): void {
  const seen = new Set<string>()
  for (const statement of statements) {
    if (statement.type === "import") continue
    const key = keyOf(statement)
    if (seen.has(key)) {
      const code = namedAs[statement.type] === "name" ? "duplicate-name" : "duplicate-id"
      report(fault(code, statement.nameSpan, `there is a \`${key}\` above already`, "rename one of them"))
    }
    seen.add(key)
  }
}

function namesOf({ statements, broken }: Read): Names {
  const predicates = new Map<string, number | undefined>()
  for (const { word, name } of broken) if (word === "predicate") predicates.set(name, undefined)
  for (const statement of statements) {
    if (statement.type === "predicate") predicates.set(statement.name, statement.parameters.length)
  }
  const lets = statements.flatMap((statement) => (statement.type === "let" ? [statement.name] : []))
  const imports = [...statements.map(({ type }) => type), ...broken.map(({ word }) => word)].includes("import")
  return { lets: new Set(lets), predicates, imports }
}
