import type { McpServer } from "./mcpServer.ts"
import type { Path } from "./path.ts"
import type { ObjectValue, Value } from "./value.ts"

/** What a client reads from an entry; `problem`: it would not take it, and why. */
export type Reading =
  | { readonly ok: true; readonly server: McpServer }
  | { readonly ok: false; readonly problem: string }

/**
 * An entry that says what a server is. `cannot`: what this client has no words for, which is never approximated; each a sentence about a part of the
 * server. `notes`: what the client was told more exactly than was known.
 */
export type Writing =
  | { readonly ok: true; readonly entry: ObjectValue; readonly notes: readonly string[] }
  | { readonly ok: false; readonly cannot: readonly string[] }

/** A list of the names of servers that are off. Files count from the folder that the client is started in. */
export interface OffList {
  /** The file of the entries that it speaks of. */
  readonly of: string
  readonly file: string
  readonly at: Path
}

/**
 * How one client words MCP servers. Reading what was written gives the same server, or one that {@link Lens.differences} has nothing to say about;
 * writing what was read changes nothing.
 */
export interface Lens {
  /** `mcp/opencode` in a link. */
  readonly id: string
  /** The client, for people. */
  readonly title: string
  /** Whether an entry can say that its server must not start. */
  readonly hasSwitch: boolean
  /** Where else the client is told which servers must not start. Without it and without a switch, one that is off must not stand there. */
  readonly offList?: OffList
  read(entry: Value): Reading
  /** @param before the entry that is there: what is not about the server, and what is right already, stays as it is written. */
  write(server: McpServer, before: Value | undefined): Writing
}
