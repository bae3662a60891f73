import { introduced } from "../engine/introduced.ts"
import type { CheckResult } from "../model/result.ts"
import { check } from "./check.ts"
import { Drifts } from "./drift.ts"
import { managedOf } from "./git/compare.ts"
import { mayBeSettled } from "./policy.ts"
import { type Project, projectPath } from "./project.ts"
import type { Recording } from "./record.ts"
import type { Settled } from "./settled.ts"

/** What a write would bring. */
export interface Judgement {
  readonly managed: boolean
  /** What is found in the text, and not in the file as it lies there. */
  readonly result: CheckResult
  /** Whether the write should be held back: it brings an error, or the file must not be changed. */
  readonly blocked: boolean
  /** Why, where no finding says it. */
  readonly reason?: string
}

/**
 * Judge a text before it is written. Only errors that it brings hold it back, and that it is one of a file that is put back whatever is written.
 * @param path as given on the command line; a file that is not managed is none of cfgsync's business
 */
export async function judgeWrite(project: Project, path: string, text: Uint8Array): Promise<Judgement> {
  const own = projectPath(project, path)
  const [managed] = managedOf(project, [{ path: own }])
  if (managed === undefined) return { managed: false, result: nothing(project), blocked: false }
  const after = await check(project, { stdin: { path, text } })
  const there = project.system.stat(own) !== null
  const before = there ? await check(project, { paths: [path] }) : nothing(project)
  const { fresh } = introduced(before, after, () => false)
  const result = { ...after, findings: fresh }
  if (await isPutBack(project, own)) {
    const reason = `${own} is strict: what is written there is put back to what was accepted`
    return { managed: true, result, blocked: true, reason }
  }
  return { managed: true, result, blocked: fresh.some(({ severity }) => severity === "error") }
}

function nothing({ root }: Project): CheckResult {
  return { root, files: 0, findings: [], sources: new Map(), silenced: 0, milliseconds: 0 }
}

async function isPutBack(project: Project, own: string): Promise<boolean> {
  if (!mayBeSettled(project)) return false
  const drifts = await Drifts.open(project)
  return drifts.policy(own).acceptance === "strict" && drifts.good(own) !== undefined
}

/** What became of files that an agent changed. */
export interface Told {
  readonly settled: readonly Settled[]
  readonly result: CheckResult
}

/**
 * Put into the log who changed files, and do what their policy says but put nothing back: that is the monitor's, or a person's with `fix`.
 * @returns what is wrong in the files now
 */
export async function tellWrite(project: Project, paths: readonly string[], recording: Recording): Promise<Told> {
  const managed = managedOf(
    project,
    paths.map((path) => ({ path: projectPath(project, path) })),
  ).map(({ path }) => path)
  if (managed.length === 0) return { settled: [], result: nothing(project) }
  const { settleDrift } = await import("./settle.ts")
  const settled = mayBeSettled(project)
    ? await settleDrift(project, managed, { recording, dryRun: false, putBack: false })
    : []
  const there = managed.filter((path) => project.system.stat(path)?.kind === "file")
  const result =
    there.length === 0 ? nothing(project) : await check({ ...project, cwd: project.root }, { paths: there })
  return { settled, result }
}
