import { type Command, Option } from "commander"
import { type Adopted, adoptGood } from "../../app/adoptGood.ts"
import { type FoundFiles, planInit, writeInit } from "../../app/init.ts"
import { openProject } from "../../app/project.ts"
import { CfgsyncError } from "../../model/errors.ts"
import { printable } from "../../report/printable.ts"
import { count } from "../../report/summary.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { recordingOf } from "./storeOptions.ts"

interface InitOptions {
  readonly yes?: true
  readonly knownGood?: true
  readonly opencode?: true
  readonly format: "text" | "json"
}

export function define(command: Command, session: Session): void {
  command
    .option("--yes", "ask nothing and take all that is found")
    .option("--opencode", "ask nothing, and put the plugin for OpenCode into the project; renews one that is there")
    .option("--known-good", "only look for known-good states, for the configuration that is there already")
    .addOption(new Option("--format <format>", "how to print the result").choices(["text", "json"]).default("text"))
    .addHelpText("after", closing)
    .action(async (options: InitOptions) => {
      if (options.knownGood) await adoptOnly(options, session)
      else if (options.opencode) await withOpencode(options, session)
      else await run(options, session)
    })
}

/** The configuration too, where there is none. */
async function withOpencode(options: InitOptions, session: Session): Promise<void> {
  const { installOpencode } = await import("../../app/installOpencode.ts")
  const project = await openProject({ cwd: session.io.cwd })
  if (project.configPath === null) await run({ ...options, yes: true, format: "text" }, session)
  const { file, state } = installOpencode(project.configPath === null ? project.cwd : project.root)
  const words = { written: `wrote ${file}`, renewed: `renewed ${file}`, there: `${file} is there already` }
  session.voice.result(options.format === "json" ? jsonText({ file, state }) : `${words[state]}\n`)
  if (state !== "there") session.voice.say("OpenCode loads it when it is started the next time")
}

async function run({ yes, format }: InitOptions, session: Session): Promise<void> {
  const { io, voice, finish } = session
  const plan = planInit(io.cwd)
  voice.say(plan.found.length === 0 ? "found no configuration files here yet" : "found:")
  for (const found of plan.found) voice.say(`  ${describe(found)}`)
  const asks = io.isTTY && yes !== true && plan.found.length > 0
  const chosen = asks ? await (await import("../chooseFiles.ts")).chooseFiles(plan.found, io) : plan.found
  if (chosen === undefined) {
    voice.say("wrote nothing")
    finish(2)
    return
  }
  const written = writeInit(plan, chosen)
  const adopted = await adoptOrTell(written, session)
  voice.result(
    format === "json"
      ? jsonText({ written, found: chosen, knownGood: adopted.good, noneKnownGood: adopted.none })
      : `wrote ${written}\n`,
  )
  tellAdopted(adopted, session)
  voice.say("next: cfgsync check")
}

async function adoptOnly({ format }: InitOptions, session: Session): Promise<void> {
  const project = await openProject({ cwd: session.io.cwd })
  const adopted = await adoptGood(project, recordingOf(session, "init", true), undefined)
  if (format === "json") session.voice.result(jsonText({ knownGood: adopted.good, noneKnownGood: adopted.none }))
  tellAdopted(adopted, session)
}

/** The configuration is there by now, so that nothing is known good yet is no failure. */
async function adoptOrTell(written: string, session: Session): Promise<Adopted> {
  try {
    return await adoptGood(await openProject({ cwd: session.io.cwd }), recordingOf(session, "init", true), written)
  } catch (error) {
    if (!(error instanceof CfgsyncError)) throw error
    session.voice.warning(`no known-good states could be recorded: ${error.message}`)
    return { good: [], none: [] }
  }
}

function tellAdopted({ good, none }: Adopted, { voice }: Session): void {
  const committed = good.filter(({ commit }) => commit !== undefined).length
  const ways = [
    ...(committed === 0 ? [] : [`${committed} from git`]),
    ...(good.length === committed ? [] : [`${good.length - committed} as found`]),
  ]
  if (good.length > 0) voice.say(`known-good from now on: ${count(good.length, "file")} (${ways.join(", ")})`)
  if (none.length === 0) return
  const some = none.slice(0, 3).map(printable).join(", ")
  voice.say(`no known-good state: ${count(none.length, "file")} (${some}${none.length > 3 ? ", …" : ""})`)
}

function describe({ title, paths }: FoundFiles): string {
  const some = paths.slice(0, 3).map(printable).join(", ")
  return `${title}: ${count(paths.length, "file")} (${some}${paths.length > 3 ? ", …" : ""})`
}

const closing = `
A configuration that is there already is never overwritten. For every managed file the newest state that passes the rules, in the history of git or on
the disk, is known-good from then on, so that \`cfgsync rollback\` has something to go back to.

--opencode writes .opencode/plugin/cfgsync.js: what agents write into managed files is judged before, a write that would bring an error is held back, and
the history says which agent wrote in which session. The plugin calls the cfgsync of the project, else the one on PATH. Done twice, it is as done once.`
