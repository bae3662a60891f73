import { type Severity, severities } from "../src/model/finding.ts"
import type { Link, Rule, RuleTest, TestFile } from "../src/model/rule.ts"
import type { Span } from "../src/model/span.ts"
import { makeObject } from "../src/model/value.ts"
import type { Clause, LinkItem, Statement, TestItem } from "./clause.ts"
import { type Fault, fault } from "./fault.ts"
import { suggest } from "./suggest.ts"

type Report = (fault: Fault) => void
type RuleStatement = Extract<Statement, { type: "rule" }>
type LinkStatement = Extract<Statement, { type: "link" }>

function ofType<C extends { readonly type: string }, T extends C["type"]>(
  parts: readonly C[],
  type: T,
): readonly (C & { readonly type: T })[] {
  return parts.filter((part): part is C & { readonly type: T } => part.type === type)
}

/** Put the clauses of a rule together; what is missing, repeated or unknown is reported. */
export function buildRule(statement: RuleStatement, report: Report): Rule {
  const { clauses, id, title, span, nameSpan } = statement
  for (const type of singles) onlyOnce(ofType(clauses, type), type, "clause", report)
  const text = (type: "why" | "docs" | "since" | "deprecated") => {
    const clause = ofType(clauses, type)[0]
    return clause === undefined ? {} : { [type]: clause.value }
  }
  const words = (type: "files" | "formats" | "environments" | "tags") =>
    ofType(clauses, type).flatMap((clause) => clause.values)
  const message = ofType(clauses, "message")[0]
  const require = ofType(clauses, "require").map((clause) => clause.requirement)
  if (require.length === 0) {
    report(fault("missing-clause", nameSpan, `rule ${id} requires nothing`, "say with `require` what must hold"))
  }
  return {
    id,
    title,
    ...text("why"),
    ...text("docs"),
    severity: severityOf(ofType(clauses, "severity")[0], report),
    files: words("files"),
    formats: words("formats"),
    environments: words("environments"),
    tags: words("tags"),
    ...text("since"),
    priority: ofType(clauses, "priority")[0]?.value ?? 0,
    ...text("deprecated"),
    params: ofType(clauses, "param").map((clause) => ({ name: clause.name, default: clause.value, span: clause.span })),
    for: ofType(clauses, "for").map((clause) => ({ name: clause.name, in: clause.in, span: clause.span })),
    where: ofType(clauses, "where").map((clause) => clause.expr),
    require,
    ...(message === undefined ? {} : { message: message.parts }),
    fixes: ofType(clauses, "fix").map((fix) => buildFix(fix, report)),
    tests: ofType(clauses, "test").map((test) => buildTest(test, report)),
    span,
    idSpan: nameSpan,
  }
}

const singles = ["why", "docs", "severity", "since", "priority", "deprecated", "message"] as const

function onlyOnce(parts: readonly { readonly span: Span }[], word: string, kind: string, report: Report): void {
  for (const part of parts.slice(1)) {
    report(fault("duplicate-clause", part.span, `\`${word}\` stands here twice`, `keep one \`${word}\` ${kind}`))
  }
}

function severityOf(clause: Extract<Clause, { type: "severity" }> | undefined, report: Report): Severity {
  if (clause === undefined) return "error"
  const known = severities.find((severity) => severity === clause.value)
  if (known === undefined) {
    const hint = suggest(clause.value, severities) ?? `write one of ${severities.join(", ")}`
    report(fault("unknown-severity", clause.valueSpan, `there is no severity \`${clause.value}\``, hint))
  }
  return known ?? "error"
}

function buildFix(fix: Extract<Clause, { type: "fix" }>, report: Report): Rule["fixes"][number] {
  if (fix.actions.length === 0) {
    report(
      fault("missing-clause", fix.span, "this fix changes nothing", "say what to do, for example `set PATH = VALUE`"),
    )
  }
  return { title: fix.title, safety: fix.safety, where: fix.where, actions: fix.actions, span: fix.span }
}

