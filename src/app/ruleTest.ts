import type { CompiledRule } from "../engine/compiled.ts"
import { editDocument } from "../engine/editDocument.ts"
import { defaultLimits, type Format, hasErrors } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { Finding } from "../model/finding.ts"
import { formatPath, type Path } from "../model/path.ts"
import type { FilePlan } from "../model/plan.ts"
import type { PathExpr, Rule, RuleTest, TestFile } from "../model/rule.ts"
import type { Source } from "../model/source.ts"
import { equal, isObject, keysOf, type Value } from "../model/value.ts"
import { memorySystem } from "../system/memory.ts"
import type { System } from "../system/system.ts"
import { checkPaths } from "./check.ts"
import { resolveSettings } from "./config.ts"
import { Dependents } from "./dependents.ts"
import { planRun } from "./fix.ts"
import { formatOf } from "./formats.ts"
import type { Project } from "./project.ts"
import { openRunWith } from "./run.ts"

/** What one `test` block showed. `failures` is empty when all it says is true; `fixes` are the titles of the repairs it made. */
export interface TestOutcome {
  readonly failures: readonly string[]
  readonly fixes: readonly string[]
}

/** Run one test of a rule through the same check, plan and proof as any file, on a system in memory. */
export async function runRuleTest(rule: Rule, compiled: CompiledRule, test: RuleTest): Promise<TestOutcome> {
  const path = rulePath(rule, test)
  const texts = new Map<string, string>()
  for (const [name, file] of [
    [path, test.given] as const,
    ...test.with.map((each) => [each.path ?? "", each] as const),
  ]) {
    const text = await wordFile(name, file)
    if (text !== undefined) texts.set(name, text)
  }
  const project = await testProject(path, rule, test, texts)
  const run = await openRunWith({ rules: [compiled], links: [], verdicts: {} }, project, [path])
  const seen = await checkPaths(run, [path], new Map())
  const dependencies = new Dependents(seen.dependencies)
  const failures = findingFailures(test, seen.findings)
  if (test.outcome.type === "unchecked") return { failures, fixes: [] }
  const { plan, findings: left } = await planRun(run, seen.findings, dependencies, { unsafe: test.outcome.unsafe })
  const fixes = plan.fixed.map(({ repair }) => repair.title)
  if (test.outcome.type === "unfixed") {
    return {
      failures:
        plan.files.length === 0
          ? failures
          : [...failures, `repaired, against expectation: ${describePlan(plan.files)}`],
      fixes,
    }
  }
  const expected = [{ ...test.outcome.file, path: test.outcome.file.path ?? path }, ...test.outcome.others]
  const wrong = await Promise.all(expected.map((file) => fixFailure(file, plan.files, texts)))
  // What the test names and no repair is for may stay; the repaired text says that it does.
  const named = new Set(seen.findings.map(describe))
  const rest = left.filter((finding) => finding.rule === rule.id && !named.has(describe(finding)))
  // What is expected to be repaired only when asked must not be repaired unasked.
  const unasked = test.outcome.unsafe ? await planRun(run, seen.findings, dependencies, { unsafe: false }) : undefined
  const early =
    unasked === undefined || unasked.plan.files.length === 0 ? [] : ["repaired without --unsafe, against expectation"]
  return {
    failures: [
      ...failures,
      ...wrong.flat(),
      ...early,
      ...(rest.length > 0 ? [`found only after the repair: ${rest.map(describe).join("; ")}`] : []),
    ],
    fixes,
  }
}

async function testProject(
  path: string,
  rule: Rule,
  test: RuleTest,
  texts: ReadonlyMap<string, string>,
): Promise<Project> {
  // A test is about its rule: what a schema would say too is not its matter.
  const config = { files: [path], rules: [], schemas: { "**": false as const }, params: { [rule.id]: test.params } }
  const environment = rule.environments[0]
  const system = testSystem(path, test, texts)
  const lastGood = test.lastGood === undefined ? undefined : await wordFile(path, test.lastGood)
  return {
    root: system.root,
    cwd: system.root,
    configPath: null,
    config,
    settings: resolveSettings(
      environment === undefined ? config : { ...config, environments: { [environment]: {} } },
      environment,
    ),
    environment,
    system,
    lastGood: (name) => (name === path ? lastGood : undefined),
  }
}

