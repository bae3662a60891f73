import type { McpServer, Reference, Template } from "../model/mcpServer.ts"

/** What references stand for. */
export interface Filling {
  readonly variables: Readonly<Record<string, string>>
  /** By path as it is written. */
  readonly files: Readonly<Record<string, string>>
}

/** What a client should make of a template; `undefined`: that cannot be known here. */
export function fillIn(template: Template, filling: Filling): string | undefined {
  const parts = template.map((part) => (typeof part === "string" ? part : meaningOf(part, filling)))
  return parts.includes(undefined) ? undefined : parts.join("")
}

function meaningOf(reference: Reference, { variables, files }: Filling): string | undefined {
  switch (reference.kind) {
    case "env":
      return own(variables, reference.name) ?? reference.fallback
    case "file":
      return own(files, reference.path)
    case "input":
    case "place":
      return undefined
  }
}

function own(values: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined
}

export function templatesOf(server: McpServer): readonly Template[] {
  return server.kind === "local"
    ? [
        ...server.command,
        ...Object.values(server.environment),
        ...(server.directory === undefined ? [] : [server.directory]),
      ]
    : [server.url, ...Object.values(server.headers)]
}

/** Variables with which a program loads code of its user's. */
export const loading = /^(?:NODE_OPTIONS|NODE_PATH|LD_.*|DYLD_.*)$/

/**
 * Values for references, made up: no secret of the user is given to anything. They are numbers, which are also right where a reference stands without
 * quotes.
 */
export function madeUp(variables: readonly string[], files: readonly string[]): Filling {
  const numbered = (names: readonly string[], first: number) =>
    Object.fromEntries([...new Set(names)].map((name, index) => [name, String(first + index)]))
  const harmless = variables.filter((name) => !loading.test(name))
  return { variables: numbered(harmless, 7_310_001), files: numbered(files, 8_410_001) }
}
