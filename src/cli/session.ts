import type { Command } from "commander"
import type { CheckOptions } from "../app/check.ts"
import type { Opening } from "../app/git/openState.ts"
import type { Project, ProjectOptions } from "../app/project.ts"
import type { FileStatus } from "../app/status.ts"
import type { CheckResult } from "../model/result.ts"
import type { Io } from "./io.ts"
import type { Voice } from "./voice.ts"

/** 0: nothing to report. 1: findings, or something needs a person. 2: could not run. */
export type ExitCode = 0 | 1 | 2

/** A project that a monitor has open. `check` throws `Cold` where the answer might be another one than without the monitor. */
export interface Warm {
  readonly project: Project
  readonly check: (project: Project, options: CheckOptions) => Promise<CheckResult>
  readonly opening: Opening
  readonly status: (project: Project, paths: readonly string[]) => Promise<readonly FileStatus[]>
}

/** Thrown to leave a command to the process that was called. */
export class Cold extends Error {}

/** One run of the command line. */
export interface Session {
  readonly io: Io
  readonly voice: Voice
  /** Inside a monitor: what it knows. @throws Cold for another project or configuration */
  readonly warm?: (options: ProjectOptions) => Warm
  /** Run another command line: for a monitor or a server that is asked to. */
  readonly main: (argv: readonly string[], io: Io, warm?: (options: ProjectOptions) => Warm) => Promise<ExitCode>
  /** How the run ends, unless something is thrown. */
  finish(code: ExitCode): void
}

/** A file under `commands/`: adds its arguments, options and action to the command that bears its name. */
export interface CommandModule {
  readonly define: (command: Command, session: Session) => void
}
