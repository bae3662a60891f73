import { statSync } from "node:fs"
import type { CompiledLink, CompiledRule } from "../engine/compiled.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { RuleProblem } from "../model/rule.ts"
import { LineIndex } from "../model/span.ts"
import { builtBefore, cachedAs } from "./cache.ts"
import { foldedGroup } from "./foldedGroup.ts"
import type { CompiledGroup } from "./parseGroup.ts"
import type { Project } from "./project.ts"
import { packFile, type RuleGroup, type RuleSource, ruleGroups } from "./ruleSources.ts"

/**
 * The project's rules, compiled. A set that was compiled before comes from the cache, and the parser is not even loaded.
 * @throws CfgsyncError `rule-invalid` with the place of every error; warnings are for `cfgsync rules test`.
 */
export async function loadRules(project: Project): Promise<readonly CompiledRule[]> {
  return (await loadRuleSet(project)).rules
}

/** All that the rule files of a project say. */
export interface RuleSet {
  readonly rules: readonly CompiledRule[]
  readonly links: readonly CompiledLink[]
  /** What json-rules-engine says of the rules, by rule. */
  readonly verdicts: CompiledGroup["verdicts"]
}

/** @throws CfgsyncError as {@link loadRules} */
export async function loadRuleSet(project: Project): Promise<RuleSet> {
  const groups = ruleGroups(project.settings.rules, project.system)
  const rules: CompiledRule[] = []
  const links: CompiledLink[] = []
  const verdicts: Record<string, CompiledGroup["verdicts"][string]> = {}
  for (const group of groups) {
    const compiled = await compileGroup(group)
    const errors = compiled.problems.filter(({ severity }) => severity === "error")
    if (errors.length > 0) throw invalidRules(errors, [...group.sources, ...group.imported])
    links.push(...compiled.links)
    Object.assign(verdicts, compiled.verdicts)
    for (const rule of compiled.rules) {
      if (rules.some(({ id }) => id === rule.id)) {
        throw new CfgsyncError(
          "rule-invalid",
          `two rules are called ${rule.id}`,
          "rename one; to change a shipped rule use `severity` and `params`",
        )
      }
      if (!(group.recommended && rule.tags.includes("strict"))) rules.push(rule)
    }
  }
  return { rules, links, verdicts }
}

/** Compile a group, or take it from the cache. Shipped packs were compiled by the build. */
export function compileGroup(group: RuleGroup): Promise<CompiledGroup> {
  const packs = shippedTogether(group)
  const built = packs === undefined ? undefined : builtBefore(foldedGroup, "rules", packs.key, packs.files)
  if (built !== undefined) return Promise.resolve(built)
  const sources = [...group.sources, ...group.imported]
  const own = sources.filter(({ path }) => !path.startsWith("cfgsync:")).map(({ text }) => text)
  const key = JSON.stringify([group.sources, group.imported])
  return cachedAs(foldedGroup, "rules", key, () => compiled(group), own.join("\n"))
}

/** For the build: compile a group of shipped packs into the cache that the package brings along. */
export async function buildGroup(group: RuleGroup): Promise<CompiledGroup> {
  const packs = shippedTogether(group)
  if (packs === undefined) throw new Error("only shipped packs are compiled by the build")
  return cachedAs(foldedGroup, "rules", packs.key, () => compiled(group))
}

async function compiled(group: RuleGroup): Promise<CompiledGroup> {
  const { parseGroup } = await import("./parseGroup.ts")
  return (await parseGroup(group)).compiled
}

/** The files of a group of shipped packs, and what they are known by. @returns `undefined` for a group with files of the project */
function shippedTogether({
  sources,
}: RuleGroup): { readonly key: string; readonly files: readonly string[] } | undefined {
  if (!sources.every(({ path }) => path.startsWith("cfgsync:"))) return undefined
  const files = sources.map(({ path }) => packFile(path.slice("cfgsync:".length)))
  return { files, key: JSON.stringify(sources.map(({ path }, index) => [path, statSync(files[index] ?? "").size])) }
}

/** All problems as one error: place, sentence, the line with a caret, and what to do; of several, each with its own hint. */
export function invalidRules(problems: readonly RuleProblem[], sources: readonly RuleSource[]): CfgsyncError {
  const [first] = problems
  if (problems.length === 1 && first !== undefined)
    return new CfgsyncError("rule-invalid", describeProblem(first, sources), first.hint)
  const hinted = (problem: RuleProblem) => (problem.hint === undefined ? "" : `\n  hint: ${problem.hint}`)
  const described = problems.map((problem) => `${describeProblem(problem, sources)}${hinted(problem)}`)
  return new CfgsyncError("rule-invalid", described.join("\n"))
}

export function describeProblem(problem: RuleProblem, sources: readonly RuleSource[]): string {
  const text = sources.find(({ path }) => path === problem.path)?.text ?? ""
  const index = new LineIndex(text)
  const { line, column } = index.position(problem.span.start)
  const source = text.slice(index.lineStart(line)).split(/\r?\n/, 1)[0] ?? ""
  const caret = `${source.slice(0, column - 1).replace(/[^\t]/g, " ")}^`
  return `${problem.path}:${line}:${column} ${problem.message}\n  ${source}\n  ${caret}`
}
