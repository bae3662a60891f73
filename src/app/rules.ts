import { compileRules as compileFile } from "../engine/compile.ts"
import type { CompiledRule } from "../engine/compiled.ts"
import type { RuleFile } from "../model/rule.ts"
import { describeProblem, invalidRules, loadRules } from "./loadRules.ts"
import { mutantsOf, nameMutantsOf } from "./mutate.ts"
import { parseGroup } from "./parseGroup.ts"
import { type Project, projectPath } from "./project.ts"
import { type RuleGroup, ruleGroups } from "./ruleSources.ts"
import { runRuleTest } from "./ruleTest.ts"

/** The rules that apply in a project. */
export function listRules(project: Project): Promise<readonly CompiledRule[]> {
  return loadRules(project)
}

/** The same as JSON that a plain json-rules-engine can run. @param files rule files; none: those of the configuration. */
export async function compileRules(project: Project, files: readonly string[] = []): Promise<readonly CompiledRule[]> {
  if (files.length === 0) return loadRules(project)
  return (await openGroups(project, files)).flatMap(({ rules }) => rules)
}

export interface TestReport {
  readonly tests: readonly {
    readonly rule: string
    readonly name: string
    readonly file: string
    readonly failures: readonly string[]
  }[]
  /** Rules without any test. */
  readonly untested: readonly string[]
  /** Fixes that no test makes. */
  readonly unfixed: readonly { readonly rule: string; readonly fix: string }[]
  /** Compiler warnings, as text. */
  readonly warnings: readonly string[]
  /** With `mutate`: small changes of the rules, and which of them no test noticed. */
  readonly mutation?: {
    readonly total: number
    readonly caught: number
    readonly survivors: readonly { readonly rule: string; readonly change: string }[]
  }
}

export async function testRules(
  project: Project,
  options: {
    readonly files?: readonly string[]
    readonly mutate?: boolean
    readonly progress?: (done: number, total: number) => void
  },
): Promise<TestReport> {
  const groups = await openGroups(project, options.files ?? [])
  const units = groups.flatMap((group) =>
    group.files.flatMap((file) => file.rules.map((rule) => ({ file, rule, group }))),
  )
  const tests: TestReport["tests"][number][] = []
  const unfixed: TestReport["unfixed"][number][] = []
  const survivors: { rule: string; change: string }[] = []
  let total = 0
  for (const [index, { file, rule, group }] of units.entries()) {
    const compiled = group.rules.find(({ id }) => id === rule.id)
    if (compiled === undefined) continue
    const made = new Set<string>()
    for (const test of rule.tests) {
      const { failures, fixes } = await runRuleTest(rule, compiled, test)
      for (const fix of fixes) made.add(fix)
      tests.push({ rule: rule.id, name: test.name, file: file.path, failures })
    }
    unfixed.push(
      ...rule.fixes.filter(({ title }) => !made.has(title)).map(({ title }) => ({ rule: rule.id, fix: title })),
    )
    if (options.mutate === true) {
      for (const mutant of mutantsOf(rule)) {
        total++
        if (!(await noticed({ ...file, rules: [mutant.rule] }, group)))
          survivors.push({ rule: rule.id, change: mutant.change })
      }
    }
    options.progress?.(index + 1, units.length)
  }
  if (options.mutate === true) {
    for (const group of groups) {
      for (const mutant of group.files.flatMap((file) => [...nameMutantsOf(file)])) {
        total++
        if (!(await noticed(mutant.file, group))) survivors.push({ rule: mutant.name, change: mutant.change })
      }
    }
  }
  return {
    tests,
    untested: units.filter(({ rule }) => rule.tests.length === 0).map(({ rule }) => rule.id),
    unfixed,
    warnings: groups.flatMap(({ warnings }) => warnings),
    ...(options.mutate === true ? { mutation: { total, caught: total - survivors.length, survivors } } : {}),
  }
}

/** Whether some test of the file's rules fails on the mutant; one that does not even compile is noticed too. */
async function noticed(file: RuleFile, group: OpenGroup): Promise<boolean> {
  const { rules, problems } = compileFile(file, group.resolve(file))
  if (problems.some(({ severity }) => severity === "error")) return true
  for (const rule of file.rules) {
    const compiled = rules.find(({ id }) => id === rule.id)
    if (compiled === undefined) return true
    for (const test of rule.tests) {
      try {
        if ((await runRuleTest(rule, compiled, test)).failures.length > 0) return true
      } catch {
        return true
      }
    }
  }
  return false
}

interface OpenGroup {
  readonly files: readonly RuleFile[]
  readonly rules: readonly CompiledRule[]
  readonly warnings: readonly string[]
  readonly resolve: (file: RuleFile) => (from: string) => RuleFile | undefined
  readonly textOf: (file: RuleFile) => string
}

