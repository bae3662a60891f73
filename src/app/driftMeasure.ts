import { CfgsyncError } from "../model/errors.ts"
import type { Finding } from "../model/finding.ts"
import { decode } from "../model/source.ts"
import { type Project, slashed } from "./project.ts"
import { hasStore, placeOf } from "./storePlace.ts"
import type { Measure } from "./workspace.ts"

interface DriftMeasure {
  readonly of: Measure["drift"]
  readonly good: Measure["good"]
  /** Why the store could not be asked. */
  readonly problem: () => string | undefined
}

/** How the files of a run stand to their known-good states. Most projects remember nothing: then nothing is loaded. A damaged store must not stop a check. */
export async function openDriftMeasure(project: Project): Promise<DriftMeasure> {
  if (!hasStore(project))
    return { of: () => Promise.resolve([]), good: () => Promise.resolve(undefined), problem: () => undefined }
  const [{ Drifts }, { driftsFound }] = await Promise.all([import("./drift.ts"), import("./driftCheck.ts")])
  const drifts = await Drifts.open(project)
  let problem: string | undefined
  const of: Measure["drift"] = async (path, files): Promise<readonly Finding[]> => {
    if (problem !== undefined) return []
    try {
      return await driftsFound(path, files, drifts)
    } catch (error) {
      if (!(error instanceof CfgsyncError)) throw error
      problem = error.message
      return []
    }
  }
  const good: Measure["good"] = async (path) => {
    if (problem !== undefined) return undefined
    try {
      const content = await drifts.content(path)
      const decoded = content === undefined ? undefined : decode(path, content)
      return decoded?.ok === true ? decoded.source : undefined
    } catch (error) {
      if (!(error instanceof CfgsyncError)) throw error
      problem = error.message
      return undefined
    }
  }
  return { of, good, problem: () => problem }
}

function nameOf({ root }: Project, path: string): string {
  return path.startsWith(`${slashed(root)}/`) ? path.slice(slashed(root).length + 1) : path
}

/** A check says once that it could not look. */
export function storeFinding(project: Project, problem: string): Finding {
  return {
    file: nameOf(project, `${slashed(placeOf(project).folder)}/store.db`),
    document: 0,
    rule: "cfgsync/store",
    kind: "unreadable",
    severity: "warning",
    message: `${problem}; so it is not known which files are as they were accepted`,
    path: [],
    span: { start: 0, end: 0 },
    priority: 0,
    repairs: [],
    hindrance: "`cfgsync status` sets a damaged store aside and begins a new one",
  }
}
