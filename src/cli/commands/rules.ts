import { type Command, Option } from "commander"
import { openProject } from "../../app/project.ts"
import { compileRules, documentRules, formatRuleFiles, graphRules, listRules, testRules } from "../../app/rules.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { type CommonOptions, projectOf, sayWithoutSecrets } from "./checkOptions.ts"
import { graphDot, graphText, listedRule, listText, testText } from "./ruleTexts.ts"

interface RulesOptions extends Pick<CommonOptions, "config" | "env"> {
  readonly format: "text" | "json" | "dot"
}

const filesHelp = "rule files or shipped packs; without any, those of the configuration"

export function define(command: Command, session: Session): void {
  const add = (name: string, summary: string) =>
    command
      .command(name)
      .description(summary)
      .option("--env <name>", "apply an environment of the configuration")
      .option("--config <file>", "the configuration to use, instead of the nearest one")
  add("list", "list the rules that apply in this project")
    .addOption(formatOption(["text", "json"]))
    .action((options: RulesOptions) => list(options, session))
  add("test", "run the tests inside the rule files; exits 1 when one fails")
    .argument("[files...]", filesHelp)
    .option("--mutate", "also change the rules in small ways, and count the changes that the tests notice")
    .addOption(formatOption(["text", "json"]))
    .action((files: string[], options: TestOptions) => test(files, options, session))
  add("compile", "print the rules as JSON that a plain json-rules-engine can run")
    .argument("[files...]", filesHelp)
    .action((files: string[], options: RulesOptions) => compile(files, options, session))
  add("graph", "show which rule reads what the repairs of another write")
    .addOption(formatOption(["text", "json", "dot"]))
    .action((options: RulesOptions) => graph(options, session))
  add("format", "lay rule files out")
    .argument("[files...]", filesHelp)
    .option("--check", "write nothing; exit 1 when a file would change")
    .addOption(formatOption(["text", "json"]))
    .action((files: string[], options: FormatOptions) => format(files, options, session))
  add("backtest", "say which past commits rules would have blocked, and how long what they find lived")
    .argument("<rules...>", "ids of rules that are switched on, rule files, or shipped packs (cfgsync:NAME)")
    .option("--since <when>", 'only commits behind a commit, or since a date (2030-01-31, "2 weeks ago")')
    .addOption(formatOption(["text", "json"]))
    .action((names: string[], options: BacktestOptions) => backtest(names, options, session))
  add("docs", "write a page about the rules of each file, with examples from their tests")
    .argument("[files...]", filesHelp)
    .requiredOption("--out <folder>", "where the pages stand")
    .option("--check", "write nothing; exit 1 when a page would change")
    .action((files: string[], options: DocsOptions) => docs(files, options, session))
}

function formatOption(choices: readonly string[]): Option {
  return new Option("--format <format>", "how to print the result").choices(choices).default("text")
}

async function list(options: RulesOptions, { io, voice }: Session): Promise<void> {
  const rules = await listRules(await openProject(projectOf(io.cwd, options)))
  voice.result(options.format === "json" ? jsonText(rules.map(listedRule)) : listText(rules, voice.color))
}

interface TestOptions extends RulesOptions {
  readonly mutate?: true
}

async function test(files: readonly string[], options: TestOptions, { io, voice, finish }: Session): Promise<void> {
  const project = await openProject(projectOf(io.cwd, options))
  const { step, end } = voice.progress("tested")
  const report = await testRules(project, { files, mutate: options.mutate ?? false, progress: step }).finally(end)
  await sayWithoutSecrets(options.format === "json" ? jsonText(report) : testText(report, voice.color), [], voice)
  finish(report.tests.some(({ failures }) => failures.length > 0) ? 1 : 0)
}

async function compile(files: readonly string[], options: RulesOptions, { io, voice }: Session): Promise<void> {
  voice.result(jsonText(await compileRules(await openProject(projectOf(io.cwd, options)), files)))
}

async function graph(options: RulesOptions, { io, voice }: Session): Promise<void> {
  const found = await graphRules(await openProject(projectOf(io.cwd, options)))
  voice.result(
    options.format === "json" ? jsonText(found) : options.format === "dot" ? graphDot(found) : graphText(found),
  )
}

interface FormatOptions extends RulesOptions {
  readonly check?: true
}

async function format(files: readonly string[], options: FormatOptions, { io, voice, finish }: Session): Promise<void> {
  const check = options.check ?? false
  const changed = await formatRuleFiles(await openProject(projectOf(io.cwd, options)), files, { check })
  const text = changed.map((file) => `${check ? "would lay out" : "laid out"} ${file}\n`).join("")
  voice.result(options.format === "json" ? jsonText({ changed, written: !check }) : text)
  finish(check && changed.length > 0 ? 1 : 0)
}

interface BacktestOptions extends RulesOptions {
  readonly since?: string
}

async function backtest(names: readonly string[], options: BacktestOptions, { io, voice }: Session): Promise<void> {
  const { backtest: play } = await import("../../app/git/backtest.ts")
  const project = await openProject(projectOf(io.cwd, options))
  const { step, end } = voice.progress("played commit")
  const since = options.since === undefined ? {} : { since: options.since }
  const result = await play(project, { rules: names, progress: step, ...since }).finally(end)
  const { backtestText } = await import("./backtestText.ts")
  await sayWithoutSecrets(options.format === "json" ? jsonText(result) : backtestText(result), [], voice)
}

interface DocsOptions extends FormatOptions {
  readonly out: string
}

async function docs(files: readonly string[], options: DocsOptions, { io, voice, finish }: Session): Promise<void> {
  const check = options.check ?? false
  const project = await openProject(projectOf(io.cwd, options))
  const changed = await documentRules(project, files, { folder: options.out, check })
  voice.result(changed.map((file) => `${check ? "would write" : "wrote"} ${file}\n`).join(""))
  finish(check && changed.length > 0 ? 1 : 0)
}
