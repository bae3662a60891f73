import { CfgsyncError } from "../model/errors.ts"
import type { Deferred, FilePlan, Plan } from "../model/plan.ts"
import { encode } from "../model/source.ts"
import type { FileWrite, System } from "../system/system.ts"
import type { AffectedBy } from "./dependents.ts"

export interface Written {
  /** The part of the plan that is on the disk now. */
  readonly plan: Plan
  /** The repairs of what could not be written. */
  readonly failed: readonly Deferred[]
}

/**
 * Write all files of a plan at once; where that is refused, each set of files that stand or fall together, all or none of each set.
 * @throws CfgsyncError `write-failed` when the disk fails and nothing was written.
 */
export function writePlan(system: System, plan: Plan, dependencies: AffectedBy): Written {
  try {
    system.write(plan.files.map(fileWrite))
    return { plan, failed: [] }
  } catch (error) {
    if (!(error instanceof CfgsyncError)) throw error
    return writeSets(system, plan, independentSets(plan, dependencies), error)
  }
}

function writeSets(system: System, plan: Plan, sets: readonly ReadonlySet<string>[], whole: CfgsyncError): Written {
  const written = new Set<string>()
  const failures = new Map<string, CfgsyncError>()
  for (const set of sets) {
    const failure =
      sets.length === 1
        ? whole
        : attempt(
            system,
            plan.files.filter(({ path }) => set.has(path)),
          )
    for (const path of set) {
      if (failure === undefined) written.add(path)
      else failures.set(path, failure)
    }
  }
  const broken = [...failures.values()].find(({ code }) => code === "write-failed")
  if (written.size === 0 && broken !== undefined)
    throw new CfgsyncError(broken.code, `${broken.message}; nothing was written`, broken.hint, { cause: broken })
  return {
    plan: {
      files: plan.files.filter(({ path }) => written.has(path)),
      fixed: plan.fixed.filter(({ finding, repair }) => failureOf(finding.file, repair.steps, failures) === undefined),
    },
    failed: plan.fixed.flatMap(({ finding, repair }): Deferred[] => {
      const failure = failureOf(finding.file, repair.steps, failures)
      if (failure === undefined) return []
      const why = { step: failure.code === "file-changed" ? "fresh" : "write", reason: failure.message } as const
      return [{ finding, attempts: [{ repair, ...why }], ...why }]
    }),
  }
}

function failureOf(
  file: string,
  steps: readonly { readonly file: string }[],
  failures: ReadonlyMap<string, CfgsyncError>,
): CfgsyncError | undefined {
  const touched = steps.length === 0 ? [file] : steps.map((step) => step.file)
  return touched.flatMap((path) => failures.get(path) ?? [])[0]
}

function attempt(system: System, files: readonly FilePlan[]): CfgsyncError | undefined {
  try {
    system.write(files.map(fileWrite))
    return undefined
  } catch (error) {
    if (error instanceof CfgsyncError) return error
    throw error
  }
}

/** Files that one repair changes belong together, and so do those that the rules of one file look at: the proof saw them side by side. */
function independentSets(plan: Plan, dependencies: AffectedBy): readonly ReadonlySet<string>[] {
  const paths = plan.files.map(({ path }) => path)
  const lookedAt = new Map(paths.map((path) => [path, [path]]))
  for (const path of paths)
    for (const asking of dependencies.dependentsOf(path)) lookedAt.set(asking, [...(lookedAt.get(asking) ?? []), path])
  const bonds = [...plan.fixed.map(({ repair }) => repair.steps.map(({ file }) => file)), ...lookedAt.values()]
  let sets: ReadonlySet<string>[] = paths.map((path) => new Set([path]))
  for (const bond of bonds.filter((each) => each.length > 1)) {
    const bound = sets.filter((set) => bond.some((path) => set.has(path)))
    if (bound.length < 2) continue
    sets = [...sets.filter((set) => !bound.includes(set)), new Set(bound.flatMap((set) => [...set]))]
  }
  return sets
}

function fileWrite({ path, before, after, mode }: FilePlan): FileWrite {
  return {
    path,
    before: before === null ? null : encode(before.text, before.bom),
    after: encode(after.text, after.bom),
    ...(mode === undefined ? {} : { mode: Number.parseInt(mode, 8) }),
  }
}
