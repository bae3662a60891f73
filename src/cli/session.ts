import type { Command } from "commander"
import type { Io } from "./io.ts"
import type { Voice } from "./voice.ts"

/** 0: nothing to report. 1: findings, or something needs a person. 2: could not run. */
export type ExitCode = 0 | 1 | 2

/** One run of the command line. */
export interface Session {
  readonly io: Io
  readonly voice: Voice
  /** How the run ends, unless something is thrown. */
  finish(code: ExitCode): void
}

/** A file under `commands/`: adds its arguments, options and action to the command that bears its name. */
export interface CommandModule {
  readonly define: (command: Command, session: Session) => void
}
