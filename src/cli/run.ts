import { processIo } from "./io.ts"
import { main } from "./main.ts"
import type { ExitCode } from "./session.ts"

/** Run the command line of this process. */
export function run(): Promise<ExitCode> {
  return main(process.argv.slice(2), processIo())
}
