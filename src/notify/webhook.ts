import { Webhook } from "standardwebhooks"
import { type Channel, connectionFailure, type Delivery, httpDelivery, patience } from "./channel.ts"
import type { Message } from "./message.ts"
import { plainText, subjectOf } from "./words.ts"

export interface WebhookSettings {
  readonly url: string
  /** `whsec_…`, or the same without the prefix: base64. Absent: not signed. */
  readonly secret?: string
}

/** Any HTTP endpoint, signed as https://www.standardwebhooks.com says: `webhook-id` is the key of the message, the same at every attempt. */
export function webhookChannel({ url, secret }: WebhookSettings): Channel {
  const signer = secret === undefined ? undefined : new Webhook(secret)
  return {
    deliver: async (message, signal) => {
      const body = bodyOf(message)
      const now = new Date()
      const headers = {
        "content-type": "application/json",
        "user-agent": "cfgsync",
        "webhook-id": message.key,
        "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
        ...(signer === undefined ? {} : { "webhook-signature": signer.sign(message.key, now, body) }),
      }
      return post(url, { body, headers }, signal)
    },
  }
}

async function post(
  url: string,
  request: { readonly body: string; readonly headers: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<Delivery> {
  try {
    const response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
      ...request,
    })
    await response.body?.cancel()
    return httpDelivery(response.status, response.headers.get("retry-after"), Date.now())
  } catch (error) {
    return connectionFailure(error)
  }
}

function bodyOf(message: Message): string {
  const { time, project, counts, notices } = message
  const data = { project, title: subjectOf(message), text: plainText(message), counts, notices }
  return JSON.stringify({ type: "cfgsync.notice", timestamp: time, data })
}
