import type { Finding } from "../../model/finding.ts"
import type { CheckResult } from "../../model/result.ts"
import type { Source } from "../../model/source.ts"
import { addOtherSources, type CheckOptions, checkRun, concludeCheck, type Seen } from "../check.ts"
import { type Project, projectPath } from "../project.ts"
import { selectFiles } from "../selectFiles.ts"
import type { Monitor } from "./monitor.ts"
import type { WarmRun } from "./warmRun.ts"

/** Whether what was asked of the world outside of the files, as `Dependencies` words it, is answered alike for who asks. */
export type SameWorld = (questions: Iterable<string>) => boolean

/**
 * The same as `check`, from what a monitor knows: only what changed is read and checked again.
 * @returns `undefined` when the configuration is being changed, or the answer might be another one for who asks
 */
export async function warmCheck(
  monitor: Monitor,
  project: Project,
  options: CheckOptions,
  isSame: SameWorld,
): Promise<CheckResult | undefined> {
  const started = process.uptime()
  const { paths: named = [], stdin } = options
  const selected = named.length === 0 ? undefined : selectFiles(project, named)
  if (!(await monitor.refresh(stdin === undefined ? selected : []))) return undefined
  const { warm } = monitor.setting
  if (stdin !== undefined) {
    await warm.prepare([projectPath(project, stdin.path)])
    const { result, dependencies } = await checkRun(project, { ...options, run: warm.run })
    return [...dependencies.values()].every(({ outside }) => isSame(outside)) ? result : undefined
  }
  const paths = selected ?? [...monitor.ledger.paths()].sort()
  const seen = await seenIn(monitor, warm, paths, isSame)
  return seen === undefined
    ? undefined
    : (await concludeCheck(project, warm.run, { paths, seen, options, started })).result
}

async function seenIn(
  { ledger }: Monitor,
  warm: WarmRun,
  paths: readonly string[],
  isSame: SameWorld,
): Promise<Seen | undefined> {
  if (!isSame(ledger.questions.keys())) return undefined
  const findings: Finding[] = []
  const sources = new Map<string, Source>()
  let silenced = 0
  let files = 0
  for (const path of paths) {
    // A file that is named and not managed is not remembered.
    const known = ledger.get(path) ?? (await warm.check(path, undefined))
    if ("dependencies" in known && !isSame(known.dependencies.outside)) return undefined
    findings.push(...known.findings)
    silenced += known.silenced
    if ("hasText" in known ? known.hasText : known.source !== undefined) files++
    if (known.source !== undefined && known.findings.length > 0) sources.set(path, known.source)
  }
  files += addOtherSources(findings, paths, sources, warm.run.files(new Map()))
  return { files, findings, sources, dependencies: new Map(), silenced }
}
