import { processIo } from "./io.ts"
import { main } from "./main.ts"
import type { ExitCode } from "./session.ts"

/** Run the command line of this process. @param stdin what was read of standard input already: all of it */
export function run(stdin?: Uint8Array): Promise<ExitCode> {
  return main(process.argv.slice(2), processIo(stdin))
}
