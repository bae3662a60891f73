import type { Command } from "commander"
import type { Session } from "../session.ts"

export function define(command: Command, session: Session): void {
  command
    .option("--propose", "let agents change files whose changes are asked about; each change waits for a person")
    .addHelpText("after", closing)
    .action(async ({ propose }: { readonly propose?: true }) => {
      const { serveMcp } = await import("../serveMcp.ts")
      await serveMcp(session, propose === true)
    })
}

const closing = `
An MCP server on standard input and output, to be started by a client. It reads the project that it is started in, and only reads: --propose adds tools
that change files with { "acceptance": "ask" }, where a person accepts or rejects each change.

In opencode.json:
  { "mcp": { "cfgsync": { "type": "local", "command": ["cfgsync", "mcp"] } } }
In .mcp.json:
  { "mcpServers": { "cfgsync": { "command": "cfgsync", "args": ["mcp"] } } }`
