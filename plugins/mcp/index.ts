import type { Lens } from "../../src/model/lens.ts"
import { dialects } from "./dialects.ts"
import { readServer } from "./readServer.ts"
import { writeServer } from "./writeServer.ts"

/** The lenses on MCP servers, one for each client. */
const lenses: readonly Lens[] = dialects.map((dialect) => ({
  id: dialect.id,
  title: dialect.title,
  hasSwitch: dialect.switch !== undefined,
  ...(dialect.offList === undefined ? {} : { offList: dialect.offList }),
  read: (entry) => readServer(entry, dialect),
  write: (server, before) => writeServer(server, before, dialect),
}))
export default lenses

export { differences } from "./readServer.ts"