function testSystem(path: string, test: RuleTest, texts: ReadonlyMap<string, string>): System {
  const system = memorySystem({}, { environment: test.environment, commands: test.onPath })
  const modes = new Map([test.given, ...test.with].map((file) => [file.path ?? path, file.mode] as const))
  for (const [name, text] of texts) {
    const mode = Number.parseInt(modes.get(name) ?? "0644", 8)
    system.write([{ path: name, before: null, after: new TextEncoder().encode(text), mode }])
  }
  return system
}

/** The file that a test of the rule is about. */
export function rulePath(rule: Rule, test: RuleTest): string {
  return test.given.path ?? concretePath(rule)
}

/** The first glob of the rule with something in the place of what varies: `.opencode/agent/**\/*.md` becomes `.opencode/agent/a.md`. */
function concretePath({ files, formats }: Rule): string {
  const glob = files.find((each) => !each.startsWith("!"))
  if (glob === undefined)
    return formats[0] === "yaml"
      ? "a.yaml"
      : formats[0] === "toml"
        ? "a.toml"
        : formats[0] === "markdown"
          ? "a.md"
          : "a.json"
  return glob
    .replace(/\{([^,{}]*),[^{}]*\}/g, "$1")
    .replaceAll("**/", "")
    .replace(/\*+/g, "a")
}

/** The text of a test's file: as it is, or the value worded by its format. `undefined`: the file is missing. */
export async function wordFile(path: string, { text, value }: TestFile): Promise<string | undefined> {
  if (text !== undefined || value === undefined) return text
  const format = await formatOf(path)
  if (format === undefined)
    throw new CfgsyncError("rule-invalid", `no format words a value for ${path}`, "give the text of the file instead")
  return wordValue(format, path, value)
}

/** Word a value by the format's own editing: where an empty file is an object already (TOML, front matter), key by key. */
function wordValue(format: Format, path: string, value: Value): string {
  const empty: Source = { path, text: format.name === "json" ? "{}\n" : "", bom: false }
  const byKey = isObject(value) && isObject(format.parse(empty, defaultLimits).documents[0]?.value)
  const operations = byKey
    ? keysOf(value).map((key) => ({ op: "set" as const, path: [key], value: value[key] as Value }))
    : [{ op: "set" as const, path: [], value }]
  const steps = operations.map((operation) => ({ document: 0, operation }))
  const edited = editDocument(format, empty, steps, defaultLimits)
  if (!edited.ok)
    throw new CfgsyncError(
      "rule-invalid",
      `a test's value cannot be said in ${format.name}: ${edited.reason}`,
      "give the text of the file instead",
    )
  return edited.source.text
}

function findingFailures(test: RuleTest, findings: readonly Finding[]): readonly string[] {
  const open = [...findings]
  const failures: string[] = []
  for (const { at, message } of test.finds) {
    const path = literalPath(at)
    const index = open.findIndex(
      (each) => formatPath(each.path) === formatPath(path) && each.message.includes(message ?? ""),
    )
    if (index >= 0) open.splice(index, 1)
    else failures.push(`not found: ${formatPath(path)}${message === undefined ? "" : ` saying "${message}"`}`)
  }
  return [...failures, ...open.map((each) => `found, against expectation: ${describe(each)}`)]
}

function describe({ rule, path, message }: Finding): string {
  return `${rule} at ${formatPath(path)}: ${message}`
}

function literalPath({ segments }: PathExpr): Path {
  return segments.flatMap((segment): (string | number)[] =>
    segment.type === "member" ? [segment.name] : segment.type === "index" ? [segment.index] : [],
  )
}

async function fixFailure(
  file: TestFile,
  planned: readonly FilePlan[],
  texts: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const path = file.path ?? ""
  const text = planned.find((each) => each.path === path)?.after.text ?? texts.get(path)
  if (text === undefined) return [`${path} was not made`]
  if (file.text !== undefined)
    return file.text === text ? [] : [`${path} was repaired to\n${text}\ninstead of\n${file.text}`]
  const parsed = (await formatOf(path))?.parse({ path, text, bom: false }, defaultLimits)
  const value = parsed === undefined || hasErrors(parsed) ? undefined : parsed.documents[0]?.value
  return equal(value, file.value) ? [] : [`${path} was repaired to\n${text}\nwhich is not the expected value`]
}

function describePlan(files: readonly FilePlan[]): string {
  return files.map(({ path, after }) => `${path}:\n${after.text}`).join("\n")
}
