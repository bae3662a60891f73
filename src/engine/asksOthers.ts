import type { CompiledRule, Facts, OtherFiles, Place } from "./compiled.ts"
import { matcher } from "./glob.ts"

/** What became of a path; `comesOrGoes`: it was not there before, or is not there now. */
export interface PathChange {
  readonly path: string
  /** By its name; none is known: it may be read as any. */
  readonly format: string | undefined
  /** Whether what it says may change which files of its format are loaded. */
  readonly mayLoad: boolean
  readonly comesOrGoes: boolean
}

/** Whether what a rule says of its own files may change with other ones. */
export function mayAskFor(rule: CompiledRule, changed: readonly PathChange[]): boolean {
  const ways: Readonly<Record<OtherFiles, (change: PathChange) => boolean>> = {
    named: namedBy(rule),
    any: () => true,
    existing: ({ comesOrGoes }) => comesOrGoes,
    loading: ({ comesOrGoes, format, mayLoad }) =>
      comesOrGoes || (mayLoad && (format === undefined || rule.formats.length === 0 || rule.formats.includes(format))),
  }
  return rule.others.some((way) => changed.some(ways[way]))
}

function namedBy(rule: CompiledRule): (change: PathChange) => boolean {
  let means: ((path: string) => boolean) | undefined
  return ({ path }) => {
    if (means === undefined) {
      const names = rule.reads.flatMap(({ file }) => file ?? [])
      const matches = matcher(names.map((name) => `./${name}`))
      means = (each) => names.includes(each) || matches(each)
    }
    return means(path)
  }
}

/** In which ways a rule looks at others than its own file. What is worked out from data may be any file. */
export function othersOf(facts: Facts, reads: readonly Place[]): readonly OtherFiles[] {
  const found = new Set<OtherFiles>(reads.some(({ file }) => file !== null) ? ["named"] : [])
  collect(facts, found)
  return [...found].sort()
}

function collect(term: unknown, found: Set<OtherFiles>): void {
  if (typeof term !== "object" || term === null) return
  if ("type" in term && term.type === "call" && "name" in term && "args" in term && Array.isArray(term.args)) {
    if (term.name === "exists") found.add("existing")
    if (term.name === "loading") found.add("loading")
    const [first]: unknown[] = term.args
    const literal = typeof first === "object" && first !== null && "type" in first && first.type === "literal"
    if ((term.name === "doc" || term.name === "docs") && !literal) found.add("any")
  }
  for (const part of Object.values(term)) collect(part, found)
}
