/** Something that a client fills in from elsewhere when it starts a server. */
export type Reference =
  /** A variable of the environment; `fallback` where it is not set, if the client has such a thing. */
  | { readonly kind: "env"; readonly name: string; readonly fallback?: string }
  /** What a file holds. */
  | { readonly kind: "file"; readonly path: string }
  /** What the client asks its user for. */
  | { readonly kind: "input"; readonly id: string }
  /** A place that the client knows. */
  | { readonly kind: "place"; readonly name: "workspace" | "home" }

/** A text with references in it. Texts do not stand beside each other, and none is empty. */
export type Template = readonly (string | Reference)[]

/** An MCP server, whatever client starts it. */
export type McpServer = (LocalServer | RemoteServer) & {
  /** `false`: it stands there and must not start. */
  readonly on: boolean
  readonly timeouts: Timeouts
}

/** Milliseconds. */
export interface Timeouts {
  /** Until the server is up and has said what it can do. */
  readonly start?: number
  /** For the answer to one request. */
  readonly request?: number
}

export interface LocalServer {
  readonly kind: "local"
  /** The program, then its arguments. */
  readonly command: readonly [Template, ...Template[]]
  readonly environment: Readonly<Record<string, Template>>
  readonly directory?: Template
}

export interface RemoteServer {
  readonly kind: "remote"
  readonly url: Template
  /** `either`: the client tries both. */
  readonly transport: "http" | "sse" | "either"
  readonly headers: Readonly<Record<string, Template>>
}
