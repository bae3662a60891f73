import { readdirSync, readFileSync } from "node:fs"
import { posix } from "node:path"
import { Engine } from "json-rules-engine"
import { describe, expect, test } from "vitest"
import { parseRules } from "../grammar/index.ts"
import { addOperators, type CompiledRule, type FactSet, factsOf, type Value } from "../src/api/operators.ts"
import { formatOf } from "../src/app/formats.ts"
import { openProject } from "../src/app/project.ts"
import { ruleDocs } from "../src/app/ruleDocs.ts"
import { compileRules, testRules } from "../src/app/rules.ts"
import { rulePath, runRuleTest, wordFile } from "../src/app/ruleTest.ts"
import { Files } from "../src/app/world.ts"
import { compileRules as compileFile } from "../src/engine/compile.ts"
import { matcher } from "../src/engine/glob.ts"
import { testWorld } from "../src/engine/testWorld.ts"
import { type Document, defaultLimits, hasErrors } from "../src/model/document.ts"
import { formatPath, type Path } from "../src/model/path.ts"
import type { PathExpr, Rule, RuleFile, RuleTest, TestFile } from "../src/model/rule.ts"
import type { World } from "../src/model/world.ts"
import { secretTexts } from "../src/secrets/inDocuments.ts"
import { memorySystem } from "../src/system/memory.ts"

const root = new URL("../", import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), "utf8")

const shipped = readdirSync(new URL("rules.d/", root))
  .filter((name) => name.endsWith(".rule"))
  .map((name) => `rules.d/${name}`)
const ruleFiles = [...shipped, "examples/rules/shop.rule"]

/** The example that the language's reference begins with. */
const reference = /^```rule\n([\s\S]*?)^```$/m.exec(read("grammar/README.md"))?.[1] ?? ""

const project = await openProject({ cwd: new URL(".", root).pathname })
const parsed = [...ruleFiles.map((path) => [path, read(path)] as const), ["README.rule", reference] as const].map(
  ([path, text]) => {
    const { file, problems } = parseRules(text, path)
    return { path, text, file, problems }
  },
)

test("the rule files have no problems", () => {
  expect(parsed.flatMap(({ problems }) => problems)).toEqual([])
})

describe("the tests of each shipped rule show", () => {
  test.each(ruleFiles.flatMap((path) => fileAt(path).rules))("$id", ({ tests, fixes }) => {
    const shows = {
      "a finding": tests.some(({ finds }) => finds.length > 0),
      "no finding": tests.some(({ finds }) => finds.length === 0),
      // An unsafe repair is made only when asked for, which its test checks too.
      "a repair": fixes.length === 0 || tests.some(({ outcome }) => outcome.type === "fixed"),
      "no repair where a condition of one does not hold":
        fixes.every(({ where }) => where.length === 0) ||
        tests.some(({ outcome }) => outcome.type === "unfixed" || (outcome.type === "fixed" && outcome.unsafe)),
    }
    expect(Object.entries(shows).filter(([, shown]) => !shown)).toEqual([])
  })
})

test("each shipped rule says why it matters, and where to read on", () => {
  const rules = shipped.flatMap((path) => fileAt(path).rules)
  expect(
    rules.filter(({ why, docs = "" }) => why === undefined || !docs.startsWith("https://")).map(({ id }) => id),
  ).toEqual([])
})

test("every test of every rule passes, every fix is made by one, and the analysis warns of nothing", async () => {
  const report = await testRules(project, { files: ruleFiles })
  expect(report.tests.filter(({ failures }) => failures.length > 0)).toEqual([])
  expect(report.tests.length).toBe(ruleFiles.flatMap((path) => fileAt(path).rules.flatMap(({ tests }) => tests)).length)
  expect(report.untested).toEqual([])
  expect(report.unfixed).toEqual([])
  expect(report.warnings).toEqual([])
}, 300_000)

