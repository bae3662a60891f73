import { generate } from "selfsigned"
import { SMTPServer, type SMTPServerOptions } from "smtp-server"
import type { Mood } from "./channel.ts"
import { freePort } from "./httpEndpoint.ts"

export interface MailServer {
  readonly port: number
  /** The certificate of the server, as PEM. */
  readonly certificate: string
  readonly behave: (mood: Mood) => void
  /** The mails it took since the last question, as they came. */
  readonly received: () => readonly string[]
  readonly dispose: () => Promise<void>
}

export const mailUser = "cfgsync"
export const mailPassword = "correct horse battery staple"

/** A real SMTP server with authentication, and TLS by STARTTLS or, with `secure`, from the first byte. */
export async function mailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  let mood: Mood = "takes"
  let taken: string[] = []
  const { cert, private: key } = await generate([{ name: "commonName", value: "localhost" }], { algorithm: "sha256" })
  const server = new SMTPServer({
    cert,
    key,
    authOptional: false,
    onAuth: ({ username, password }, _, done) =>
      done(username === mailUser && password === mailPassword ? null : new Error("no"), { user: username ?? "" }),
    onData: (stream, _, done) => {
      const chunks: Buffer[] = []
      stream.on("data", (chunk: Buffer) => chunks.push(chunk))
      stream.on("end", () => {
        if (mood === "hangs") return
        if (mood === "cuts") for (const connection of server.connections) connection._socket.destroy()
        else if (mood === "takes") {
          taken.push(Buffer.concat(chunks).toString("utf8"))
          done()
        } else done(Object.assign(new Error(`no, ${mailPassword}`), { responseCode: mood === "fails" ? 451 : 554 }))
      })
    },
    disabledCommands: [],
    closeTimeout: 50,
    logger: false,
    ...options,
  })
  server.on("error", () => {})
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", () => resolve()))
  return {
    port,
    certificate: cert,
    behave: (next) => {
      mood = next
    },
    received: () => {
      const all = taken
      taken = []
      return all
    },
    dispose: async () => {
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
