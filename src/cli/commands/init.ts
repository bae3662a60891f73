import { type Command, Option } from "commander"
import { type Adopted, adoptGood } from "../../app/adoptGood.ts"
import { type FoundFiles, planInit, writeInit } from "../../app/init.ts"
import { linkFile, type ServerList, serverLists } from "../../app/initLinks.ts"
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
  const lists = await linkable(plan.folder, chosen, asks, session)
  if (lists === undefined) {
    voice.say("wrote nothing")
    finish(2)
    return
  }
  const written = writeInit(plan, chosen, lists)
  const [config, ...rules] = written
  const isLinked = rules.includes(linkFile)
  const adopted = await adoptOrTell(written, session)
  voice.result(
    format === "json"
      ? jsonText({
          written: config,
          rules,
          found: chosen,
          links: isLinked ? lists.map(({ file }) => file) : [],
          knownGood: adopted.good,
          noneKnownGood: adopted.none,
        })
      : written.map((name) => `wrote ${name}\n`).join(""),
  )
  if (isLinked) await tellLinks(lists, session)
  else if (lists.length > 1) voice.say(`${linkFile} is there already and was left as it is`)
  tellAdopted(adopted, session)
  voice.say("next: cfgsync check")
}

/**
 * The lists of MCP servers that shall say the same, the source first; empty: none shall. A person may choose another source, or none.
 * @returns `undefined` when the person leaves
 */
async function linkable(
  folder: string,
  chosen: readonly FoundFiles[],
  asks: boolean,
  { io }: Session,
): Promise<readonly ServerList[] | undefined> {
  const lists = await serverLists(
    folder,
    chosen.flatMap(({ paths }) => paths),
  )
  if (lists.length < 2) return []
  return asks ? (await import("../chooseSource.ts")).chooseSource(lists, io) : lists
}

/** What the lists do not agree about today; it is not written over. */
async function tellLinks(lists: readonly ServerList[], { io, voice }: Session): Promise<void> {
  const [source, ...targets] = lists
  if (source === undefined) return
  const held = targets.map(({ file }) => file).join(", ")
  voice.say(
    `${linkFile} holds the MCP servers in ${held} against ${source.file}, which has ${count(source.servers, "server")}`,
  )
  const { check } = await import("../../app/check.ts")
  const result = await check(await openProject({ cwd: io.cwd }), { paths: lists.map(({ file }) => file) })
  const differing = result.findings.filter(({ kind }) => kind === "link")
  for (const { file, message } of differing.slice(0, 10)) voice.say(`  ${printable(file)}: ${printable(message)}`)
  if (differing.length > 10) voice.say(`  … and ${differing.length - 10} more`)
  if (differing.length > 0) voice.say("  nothing of that was changed: cfgsync fix --interactive asks which is right")
}

async function adoptOnly({ format }: InitOptions, session: Session): Promise<void> {
  const project = await openProject({ cwd: session.io.cwd })
  const adopted = await adoptGood(project, recordingOf(session, "init", true), [])
  if (format === "json") session.voice.result(jsonText({ knownGood: adopted.good, noneKnownGood: adopted.none }))
  tellAdopted(adopted, session)
}

/** The configuration is there by now, so that nothing is known good yet is no failure. */
async function adoptOrTell(written: readonly string[], session: Session): Promise<Adopted> {
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

Where several clients have MCP servers, rules/mcp-servers.rule holds their lists against each other: the file with most servers is the source, of those with as
many the first of OpenCode, Claude Code, Codex, Gemini, Qwen, VS Code, Cursor, Zed, Windsurf, Copilot; at a terminal you are asked. What differs is
told and not changed, and servers that only one client has stay.

--opencode writes .opencode/plugin/cfgsync.js: what agents write into managed files is judged before, a write that would bring an error is held back, and
the history says which agent wrote in which session. The plugin calls the cfgsync of the project, else the one on PATH. Done twice, it is as done once.`
