import { IncomingWebhook, IncomingWebhookHTTPError } from "@slack/webhook"
import { type Channel, connectionFailure, httpDelivery, patience } from "./channel.ts"
import type { Message, Notice, Severity } from "./message.ts"
import { restOf, subjectOf, titleOf } from "./words.ts"

export interface SlackSettings {
  /** An incoming webhook. Who knows it can post, so it is a secret. */
  readonly url: string
}

/** A Slack channel, by an incoming webhook of https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks. */
export function slackChannel({ url }: SlackSettings): Channel {
  return {
    deliver: async (message, signal) => {
      let retryAfter: string | null = null
      const webhook = new IncomingWebhook(url, {
        fetch: async (address, init) => {
          const stop = [signal, AbortSignal.timeout(patience)]
          const response = await fetch(address, { ...init, redirect: "manual", signal: AbortSignal.any(stop) })
          retryAfter = response.headers.get("retry-after")
          return response
        },
      })
      try {
        // Slack has no idempotency keys; the metadata lets a program that reads the channel know a second copy.
        const metadata = { event_type: "cfgsync_notice", event_payload: { key: message.key } }
        await webhook.send({ text: subjectOf(message), blocks: [...blocksOf(message)], metadata })
        return { outcome: "delivered" }
      } catch (error) {
        return error instanceof IncomingWebhookHTTPError
          ? httpDelivery(error.statusCode, retryAfter, Date.now())
          : connectionFailure(error)
      }
    },
  }
}

type Blocks = NonNullable<Exclude<Parameters<IncomingWebhook["send"]>[0], string>["blocks"]>
type Block = Blocks[number]

/** What Slack takes: 50 blocks, 150 characters in a header, 3,000 in a section. */
const longest = { header: 150, section: 3000 }

function blocksOf(message: Message): readonly Block[] {
  const rest = restOf(message)
  return [
    { type: "header", text: { type: "plain_text", text: cut(subjectOf(message), longest.header) } },
    ...message.notices.flatMap(noticeBlocks),
    ...(rest === "" ? [] : [context(escaped(rest))]),
  ]
}

function context(text: string): Block {
  return { type: "context", elements: [{ type: "mrkdwn", text }] } as const
}

const signs: Readonly<Record<Severity, string>> = {
  error: ":red_circle:",
  warning: ":large_yellow_circle:",
  info: ":white_circle:",
}

function noticeBlocks(notice: Notice): readonly Block[] {
  const { severity, detail, diff, todo, concern } = notice
  const text = [
    `${signs[severity]} *${escaped(titleOf(notice))}*${concern === undefined ? "" : " (needs a person)"}`,
    ...(detail === undefined ? [] : [escaped(detail)]),
    ...(todo === undefined ? [] : [`*To do:* ${escaped(todo)}`]),
  ].join("\n")
  const section = (mrkdwn: string) => ({ type: "section", text: { type: "mrkdwn", text: mrkdwn } })
  const fence = "```"
  return [
    section(cut(text, longest.section)),
    ...(diff === undefined ? [] : [section(`${fence}${cut(fenceless(escaped(diff)), longest.section - 6)}${fence}`)]),
  ]
}

/** https://docs.slack.dev/messaging/formatting-message-text: three characters have a meaning of their own. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
}

/** A fence inside would end the block of the diff. */
function fenceless(text: string): string {
  return text.replaceAll("```", "'''")
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}
