import { createServer, type IncomingHttpHeaders, type Server } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import type { Mood } from "./channel.ts"

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A real HTTP endpoint that behaves as it is told. */
export interface HttpEndpoint {
  readonly url: string
  readonly behave: (mood: Mood | Answer) => void
  /** What it took since the last question. */
  readonly received: () => readonly Received[]
  /** How often it was asked, whatever it answered. */
  readonly asked: () => number
  readonly dispose: () => Promise<void>
}

interface Answer {
  readonly status: number
  readonly retryAfter?: string
}

const statuses = { takes: 200, fails: 503, refuses: 404 } as const

export async function httpEndpoint(): Promise<HttpEndpoint> {
  let mood: Mood | Answer = "takes"
  let taken: Received[] = []
  let asked = 0
  const sockets = new Set<Socket>()
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    asked++
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      if (mood === "hangs") return
      if (mood === "cuts") {
        request.socket.destroy()
        return
      }
      const { status, retryAfter } = typeof mood === "string" ? { status: statuses[mood], retryAfter: undefined } : mood
      if (status < 300) taken.push({ headers: request.headers, body: Buffer.concat(chunks).toString("utf8") })
      response.writeHead(status, retryAfter === undefined ? {} : { "retry-after": retryAfter }).end("ok")
    })
  })
  server.on("connection", (socket) => {
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    url: `http://127.0.0.1:${portOf(server)}/hook`,
    behave: (next) => {
      mood = next
    },
    received: () => {
      const all = taken
      taken = []
      return all
    },
    asked: () => asked,
    dispose: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("the endpoint does not listen")
  return address.port
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const port = portOf(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}
