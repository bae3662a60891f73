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
  const { stdout, stderr, env } = process
  // Both are made when they are asked for: most commands read nothing and ask nobody.
  return {
    get stdin() {
      return read === undefined ? process.stdin : process.getBuiltinModule("node:stream").Readable.from([read])
    },
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    get isTTY() {
      return stdout.isTTY === true && process.stdin.isTTY === true
    },
  }
}

/** All of standard input. */
export async function readStdin({ stdin }: Io): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stdin) chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk)
  return Buffer.concat(chunks)
}
