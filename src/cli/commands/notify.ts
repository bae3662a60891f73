import type { Command } from "commander"
import { actorOf } from "../../app/actor.ts"
import {
  acknowledge,
  deliverDue,
  type NotifyState,
  notifyState,
  retryRefused,
  testDelivery,
} from "../../app/notices.ts"
import { openProject, type Project } from "../../app/project.ts"
import { printable } from "../../report/printable.ts"
import { count } from "../../report/summary.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { projectOf } from "./checkOptions.ts"
import { addStoreOptions, type StoreOptions, tellOf } from "./storeOptions.ts"

export function define(command: Command, session: Session): void {
  const add = (name: string, summary: string) => addStoreOptions(command.command(name).description(summary))
  add("list", "print the channels, what waits for a person, and the last messages").action((options: StoreOptions) =>
    list(options, session),
  )
  add("test", "send a message through a channel at once, and say how that went")
    .argument("<channel>", "its name in the configuration")
    .action((name: string, options: StoreOptions) => test(name, options, session))
  add("send", "deliver what is due; a running `cfgsync watch` does it by itself").action((options: StoreOptions) =>
    send(options, session),
  )
  add("ack", "say that somebody looks after what waits for a person, so that it is not told again")
    .argument("[ids...]", "as `cfgsync notify list` shows them; none: all")
    .action((ids: string[], options: StoreOptions) => ack(ids, options, session))
  add("retry", "try again what was refused, after the channel was put right").action((options: StoreOptions) =>
    retry(options, session),
  )
  command.addHelpText("after", closing)
}

function open({ io }: Session, options: StoreOptions): Promise<Project> {
  return openProject(projectOf(io.cwd, options))
}

async function list(options: StoreOptions, session: Session): Promise<void> {
  const state = await notifyState(await open(session, options), { tell: tellOf(session) })
  if (options.format === "json") session.voice.result(jsonText(state))
  else if (state.channels.length === 0)
    session.voice.say("the configuration has no channels; see docs/notifications.md")
  else session.voice.result(stateText(state))
}

function stateText({ channels, messages, concerns }: NotifyState): string {
  const time = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace("T", " ")
  const lines = [
    ...channels.map(({ name, type, waiting }) => `${name}  ${type}${waiting === 0 ? "" : `  ${waiting} waiting`}`),
    ...concerns.map(
      ({ id, since, acknowledged, notice }) =>
        `needs a person since ${time(since)}  ${id}  ${[notice.file ?? [], notice.title].flat().join(": ")}${acknowledged === null ? "" : `  acknowledged by ${acknowledged}`}`,
    ),
    ...messages.map(
      ({ made, channel, state, attempts, reason, message }) =>
        `${time(made)}  ${channel}  ${state}${reason === "" ? "" : ` (${reason}; ${count(attempts, "attempt")})`}  ${Object.values(message.counts).reduce((sum, each) => sum + each, 0)} told`,
    ),
  ]
  return lines.map((line) => `${printable(line)}\n`).join("")
}

async function test(name: string, options: StoreOptions, session: Session): Promise<void> {
  const { voice, finish } = session
  const delivery = await testDelivery(await open(session, options), name, (text) => voice.talk(text))
  if (options.format === "json") voice.result(jsonText(delivery))
  else if (delivery.outcome === "delivered") voice.result("delivered\n")
  if (delivery.outcome === "delivered") return
  if (options.format === "text") voice.error(`not delivered: ${delivery.reason}`)
  finish(1)
}

async function send(options: StoreOptions, session: Session): Promise<void> {
  const { voice, finish } = session
  const { attempts } = await deliverDue(await open(session, options), {
    tell: tellOf(session),
    print: (text) => voice.talk(text),
  })
  const shown = attempts.map(({ channel, key, delivery }) => ({ channel, key, ...delivery }))
  const line = ({ channel, outcome, ...rest }: (typeof shown)[number]) =>
    `${channel}  ${outcome}${"reason" in rest ? `: ${rest.reason}` : ""}\n`
  voice.result(options.format === "json" ? jsonText({ attempts: shown }) : shown.map(line).join(""))
  if (attempts.some(({ delivery }) => delivery.outcome !== "delivered")) finish(1)
}

async function ack(ids: readonly string[], options: StoreOptions, session: Session): Promise<void> {
  const { io, voice } = session
  const by = actorOf(io.env, io.isTTY).name
  const acknowledged = await acknowledge(await open(session, options), ids, { tell: tellOf(session), by })
  const text = acknowledged.map((id) => `acknowledged ${printable(id)}\n`).join("")
  voice.result(options.format === "json" ? jsonText({ acknowledged }) : text)
}

async function retry(options: StoreOptions, session: Session): Promise<void> {
  const retried = await retryRefused(await open(session, options), { tell: tellOf(session) })
  const text = `${count(retried, "message")} will be tried again\n`
  session.voice.result(options.format === "json" ? jsonText({ retried }) : text)
}

const closing = `
Channels stand in the configuration under \`notify\`; docs/notifications.md lists their settings.

Examples:
  cfgsync notify test team
  cfgsync notify list --format json`
