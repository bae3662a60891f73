import type { OffList } from "../../src/model/lens.ts"
import type { RemoteServer } from "../../src/model/mcpServer.ts"
import type { ReferenceStyle } from "./references.ts"

type Transport = RemoteServer["transport"]

/** How a client words an MCP server, as data; `docs/clients.md` says where each was learnt. */
export interface Dialect {
  readonly id: string
  readonly title: string
  /** `list`: program and arguments in one list; `words`: the program as a text, the arguments beside it. */
  readonly command: "list" | "words"
  /** Key of the environment of a local server. */
  readonly environment: string
  /** Key of the folder that it starts in, if the client has one. */
  readonly directory?: string
  /** Keys that hold an address, the one that is written first; `transport` is what it means where no type says more. */
  readonly addresses: readonly { readonly key: string; readonly transport: Transport }[]
  /** Key of the headers; absent where they stand otherwise. */
  readonly headers: string
  /** The word in `type`. */
  readonly type?: {
    readonly local: readonly string[]
    /** By transport, the word that is written first. */
    readonly remote: Partial<Readonly<Record<Transport, readonly string[]>>>
    /** Whether a server of that kind is not taken without it. */
    readonly needed: { readonly local: boolean; readonly remote: boolean }
  }
  /** The key that switches a server, and what it holds when the server is on. */
  readonly switch?: { readonly key: string; readonly on: boolean }
  /** Where servers are switched off beside their entries. */
  readonly offList?: OffList
  readonly timeouts: Partial<Readonly<Record<"start" | "request", { readonly key: string; readonly unit: "ms" | "s" }>>>
  /** Key of the table that these stand in; absent: in the entry itself. */
  readonly timeoutTable?: string
  readonly references: ReferenceStyle
  /** References by name, in keys of their own, where texts hold none. */
  readonly named?: {
    /** A list of variables that the server gets from the client's own environment. */
    readonly environment: string
    /** A variable that holds the token of `Authorization: Bearer …`. */
    readonly bearer: string
    /** Headers by the variable that holds them. */
    readonly headers: string
  }
}
