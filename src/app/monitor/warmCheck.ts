import type { Finding } from "../../model/finding.ts"
import type { CheckResult } from "../../model/result.ts"
import type { Source } from "../../model/source.ts"
import { addOtherSources, type CheckOptions, check, concludeCheck } from "../check.ts"
import type { Project } from "../project.ts"
import { selectFiles } from "../selectFiles.ts"
import type { Monitor } from "./monitor.ts"
import type { WarmRun } from "./warmRun.ts"

/** The same as `check`, from what a monitor knows: only what changed is read and checked again. @returns `undefined` when the configuration is being changed */
export async function warmCheck(
  monitor: Monitor,
  project: Project,
  options: CheckOptions,
): Promise<CheckResult | undefined> {
  const started = performance.now()
  const named = (options.paths ?? []).length > 0 || options.stdin !== undefined
  const selected = named && options.stdin === undefined ? selectFiles(project, options.paths ?? []) : undefined
  if (!(await monitor.refresh(named ? (selected ?? []) : undefined))) return undefined
  const { warm } = monitor.setting
  if (options.stdin !== undefined) {
    await warm.prepare([options.stdin.path])
    return check(project, { ...options, run: warm.run })
  }
  const paths = selected ?? [...monitor.ledger.paths()].sort()
  const seen = await seenIn(monitor, warm, paths)
  return (await concludeCheck(project, warm.run, { paths, seen, options, started })).result
}

async function seenIn({ ledger }: Monitor, warm: WarmRun, paths: readonly string[]) {
  const findings: Finding[] = []
  const sources = new Map<string, Source>()
  let silenced = 0
  let files = 0
  for (const path of paths) {
    // A file that is named and not managed is not remembered.
    const known = ledger.get(path) ?? (await warm.check(path, undefined))
    findings.push(...known.findings)
    silenced += known.silenced
    if ("hasText" in known ? known.hasText : known.source !== undefined) files++
    if (known.source !== undefined && known.findings.length > 0) sources.set(path, known.source)
  }
  files += addOtherSources(findings, paths, sources, warm.run.files(new Map()))
  return { files, findings, sources, dependencies: new Map(), silenced }
}
