import type { Readable, Writable } from "node:stream"

/** A standard stream; `isTTY` and `columns` are there when it is a terminal. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number }

/** The world that a command line speaks to; tests give their own. */
export interface Io {
  readonly stdin: Readable
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute. */
  readonly cwd: string
  /** Whether a person can be asked: standard input and output both are a terminal. */
  readonly isTTY: boolean
}

/** The real one. @param read what was read of standard input already: all of it */
export function processIo(read?: Uint8Array): Io {
  // Each is made when it is asked for, which takes a tenth of a start: most commands read nothing, ask nobody and find nothing.
  return {
    get stdin() {
      return read === undefined ? process.stdin : process.getBuiltinModule("node:stream").Readable.from([read])
    },
    get stdout() {
      return process.stdout
    },
    get stderr() {
      return process.stderr
    },
    env: process.env,
    cwd: process.cwd(),
    get isTTY() {
      return process.stdout.isTTY === true && process.stdin.isTTY === true
    },
  }
}

/** All of standard input. */
export async function readStdin({ stdin }: Io): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stdin) chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk)
  return Buffer.concat(chunks)
}
