import { parseRules } from "../../grammar/index.ts"
import { analyseRules } from "../engine/analyse.ts"
import { askAll } from "../engine/askAll.ts"
import { compileRules } from "../engine/compile.ts"
import type { CompiledLink, CompiledRule } from "../engine/compiled.ts"
import { compileLinks } from "../engine/compileLinks.ts"
import type { KnownVerdicts } from "../engine/verdicts.ts"
import type { RuleFile, RuleProblem } from "../model/rule.ts"
import { formatTable } from "./formats.ts"
import { lensNames } from "./lenses.ts"
import { importName, type RuleGroup, shippedPacks } from "./ruleSources.ts"

/** What became of one group of rule files. All of it is JSON, so that it can be kept. */
export interface CompiledGroup {
  readonly rules: readonly CompiledRule[]
  readonly links: readonly CompiledLink[]
  readonly problems: readonly RuleProblem[]
  /** What json-rules-engine says of the rules, by rule. */
  readonly verdicts: Readonly<Record<string, KnownVerdicts>>
}

export interface ParsedGroup {
  readonly files: readonly RuleFile[]
  readonly compiled: CompiledGroup
  /** Where the imports of one of the files lead. */
  readonly resolve: (file: RuleFile) => (from: string) => RuleFile | undefined
}

/** A group of rule files, parsed and compiled. Loaded only when the cache does not know the group, or its tests are asked for. */
export async function parseGroup(group: RuleGroup): Promise<ParsedGroup> {
  const problems: RuleProblem[] = []
  const parsed = new Map<string, RuleFile>()
  for (const source of [...group.imported, ...group.sources]) {
    const { file, problems: found } = parseRules(source.text, source.path)
    parsed.set(source.path, file)
    problems.push(...found)
  }
  const files = group.sources.flatMap(({ path }) => parsed.get(path) ?? [])
  const resolve = (file: RuleFile) => (from: string) => parsed.get(importName(file.path, from))
  const packs = shippedPacks().map((name) => `cfgsync:${name}`)
  // What has errors is missing from its file, so compiling on would only tell of names that are lost with it.
  const broken = problems.some(({ severity }) => severity === "error")
  const rules = (broken ? [] : files).flatMap((file) => {
    const compiled = compileRules(file, resolve(file), packs)
    problems.push(...compiled.problems)
    return compiled.rules
  })
  const lenses = files.some((file) => file.links.length > 0) ? await lensNames() : []
  const links = (broken ? [] : files).flatMap((file) => {
    const compiled = compileLinks(file, lenses)
    problems.push(...compiled.problems)
    return compiled.links
  })
  problems.push(...analyseRules(rules, files, { formats: formatTable.map(({ name }) => name) }))
  return { files, compiled: { rules, links, problems, verdicts: await askAll(rules) }, resolve }
}