test("the example of the reference passes its tests, with its import", async () => {
  const file = fileAt("README.rule")
  const { rules, problems } = compileFile(file, () => fileAt("rules.d/mcp.rule"))
  expect(problems).toEqual([])
  expect(file.rules.map(({ id, tests }) => [id, tests.length])).toEqual([["mcp/local-command", 2]])
  for (const [index, rule] of file.rules.entries()) {
    const compiled = rules[index]
    if (compiled === undefined) throw new Error(`${rule.id} does not compile`)
    for (const each of rule.tests) expect((await runRuleTest(rule, compiled, each)).failures, each.name).toEqual([])
  }
})

test("the tests notice at least 95 % of the mutations", async () => {
  const { mutation } = await testRules(project, { files: ruleFiles, mutate: true })
  expect(mutation?.total).toBeGreaterThan(150)
  expect((mutation?.caught ?? 0) / (mutation?.total ?? 1), JSON.stringify(mutation?.survivors)).toBeGreaterThan(0.95)
}, 300_000)

test("docs/rules says what the shipped rules say: `npx cfgsync rules docs --out docs/rules`", async () => {
  const pages = await ruleDocs(parsed.filter(({ path }) => shipped.includes(path)))
  expect([...pages.keys()].sort()).toEqual(readdirSync(new URL("docs/rules/", root)).sort())
  for (const [name, text] of pages) expect(read(`docs/rules/${name}`), name).toBe(text)
})

function fileAt(path: string): RuleFile {
  const found = parsed.find((each) => each.path === path)
  if (found === undefined) throw new Error(`no ${path}`)
  return found.file
}

// What `cfgsync rules compile` prints, read back as whoever loads it would.
const printed: readonly CompiledRule[] = JSON.parse(
  JSON.stringify([
    ...(await compileRules(project, ruleFiles)),
    ...compileFile(fileAt("README.rule"), () => fileAt("rules.d/mcp.rule")).rules,
  ]),
)

const cases = parsed.flatMap(({ file }) =>
  file.rules.flatMap((rule) => rule.tests.map((each) => ({ name: `${rule.id}: ${each.name}`, rule, each }))),
)

test("every rule is printed, in order", () => {
  expect(printed.map(({ id }) => id)).toEqual(
    expect.arrayContaining(parsed.flatMap(({ file }) => file.rules.map(({ id }) => id))),
  )
  expect(cases.length).toBeGreaterThan(100)
})

describe("a plain json-rules-engine gives the verdicts that the tests name", () => {
  test.each(cases)("$name", async ({ rule, each }) => {
    const compiled = printed.find(({ id }) => id === rule.id)
    if (compiled === undefined) throw new Error("not printed")
    const fired = await run(compiled, await setsOf(compiled, rule, each))
    const bound = compiled.for.at(-1)?.name
    // Without `for` the question is asked once; with it, once for each place, and exactly the places named are found.
    if (bound === undefined) expect(fired.length).toBe(each.finds.length > 0 ? 1 : 0)
    else {
      const found = fired.map(({ bindings }) => bindings[bound])
      // One place is named once, however many requirements it breaks, and beside however many places of other files.
      expect([...new Set(found)].sort()).toEqual(
        [...new Set(each.finds.map(({ at }) => formatPath(literal(at))))].sort(),
      )
    }
  })

  test.each(cases)("and fails on nothing that is missing: $name", async ({ rule, each }) => {
    const compiled = printed.find(({ id }) => id === rule.id)
    if (compiled === undefined) throw new Error("not printed")
    const sets = await setsOf(compiled, rule, each)
    const emptied = sets.map(({ bindings, facts }) => ({
      bindings,
      facts: Object.fromEntries(Object.keys(facts).map((name) => [name, undefined])),
    }))
    await expect(run(compiled, emptied)).resolves.toBeDefined()
  })
})

/** The facts that the printed rule names, taken from the file that the test gives. */
async function setsOf(compiled: CompiledRule, rule: Rule, each: RuleTest): Promise<readonly FactSet[]> {
  const path = rulePath(rule, each)
  const value = await documentOf(path, each.given)
  return factsOf(compiled, value, { world: await worldOf(path, each), params: each.params })
}

