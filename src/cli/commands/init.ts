import { type Command, Option } from "commander"
import { type FoundFiles, planInit, writeInit } from "../../app/init.ts"
import { printable } from "../../report/printable.ts"
import { count } from "../../report/summary.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"

interface InitOptions {
  readonly yes?: true
  readonly format: "text" | "json"
}

export function define(command: Command, session: Session): void {
  command
    .option("--yes", "ask nothing and take all that is found")
    .addOption(new Option("--format <format>", "how to print the result").choices(["text", "json"]).default("text"))
    .addHelpText("after", "\nA configuration that is there already is never overwritten.")
    .action((options: InitOptions) => run(options, session))
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
  voice.result(format === "json" ? jsonText({ written, found: chosen }) : `wrote ${written}\n`)
  voice.say("next: cfgsync check")
}

function describe({ title, paths }: FoundFiles): string {
  const some = paths.slice(0, 3).map(printable).join(", ")
  return `${title}: ${count(paths.length, "file")} (${some}${paths.length > 3 ? ", …" : ""})`
}
