import { type Command, Option } from "commander"
import type { Project } from "../../app/project.ts"
import { type Severity, severities } from "../../model/finding.ts"
import type { CheckResult, FixResult } from "../../model/result.ts"
import type { Source } from "../../model/source.ts"
import type { ReportOptions } from "../../report/report.ts"
import { type ReportFormat, reportFormats } from "../../report/reports.ts"
import type { Progress, Voice } from "../voice.ts"

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

/** A result without its secrets, ready to be put into words. */
export interface Shown<R> {
  readonly result: R
  readonly preview: Pick<ReportOptions, "preview">
  /** Whether something was taken out. */
  readonly redacted: boolean
}

/** Take the secrets out of a result, and out of all that is said from now on. Where nothing was found, none is shown. */
export async function shown<R extends CheckResult | FixResult>(
  project: Project,
  result: R,
  format: ReportFormat,
  voice: Voice,
): Promise<Shown<R>> {
  const preview = await previewOf(project, result, format)
  if (result.findings.length === 0 && !("plan" in result && result.plan.files.length > 0)) {
    return { result, preview, redacted: false }
  }
  const { redactorFor, redactPreview, redactResult, sourcesOf } = await import("../../app/redact.ts")
  const said = [...result.findings, ...("plan" in result ? result.plan.fixed.map(({ finding }) => finding) : [])]
  const words = said.flatMap(({ message, repairs }) => [message, ...repairs.map(({ title }) => title)])
  const redactor = await redactorFor(sourcesOf(result), [[...new Set(words)].join("\n")])
  voice.protect(redactor)
  const edits = preview.preview
  return {
    redacted: !redactor.idle,
    result: redactResult(result, redactor),
    preview: edits === undefined ? {} : { preview: redactPreview(edits, redactor) },
  }
}

/** Only what programs read carries edits; wording them costs a parse a finding. */
async function previewOf(
  project: Project,
  result: CheckResult | FixResult,
  format: ReportFormat,
): Promise<Pick<ReportOptions, "preview">> {
  if (format !== "json" && format !== "sarif") return {}
  const { previewRepairs } = await import("../../app/preview.ts")
  return { preview: await previewRepairs(project, result) }
}

/** Say a text that may tell of secrets in files, or by itself. */
export async function sayWithoutSecrets(text: string, sources: readonly Source[], voice: Voice): Promise<void> {
  const { redactorFor } = await import("../../app/redact.ts")
  voice.protect(await redactorFor(sources, [text]))
  voice.result(text)
}
