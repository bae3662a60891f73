import { Writable } from "node:stream"
import type { Output } from "./io.ts"

/** Standard output or standard error of a command line that runs for somebody else. */
export interface Collected {
  readonly stream: Output
  /** All that was written so far. */
  readonly text: () => string
}

/** @param isTTY whether who asks has a terminal there, so many columns wide. */
export function collect(isTTY = false, columns?: number): Collected {
  const chunks: Buffer[] = []
  const stream = new Writable({
    write: (chunk: Buffer | string, _, done) => {
      chunks.push(Buffer.from(chunk))
      done()
    },
  })
  const shown = Object.assign(stream, { isTTY, ...(columns === undefined ? {} : { columns }) })
  return { stream: shown, text: () => Buffer.concat(chunks).toString("utf8") }
}
