import { type HooksReport, hooksStatus, installHooks, uninstallHooks } from "../../app/git/hooks/install.ts"
import { openProject } from "../../app/project.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { projectOf } from "./checkOptions.ts"
import type { InstallOptions } from "./hookOptions.ts"

export async function install(options: InstallOptions, session: Session): Promise<void> {
  const project = await openProject(projectOf(session.io.cwd, options))
  say(await installHooks(project, { mergeDriver: options.mergeDriver ?? false }), options, session)
}

export async function uninstall(options: InstallOptions, session: Session): Promise<void> {
  say(await uninstallHooks(await openProject(projectOf(session.io.cwd, options))), options, session)
}

export async function status(options: InstallOptions, session: Session): Promise<void> {
  const report = await hooksStatus(await openProject(projectOf(session.io.cwd, options)))
  say(report, options, session)
  const wrong = report.hooks.some(({ state }) => state === "missing" || state === "stale")
  session.finish(wrong || report.mergeDriver === "stale" ? 1 : 0)
}

function say(report: HooksReport, { format }: InstallOptions, { voice }: Session): void {
  voice.result(format === "json" ? jsonText(report) : text(report))
  if (format === "text") for (const note of report.notes) voice.hint(note)
}

function text({ manager, hooks, mergeDriver, written }: HooksReport): string {
  const width = Math.max(...hooks.map(({ hook }) => hook.length))
  return [
    `hooks of ${manager}`,
    ...hooks.map(({ hook, file, state }) => `  ${hook.padEnd(width)}  ${state.padEnd(9)}  ${file}`),
    `  ${"merge driver".padEnd(width)}  ${mergeDriver.padEnd(9)}  .gitattributes`,
    ...(written.length === 0 ? [] : [`wrote ${written.join(", ")}`]),
    "",
  ].join("\n")
}
