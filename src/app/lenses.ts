import type { Lens } from "../model/lens.ts"
import type { McpServer } from "../model/mcpServer.ts"

/** What links look through, loaded when the first link is met. */
export interface Lenses {
  readonly lens: (id: string) => Lens
  readonly differences: (left: McpServer, right: McpServer) => readonly string[]
}

export async function loadLenses(): Promise<Lenses> {
  const { default: lenses, differences } = await import("../../plugins/mcp/index.ts")
  const byId = new Map(lenses.map((lens) => [lens.id, lens]))
  return {
    differences,
    lens: (id) => {
      const lens = byId.get(id)
      if (lens === undefined) throw new Error(`a link was compiled with the lens ${id}, which there is not`)
      return lens
    },
  }
}

export async function lensNames(): Promise<readonly string[]> {
  return (await import("../../plugins/mcp/index.ts")).default.map(({ id }) => id)
}
