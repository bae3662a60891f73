import { type Command, Option } from "commander"
import type { Project } from "../../app/project.ts"
import { type Severity, severities } from "../../model/finding.ts"
import type { CheckResult, FixResult } from "../../model/result.ts"
import type { ReportOptions } from "../../report/report.ts"
import { type ReportFormat, reportFormats } from "../../report/reports.ts"
import type { Progress } from "../voice.ts"

/** What `check` and `fix` have in common. */
export interface CommonOptions {
  readonly rule?: readonly string[]
  readonly severity?: Severity
  readonly env?: string
  readonly config?: string
  readonly format: ReportFormat
}

export function addCommonOptions(command: Command): Command {
  return command
    .argument("[paths...]", "files or folders; without any, every managed file")
    .addOption(new Option("--rule <id>", "only this rule; may be repeated").argParser(collect))
    .addOption(new Option("--severity <severity>", "only findings at least this severe").choices(severities))
    .option("--env <name>", "apply an environment of the configuration")
    .option("--config <file>", "the configuration to use, instead of the nearest one")
    .addOption(new Option("--format <format>", "how to print the result").choices(reportFormats).default("text"))
}

/** Not a variadic option, which would take the paths after it for rules. */
function collect(id: string, before: readonly string[] = []): readonly string[] {
  return [...before, id]
}

/** The shared part of what the app is asked for; absent stays absent. */
export function requestOf(paths: readonly string[], options: CommonOptions, progress: Progress) {
  return {
    ...(paths.length === 0 ? {} : { paths }),
    ...(options.rule === undefined ? {} : { rules: options.rule }),
    ...(options.severity === undefined ? {} : { severity: options.severity }),
    progress: progress.step,
  }
}

export function projectOf(cwd: string, options: Pick<CommonOptions, "config" | "env">) {
  return {
    cwd,
    ...(options.config === undefined ? {} : { config: options.config }),
    ...(options.env === undefined ? {} : { environment: options.env }),
  }
}

export function atLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(threshold)
}

/** Only what programs read carries edits; wording them costs a parse a finding. */
export async function previewOf(
  project: Project,
  result: CheckResult | FixResult,
  format: ReportFormat,
): Promise<Pick<ReportOptions, "preview">> {
  if (format !== "json" && format !== "sarif") return {}
  const { previewRepairs } = await import("../../app/preview.ts")
  return { preview: await previewRepairs(project, result) }
}
