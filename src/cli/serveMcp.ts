import { Readable } from "node:stream"
import { type CallToolResult, McpServer } from "@modelcontextprotocol/server"
import { serveStdio } from "@modelcontextprotocol/server/stdio"
import { clientVariable } from "../app/actor.ts"
import { version } from "../app/package.ts"
import { openProject } from "../app/project.ts"
import { assertWaits, ownFile } from "../app/proposal.ts"
import { CfgsyncError } from "../model/errors.ts"
import { collect } from "./collect.ts"
import { type McpTool, mcpTools } from "./mcpTools.ts"
import type { Session } from "./session.ts"

/**
 * Serve agents on standard input and output until the client hangs up.
 * @param propose whether files may be changed at all; what is changed waits for a person.
 */
export async function serveMcp(session: Session, propose: boolean): Promise<void> {
  const offered = mcpTools.filter(({ proposes }) => propose || proposes !== true)
  const ended = new Promise<void>((resolve) => {
    session.io.stdin.once("end", resolve)
    session.io.stdin.once("close", resolve)
  })
  const handle = serveStdio(() => serverOf(offered, session), {
    onerror: (error) => session.voice.warning(error.message),
  })
  await ended
  await handle.close()
}

function serverOf(offered: readonly McpTool[], session: Session): McpServer {
  const server = new McpServer({ name: "cfgsync", version }, { instructions })
  for (const tool of offered) {
    const { name, description, input: inputSchema, proposes } = tool
    const annotations = { readOnlyHint: proposes !== true, destructiveHint: false, openWorldHint: false }
    server.registerTool(name, { description, inputSchema, annotations }, (args) =>
      // One after the other: they may open the same store.
      inTurn(() => call(tool, args, session, server.server.getClientVersion()?.name ?? "an MCP client")),
    )
  }
  return server
}

let last: Promise<unknown> = Promise.resolve()

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = last.then(work)
  last = done.catch(() => undefined)
  return done
}

async function call(
  tool: McpTool,
  args: Parameters<McpTool["argv"]>[0],
  session: Session,
  client: string,
): Promise<CallToolResult> {
  try {
    const project = await openProject({ cwd: session.io.cwd })
    const files = tool.files(args)
    for (const file of files) ownFile(project, file)
    if (tool.proposes === true) for (const file of files) await assertWaits(project, file)
    const done = await run(tool.argv(args), session, client)
    if (tool.proposes !== true || done.isError === true) return done
    return await run(["check", "--format", "json", "--", ...files], session, client)
  } catch (error) {
    if (!(error instanceof CfgsyncError)) throw error
    return refusal(error.hint === undefined ? error.message : `${error.message}\nhint: ${error.hint}`)
  }
}

/** What a command prints is the answer: without secrets, as everywhere. */
async function run(argv: readonly string[], { io, main }: Session, client: string): Promise<CallToolResult> {
  const [stdout, stderr] = [collect(), collect()]
  const code = await main(argv, {
    stdin: Readable.from([]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: { ...io.env, [clientVariable]: client },
    cwd: io.cwd,
    isTTY: false,
  })
  if (code === 2) return refusal(stderr.text().trim())
  const texts = [stdout.text(), stderr.text().trim()].filter((text) => text !== "")
  return { content: texts.map((text) => ({ type: "text", text })) }
}

function refusal(text: string): CallToolResult {
  return { isError: true, content: [{ type: "text", text }] }
}

const instructions =
  "cfgsync keeps configuration as its owners meant it. Check a configuration file after you changed it, and ask `effective` what a client will really use. " +
  "Changes of files that are asked about wait for a person; do not try to accept them."
