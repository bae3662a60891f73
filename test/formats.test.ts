import { readdirSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { formatTable } from "../src/app/formats.ts"

test("the table of formats says what the folders under plugins/ say", async () => {
  const folders = readdirSync(join(import.meta.dirname, "..", "plugins"), { withFileTypes: true }).filter(
    (entry) =>
      // Lenses on what clients say of MCP servers, and what another tool keeps, are no formats.
      entry.isDirectory() && !["mcp", "config-guardian"].includes(entry.name),
  )
  expect(formatTable.map(({ name }) => name).sort()).toEqual(folders.map(({ name }) => name).sort())
  for (const { name, files, load } of formatTable) {
    const { default: format } = await load()
    expect({ name: format.name, files: format.files }).toEqual({ name, files })
  }
})