function buildTest(test: Extract<Clause, { type: "test" }>, report: Report): RuleTest {
  const { items, span } = test
  const given = ofType(items, "given")
  const mode = ofType(items, "mode")
  const lastGood = ofType(items, "last_good")
  onlyOnce(given, "given", "of this test", report)
  onlyOnce(mode, "mode", "of this test", report)
  onlyOnce(lastGood, "last_good", "of this test", report)
  for (const item of ofType(items, "with")) {
    if (item.file.path === undefined) {
      report(fault("test-file", item.span, "`with` names no file", 'write the path first: `with "other.json" VALUE`'))
    }
  }
  const file = given[0]?.file
  if (file === undefined) {
    report(fault("test-given", span, `test ${JSON.stringify(test.name)} has no \`given\``, "say what the file holds"))
  }
  const start: TestFile = { ...(file ?? { span }), ...(mode[0] === undefined ? {} : { mode: mode[0].mode }) }
  const last = lastGood[0]?.file
  return {
    name: test.name,
    given: start,
    with: ofType(items, "with").map((item) => item.file),
    environment: Object.fromEntries(ofType(items, "env").map((item) => [item.name, item.value])),
    onPath: ofType(items, "on_path").flatMap((item) => item.names),
    params: makeObject(ofType(items, "param").map((item) => [item.name, item.value])),
    ...(last === undefined ? {} : { lastGood: last }),
    finds: findsOf(test.name, items, span, report),
    outcome: outcomeOf(items, start, span, report),
    span,
  }
}

function findsOf(name: string, items: readonly TestItem[], span: Span, report: Report): RuleTest["finds"] {
  const finds = ofType(items, "finds")
  const clean = ofType(items, "clean")[0]
  if (finds.length === 0 && clean === undefined) {
    report(
      fault("test-expectation", span, `test ${JSON.stringify(name)} expects nothing`, "add `finds PATH`, or `clean`"),
    )
  }
  if (finds.length > 0 && clean !== undefined) {
    report(fault("test-expectation", clean.span, "`clean` contradicts `finds`", "keep one of them"))
  }
  return finds.map(({ at, message, span }) => ({ at, ...(message === undefined ? {} : { message }), span }))
}

function outcomeOf(items: readonly TestItem[], given: TestFile, span: Span, report: Report): RuleTest["outcome"] {
  const fixed = ofType(items, "fixed")
  const unfixed = ofType(items, "unfixed")
  const first = fixed[0] ?? unfixed[0]
  if (first === undefined) return { type: "unchecked" }
  const clean = ofType(items, "clean")[0]
  if (clean !== undefined) {
    report(
      fault("test-expectation", first.span, `\`clean\` leaves nothing to fix`, `keep \`clean\` or \`${first.type}\``),
    )
  }
  const [wrong] = first.type === "fixed" ? unfixed : []
  if (wrong !== undefined) {
    report(fault("test-expectation", wrong.span, "`unfixed` contradicts `fixed`", "keep one of them"))
  }
  const unsafe = [...fixed, ...unfixed].some((item) => item.unsafe)
  if (first.type === "unfixed") return { type: "unfixed", unsafe }
  const own = fixed.filter(({ file }) => file.path === undefined || file.path === given.path)
  if (own.some((item) => item.unsafe !== own[0]?.unsafe)) {
    const hint = "make two tests of one `given`: `fixed` in one, `unsafe fixed` in the other"
    const message = "a test says what repairs make of a file either without unsafe ones or with them"
    report(fault("test-expectation", own[1]?.span ?? span, message, hint))
  } else onlyOnce(own, "fixed", "for the rule's own file", report)
  const others = fixed.filter((item) => !own.includes(item)).map((item) => item.file)
  return { type: "fixed", file: own[0]?.file ?? given, others, unsafe }
}

const policies = ["source-wins", "both-ways", "ask"] as const

/** Put the parts of a link together. `undefined` when it has no source: then it says nothing. */
export function buildLink(statement: LinkStatement, report: Report): Link | undefined {
  const { items, name, span, nameSpan } = statement
  const sources = ofType(items, "source")
  const targets = ofType(items, "target").map((item) => item.end)
  const policy = ofType(items, "policy")
  onlyOnce(sources, "source", "of this link", report)
  onlyOnce(policy, "policy", "of this link", report)
  onlyOnce(ofType(items, "exact"), "exact", "of this link", report)
  const source = sources[0]?.end
  if (source === undefined || targets.length === 0) {
    const what = source === undefined ? "source" : "target"
    report(fault("missing-clause", nameSpan, `link ${name} has no ${what}`, `add \`${what} "file" at PATH as LENS\``))
  }
  if (source === undefined) return undefined
  return { name, source, targets, policy: policyOf(policy[0], report), exact: ofType(items, "exact").length > 0, span }
}

function policyOf(item: Extract<LinkItem, { type: "policy" }> | undefined, report: Report): Link["policy"] {
  if (item === undefined) return "source-wins"
  const known = policies.find((policy) => policy === item.value)
  if (known === undefined) {
    const hint = suggest(item.value, policies) ?? `write one of ${policies.join(", ")}`
    report(fault("unknown-policy", item.valueSpan, `there is no policy \`${item.value}\``, hint))
  }
  return known ?? "source-wins"
}
