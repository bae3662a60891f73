import type { Path } from "../model/path.ts"
import type { Question, Reply } from "./cage.ts"

/** What a client says of one server, as far as it says anything. */
export interface Seen {
  readonly on?: boolean
  /** The program, then its arguments, filled in. */
  readonly command?: readonly string[]
  /** The same, as one line. */
  readonly line?: string
  /** `null`: it is there, and not shown. */
  readonly environment?: Readonly<Record<string, string | null>>
  readonly directory?: string
  readonly url?: string
}

export type Listing =
  | { readonly ok: true; readonly servers: ReadonlyMap<string, Seen>; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] }

/** A real client, and how it is asked what it makes of a file without starting anything of its user's. */
export interface Client {
  /** As people type it. */
  readonly id: string
  readonly title: string
  /** The name of its program on PATH. */
  readonly program: string
  /** The lens that reads its servers. */
  readonly lens: string
  /** Files of a project that hold servers, and where in them. */
  readonly files: readonly string[]
  readonly at: Path
  /** Globs of what it reads beside them. */
  readonly beside: readonly string[]
  /** Settings that say which servers are on, in the same file. */
  readonly switches: readonly Path[]
  /** Asks for its servers, and starts none. @param project where the copy of the project lies */
  readonly list: (project: string) => Question
  /** @param names the servers that may be listed */
  readonly read: (reply: Reply, names: readonly string[]) => Listing
  /** Asks it to start its servers: only canaries stand in the file then. */
  readonly start: (project: string) => Question
  /** Where the file with the canaries stands, where not in the project. */
  readonly startFile?: string
}

/** Lines without escapes for colours, and without blank ones. */
export function linesOf(text: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what an escape begins with
  const plain = text.replace(/\x1b\[[0-9;]*m/g, "")
  return plain
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
}