async function openGroups(project: Project, files: readonly string[]): Promise<readonly OpenGroup[]> {
  const opened = []
  for (const group of groupsOf(project, files)) {
    const { files: parsed, compiled, resolve } = await parseGroup(group)
    const errors = compiled.problems.filter(({ severity }) => severity === "error")
    const sources = [...group.sources, ...group.imported]
    if (errors.length > 0) throw invalidRules(errors, sources)
    opened.push({
      files: parsed,
      rules: compiled.rules,
      warnings: compiled.problems.map((each) => describeProblem(each, sources)),
      resolve,
      textOf: ({ path }: RuleFile) => sources.find((source) => source.path === path)?.text ?? "",
    })
  }
  return opened
}

function groupsOf(project: Project, files: readonly string[]): readonly RuleGroup[] {
  return ruleGroups(
    files.length === 0
      ? project.settings.rules
      : files.map((file) => (file.startsWith("cfgsync:") ? file : projectPath(project, file))),
    project.system,
  )
}

/**
 * Write a page about each rule file into a folder.
 * @param files rule files or shipped packs; none: those of the configuration.
 * @returns the pages that changed, or with `check` would.
 */
export async function documentRules(
  project: Project,
  files: readonly string[],
  options: { readonly folder: string; readonly check: boolean },
): Promise<readonly string[]> {
  const { ruleDocs } = await import("./ruleDocs.ts")
  const groups = await openGroups(project, files)
  const pages = await ruleDocs(
    groups.flatMap((group) => group.files.map((file) => ({ file, text: group.textOf(file) }))),
  )
  const folder = projectPath(project, options.folder)
  const changed: string[] = []
  for (const [name, text] of pages) {
    const path = `${folder}/${name}`
    const before = project.system.read(path, pageLimit)
    const after = new TextEncoder().encode(text)
    if (before !== null && Buffer.compare(before, after) === 0) continue
    changed.push(path)
    if (!options.check) project.system.write([{ path, before, after }])
  }
  return changed
}

const pageLimit = 16 * 1024 * 1024

/** A rule with what its repairs read and write, for a picture of what depends on what. */
export interface RuleGraph {
  readonly rules: readonly {
    readonly id: string
    readonly files: readonly string[]
    readonly reads: readonly string[]
    readonly writes: readonly string[]
  }[]
  /** `from` may have to be checked again after `to` was repaired: it reads what that writes. */
  readonly edges: readonly { readonly from: string; readonly to: string }[]
}

export async function graphRules(project: Project): Promise<RuleGraph> {
  const rules = await loadRules(project)
  const edges = rules.flatMap((reader) =>
    rules
      .filter(
        (writer) =>
          writer.id !== reader.id &&
          writer.writes.some((write) => reader.reads.some((read) => meets(read, write, reader, writer))),
      )
      .map((writer) => ({ from: reader.id, to: writer.id })),
  )
  return {
    rules: rules.map(({ id, files, reads, writes }) => ({
      id,
      files,
      reads: reads.map(placeText),
      writes: writes.map(placeText),
    })),
    edges,
  }
}

type Place = CompiledRule["reads"][number]

function meets(read: Place, write: Place, reader: CompiledRule, writer: CompiledRule): boolean {
  const sameFiles =
    read.file === write.file &&
    (read.file !== null ||
      reader.files.some((glob) => writer.files.includes(glob)) ||
      reader.files.length === 0 ||
      writer.files.length === 0)
  const length = Math.min(read.steps.length, write.steps.length)
  return (
    sameFiles &&
    read.steps
      .slice(0, length)
      .every((step, index) => step === null || write.steps[index] === null || step === write.steps[index])
  )
}

function placeText({ file, steps, deep }: Place): string {
  const path = `$${steps.map((step) => (step === null ? ".*" : typeof step === "number" ? `[${step}]` : `.${step}`)).join("")}${deep ? ".." : ""}`
  return file === null ? path : `${file} ${path}`
}

/** Lay rule files out as `cfgsync rules format` does. @returns the files that were (or with `check` would be) changed. */
export async function formatRuleFiles(
  project: Project,
  files: readonly string[],
  options: { readonly check: boolean },
): Promise<readonly string[]> {
  const { formatRules } = await import("../../grammar/index.ts")
  const changed: string[] = []
  for (const group of groupsOf(project, files)) {
    for (const source of group.sources.filter(({ path }) => !path.startsWith("cfgsync:"))) {
      const formatted = formatRules(source.text, source.path)
      if (!formatted.ok) throw invalidRules(formatted.problems, group.sources)
      if (formatted.text === source.text) continue
      changed.push(source.path)
      if (options.check) continue
      const encoder = new TextEncoder()
      project.system.write([
        { path: source.path, before: encoder.encode(source.text), after: encoder.encode(formatted.text) },
      ])
    }
  }
  return changed
}
