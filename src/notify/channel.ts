import type { Message } from "./message.ts"

/** How an attempt to deliver ended. */
export type Delivery =
  | { readonly outcome: "delivered" }
  /** Worth another attempt. `after`: the earliest, in milliseconds from now, when the other side said so. */
  | { readonly outcome: "later"; readonly reason: string; readonly after?: number }
  /** The same message would be refused again: somebody must change something. */
  | { readonly outcome: "refused"; readonly reason: string }

/** A way to reach people or programs. `test/contract/channel.ts` holds each to this. */
export interface Channel {
  /** Never throws and never hangs: ends within {@link patience}, or soon after `signal` says to stop. Reasons hold no secret. */
  deliver(message: Message, signal: AbortSignal): Promise<Delivery>
}

/** An attempt may take this long, in milliseconds. */
export const patience = 15_000

/** By the status of an HTTP answer. @param retryAfter the header of that name @param now milliseconds since 1970 */
export function httpDelivery(status: number, retryAfter: string | null, now: number): Delivery {
  if (status >= 200 && status < 300) return { outcome: "delivered" }
  const reason = `the server answered ${status}`
  if (status !== 408 && status !== 425 && status !== 429 && status < 500) return { outcome: "refused", reason }
  const after = waitOf(retryAfter, now)
  return { outcome: "later", reason, ...(after === undefined ? {} : { after }) }
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function waitOf(header: string | null, now: number): number | undefined {
  if (header === null) return undefined
  const wait = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isFinite(wait) && wait >= 0 ? wait : undefined
}

/** What went wrong before there was an answer, in words that name no address: it may be a secret. */
export function connectionFailure(error: unknown): Delivery {
  const codes: Readonly<Record<string, string>> = {
    ECONNREFUSED: "nobody listens there",
    ECONNRESET: "the connection was cut",
    ENOTFOUND: "the name of the server is not known",
    EAI_AGAIN: "the name of the server could not be looked up",
    ETIMEDOUT: "the server did not answer in time",
    UND_ERR_SOCKET: "the connection was cut",
    UND_ERR_CONNECT_TIMEOUT: "the server did not answer in time",
  }
  for (let at: unknown = error; at instanceof Error; at = at.cause ?? ("original" in at ? at.original : undefined)) {
    if (at.name === "TimeoutError" || at.name === "AbortError")
      return { outcome: "later", reason: "the server did not answer in time" }
    for (const code of codesOf(at)) {
      if (code in codes) return { outcome: "later", reason: codes[code] ?? code }
      if (/^(?:CERT_|ERR_TLS|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/.test(code))
        return { outcome: "refused", reason: `the certificate of the server is not trusted (${code})` }
    }
  }
  return { outcome: "later", reason: "the server could not be reached" }
}

/** Libraries put their own code over that of the system. */
function codesOf(error: Error): readonly string[] {
  return ["code", "originalCode"].flatMap((name) => {
    const code: unknown = Reflect.get(error, name)
    return typeof code === "string" ? [code] : []
  })
}
