import { createTransport } from "nodemailer"
import { type Channel, connectionFailure, type Delivery, patience } from "./channel.ts"
import { htmlText, plainText, subjectOf } from "./words.ts"

export interface EmailSettings {
  readonly host: string
  readonly port: number
  /** `starttls`: begins in the clear and refuses to go on without TLS; `tls`: from the first byte; `none`: in the clear, for a server on this machine. */
  readonly encryption: "starttls" | "tls" | "none"
  readonly user?: string
  readonly password?: string
  readonly from: string
  readonly to: readonly string[]
  /** Certificates that are trusted besides the known ones, as PEM. */
  readonly ca?: string
}

/** Mail by SMTP. The key of a message is its Message-ID, by which mail programs know a second copy. */
export function emailChannel(settings: EmailSettings): Channel {
  return {
    deliver: async (message, signal) => {
      const transport = createTransport(optionsOf(settings))
      const stop = () => transport.close()
      const timer = setTimeout(stop, patience)
      signal.addEventListener("abort", stop, { once: true })
      try {
        await Promise.race([
          transport.sendMail({
            from: settings.from,
            to: [...settings.to],
            subject: subjectOf(message),
            text: plainText(message),
            html: htmlText(message),
            messageId: `<${message.key}@cfgsync>`,
            date: new Date(message.time),
            headers: { "Auto-Submitted": "auto-generated" },
          }),
          stopped(signal),
        ])
        return { outcome: "delivered" }
      } catch (error) {
        return deliveryOf(error)
      } finally {
        clearTimeout(timer)
        signal.removeEventListener("abort", stop)
        transport.close()
      }
    },
  }
}

function optionsOf({ host, port, encryption, user, password, ca }: EmailSettings) {
  return {
    host,
    port,
    secure: encryption === "tls",
    requireTLS: encryption === "starttls",
    ignoreTLS: encryption === "none",
    ...(user === undefined ? {} : { auth: { user, pass: password ?? "" } }),
    ...(ca === undefined ? {} : { tls: { ca } }),
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** The transport does not always tell a send of its being closed. */
function stopped(signal: AbortSignal): Promise<never> {
  const late = () => new DOMException("stopped", "AbortError")
  return new Promise((_, reject) => {
    AbortSignal.any([signal, AbortSignal.timeout(patience)]).addEventListener("abort", () => reject(late()))
  })
}

/** Codes of 500 and above are final (RFC 5321, section 4.2.1). The server's own words may repeat what it was given, so they are not told. */
function deliveryOf(error: unknown): Delivery {
  const status = error instanceof Error && "responseCode" in error ? Number(error.responseCode) : 0
  const code = error instanceof Error && "code" in error ? String(error.code) : ""
  if (code === "EAUTH") return { outcome: "refused", reason: "the server does not take this user and password" }
  if (code === "ETLS") return { outcome: "refused", reason: "the server offers no TLS, or one that is not trusted" }
  if (code === "EENVELOPE" && status >= 500)
    return { outcome: "refused", reason: `the server refused an address (${status})` }
  if (status >= 500) return { outcome: "refused", reason: `the server answered ${status}` }
  if (status >= 400) return { outcome: "later", reason: `the server answered ${status}` }
  return connectionFailure(error)
}
