import { confirm as ask, isCancel } from "@clack/prompts"
import type { Io } from "./io.ts"

/** A question to a person at a terminal; leaving it is a no. */
export async function confirm(message: string, io: Io): Promise<boolean> {
  const answer = await ask({ message, input: io.stdin, output: io.stderr })
  return !isCancel(answer) && answer
}
