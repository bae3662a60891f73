import { type Command, InvalidArgumentError, Option } from "commander"
import { healthOf } from "../../app/health.ts"
import { deliverDue, queueNotices } from "../../app/notices.ts"
import { openProject } from "../../app/project.ts"
import type { Health } from "../../model/health.ts"
import { healthHtml } from "../../report/health/html.ts"
import { healthMarkdown } from "../../report/health/markdown.ts"
import { healthText } from "../../report/health/text.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { type CommonOptions, projectOf, sayWithoutSecrets } from "./checkOptions.ts"
import { tellOf } from "./storeOptions.ts"

interface ReportOptions extends Pick<CommonOptions, "config" | "env"> {
  readonly since: number
  readonly format: keyof typeof formats
  readonly send?: boolean
}

const formats = { text: healthText, json: jsonText, html: healthHtml, markdown: healthMarkdown } as const

export function define(command: Command, session: Session): void {
  command
    .option(
      "--since <time>",
      "the beginning: a date (2030-01-31), or so many days ago (7d)",
      parseSince,
      Date.now() - 7 * day,
    )
    .addOption(new Option("--format <format>", "how to print it").choices(Object.keys(formats)).default("text"))
    .option("--send", "send it to the people of `notify` too, once a day at most")
    .option("--env <name>", "apply an environment of the configuration")
    .option("--config <file>", "the configuration to use, instead of the nearest one")
    .addHelpText("after", closing)
    .action((options: ReportOptions) => run(options, session))
}

const day = 24 * 3_600_000

function parseSince(text: string): number {
  const [, count, unit] = /^(\d{1,4})([dhw])$/.exec(text) ?? []
  const units: Readonly<Record<string, number>> = { h: 3_600_000, d: day, w: 7 * day }
  const time =
    count === undefined || unit === undefined ? Date.parse(text) : Date.now() - Number(count) * (units[unit] ?? day)
  if (!Number.isFinite(time)) throw new InvalidArgumentError("a date such as 2030-01-31, or 12h, 7d, 4w.")
  if (time >= Date.now()) throw new InvalidArgumentError("it must lie in the past.")
  if (time < Date.now() - 400 * day) throw new InvalidArgumentError("more than 400 days are not remembered.")
  return time
}

async function run(options: ReportOptions, session: Session): Promise<void> {
  const { io, voice } = session
  const project = await openProject(projectOf(io.cwd, options))
  const health = await healthOf(project, { since: options.since, until: Date.now(), tell: tellOf(session) })
  await sayWithoutSecrets(formats[options.format](health), [], voice)
  if (options.send !== true) return
  const telling = { tell: tellOf(session), print: (text: string) => voice.talk(text) }
  await queueNotices(project, [noticeOf(health)], telling)
  await deliverDue(project, telling)
}

function noticeOf(health: Health) {
  const { until, pending, files } = health
  const worst = files.some(({ errors }) => errors > 0) || pending.length > 0
  return {
    id: `report ${until.slice(0, 10)}`,
    time: until,
    severity: worst ? ("warning" as const) : ("info" as const),
    title: "how the configuration fares",
    detail: healthText(health),
  }
}

const closing = `
How the files fare now, and what was found, repaired and watched since then. What was found over time is remembered by a running monitor.

Examples:
  cfgsync report --since 30d --format html > report.html
  cfgsync report --since 2030-01-01 --format json
  cfgsync report --since 1w --send`
