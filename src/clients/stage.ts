/** Where the HTTP canary listens, in a network of its own. */
export const canaryAddress = "http://127.0.0.1:8731/c"

/**
 * An MCP server that starts nothing: `node canary.mjs RECORD ARG…` writes down how it was called, and has no tools. Plain JavaScript, because the
 * client starts it.
 */
export const canaryScript = `
import { appendFileSync } from "node:fs"
import { createInterface } from "node:readline"
const [, , record, ...args] = process.argv
appendFileSync(record, JSON.stringify({ args, directory: process.cwd(), environment: process.env }) + "\\n")
createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line)
  if (id === undefined) return
  const result =
    method === "initialize"
      ? { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "canary", version: "1" } }
      : method === "tools/list"
        ? { tools: [] }
        : {}
  process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result }) + "\\n")
})
`

/**
 * Runs within the network of its own: `node stage.mjs REQUEST REPLY`. It brings up the loopback, answers as an MCP server over HTTP there (streamable
 * and SSE) and writes down the headers, runs the client, and writes what came of it.
 */
export const stageScript = `
import { spawn, spawnSync } from "node:child_process"
import { appendFileSync, readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
const [, , requestFile, replyFile] = process.argv
const { program, args, env, cwd, input, until, timeout, records } = JSON.parse(readFileSync(requestFile, "utf8"))
spawnSync("ip", ["link", "set", "lo", "up"], { env: { PATH: "/usr/sbin:/sbin:/usr/bin:/bin" } })
const answer = ({ id, method, params }) => ({
  jsonrpc: "2.0",
  id,
  result:
    method === "initialize"
      ? { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "canary", version: "1" } }
      : method === "tools/list"
        ? { tools: [] }
        : {},
})
const streams = new Map()
const server = createServer((request, response) => {
  const index = /^\\/c\\/(\\d+)(?=[/?]|$)/.exec(request.url)?.[1]
  const back = /^\\/back\\/(\\d+)$/.exec(request.url)?.[1]
  if (request.url === "/up") return void response.end("up")
  if (index === undefined && back === undefined) return void response.writeHead(404).end()
  if (index !== undefined)
    appendFileSync(records + "/" + index, JSON.stringify({ url: request.url, method: request.method, headers: request.headers }) + "\\n")
  if (request.method === "GET" && String(request.headers.accept).includes("text/event-stream")) {
    response.writeHead(200, { "content-type": "text/event-stream" })
    response.write("event: endpoint\\ndata: /back/" + index + "\\n\\n")
    streams.set(index, response)
    return
  }
  if (request.method !== "POST") return void response.writeHead(405).end()
  let text = ""
  request.on("data", (chunk) => (text += chunk))
  request.on("end", () => {
    let call
    try {
      call = JSON.parse(text)
    } catch {
      return void response.writeHead(400).end()
    }
    if (back !== undefined) {
      if (call.id !== undefined)
        streams.get(back)?.write("event: message\\ndata: " + JSON.stringify(answer(call)) + "\\n\\n")
      return void response.writeHead(202).end()
    }
    if (call.id === undefined) return void response.writeHead(202).end()
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer(call)))
  })
})
await new Promise((resolve) => server.on("error", resolve).listen(8731, "127.0.0.1", resolve))
const loopback = await fetch("http://127.0.0.1:8731/up").then((response) => response.ok, () => false)
const child = spawn(program, args, { env, cwd, stdio: [input.length > 0 ? "pipe" : "ignore", "pipe", "pipe"], detached: true })
let stdout = ""
let stderr = ""
let timedOut = false
const end = () => {
  try {
    process.kill(-child.pid, "SIGKILL")
  } catch {}
}
const timer = setTimeout(() => {
  timedOut = true
  end()
}, timeout)
child.stdout.on("data", (chunk) => {
  stdout += chunk
  if (until !== "" && stdout.includes(until)) child.stdin.end()
})
child.stderr.on("data", (chunk) => (stderr += chunk))
child.stdin?.on("error", () => {})
for (const line of input) child.stdin.write(line + "\\n")
const status = await new Promise((resolve) => child.on("error", (error) => { stderr += error.message; resolve(null) }).on("close", resolve))
clearTimeout(timer)
// What it left running ends too.
end()
writeFileSync(replyFile, JSON.stringify({ status, stdout, stderr, timedOut, loopback }))
server.closeAllConnections()
server.close()
`
