import { type Command, Option } from "commander"
import { actorOf, actorOfHook } from "../../app/actor.ts"
import type { Recording } from "../../app/record.ts"
import type { Session } from "../session.ts"
import type { CommonOptions } from "./checkOptions.ts"

export interface RecordOptions {
  /** `false`: `--no-record`. */
  readonly record: boolean
}

export const noRecord = ["--no-record", "write although nothing can be recorded of it, or to leave no record"] as const

/** Who does it, and how it is called in the log. */
export function recordingOf({ io, voice }: Session, command: string, record: boolean): Recording {
  return { actor: actorOf(io.env, io.isTTY), command, tell: tellOf({ voice }), on: record }
}

/** The same of a git hook; most find nothing, and to ask for a terminal takes a while. */
export function recordingOfHook({ io, voice }: Session, hook: string): Recording {
  return {
    get actor() {
      return actorOfHook(hook, actorOf(io.env, io.isTTY))
    },
    command: `hooks run ${hook}`,
    tell: tellOf({ voice }),
    on: true,
  }
}

/** What the owner of the store must know is a warning. */
export function tellOf({ voice }: Pick<Session, "voice">): (notice: string) => void {
  return (notice) => voice.warning(notice)
}

export interface StoreOptions extends Pick<CommonOptions, "config" | "env"> {
  readonly format: "text" | "json"
}

/** What the commands that ask the store have in common. */
export function addStoreOptions(command: Command): Command {
  return command
    .option("--env <name>", "apply an environment of the configuration")
    .option("--config <file>", "the configuration to use, instead of the nearest one")
    .addOption(new Option("--format <format>", "how to print the result").choices(["text", "json"]).default("text"))
}