/** Each question in an engine of its own, which knows nothing but the printed conditions, the exported operators and the named facts. */
async function run(compiled: CompiledRule, sets: readonly FactSet[]): Promise<readonly FactSet[]> {
  const fired: FactSet[] = []
  for (const set of sets) {
    const rule = JSON.parse(JSON.stringify({ conditions: compiled.conditions, event: compiled.event }))
    const engine = addOperators(new Engine([rule]))
    const { events } = await engine.run({ ...set.facts })
    if (events.length > 0) fired.push(set)
  }
  return fired
}

async function worldOf(path: string, each: RuleTest) {
  const documents: Record<string, Value> = {}
  for (const file of each.with) {
    const value = await documentOf(file.path ?? "", file)
    if (value !== undefined) documents[file.path ?? ""] = value
  }
  const text = await wordFile(path, each.given)
  const lastGood = each.lastGood === undefined ? undefined : await documentOf(path, each.lastGood)
  const world = testWorld({
    documents,
    ...(lastGood === undefined ? {} : { lastGood }),
    commands: each.onPath,
    environment: each.environment,
    secrets: await secretsOf(path, each.given),
    facts: {
      exists: text !== undefined,
      path,
      name: path.slice(path.lastIndexOf("/") + 1),
      bom: text?.startsWith("\uFEFF") ?? false,
      eol: text?.includes("\r\n") ? "crlf" : "lf",
      final_newline: text?.endsWith("\n") ?? true,
      mode: each.given.mode ?? "0644",
    },
  })
  const there = each.with.map((file) => file.path ?? "")
  return {
    ...world,
    loading: await loadingOf(path, each),
    files: (glob: string) => there.filter(matcher([`./${posix.normalize(glob)}`])),
    documents: (glob: string) =>
      Object.entries(documents)
        .filter(([name]) => matcher([glob])(name))
        .map(([name, value]) => ({ path: name, value })),
    exists: (name: string) => {
      const place = posix.normalize(name.replace(/^~(?=\/)/, each.environment.HOME ?? "~"))
      return there.some((file) => file === place || file.startsWith(`${place}/`)) || world.exists(name)
    },
  }
}

/** How the files of a test load each other: the one thing that is worked out of all of them, and is taken from where it is worked out. */
async function loadingOf(path: string, each: RuleTest): Promise<World["loading"]> {
  const format = await formatOf(path)
  const texts: Record<string, string> = {}
  for (const file of [each.given, ...each.with]) {
    const name = file.path ?? path
    const text = await wordFile(name, file)
    if (text !== undefined) texts[name] = text
  }
  const system = memorySystem(texts, { environment: each.environment, commands: each.onPath })
  const files = new Files({ ...project, system }, () => format, new Map())
  return files.world(path, { files: new Set(), globs: new Set(), outside: new Set() }, new Map()).loading
}

async function documentOf(path: string, file: TestFile): Promise<Value | undefined> {
  return (await parsedOf(path, file))?.value
}

async function secretsOf(path: string, file: TestFile): Promise<Readonly<Record<string, string>>> {
  const document = await parsedOf(path, file)
  const found = await secretTexts(document === undefined ? [] : [document])
  return Object.fromEntries(found.map(({ text, kind }) => [text, kind]))
}

async function parsedOf(path: string, file: TestFile): Promise<Document | undefined> {
  const text = await wordFile(path, file)
  if (text === undefined) return undefined
  const source = { path, text: text.replace(/^\uFEFF/, ""), bom: text.startsWith("\uFEFF") }
  const read = (await formatOf(path))?.parse(source, defaultLimits)
  return read === undefined || hasErrors(read) ? undefined : read.documents[0]
}

function literal({ segments }: PathExpr): Path {
  return segments.flatMap((segment): (string | number)[] =>
    segment.type === "member" ? [segment.name] : segment.type === "index" ? [segment.index] : [],
  )
}
