import { promisify } from "node:util"
import notifier from "toasted-notifier"
import type { Channel } from "./channel.ts"
import { type Message, worst } from "./message.ts"
import { restOf, subjectOf, titleOf } from "./words.ts"

/** The notification of the desktop: `notify-send` on Linux, the notification centre on macOS. */
export function desktopChannel(): Channel {
  return {
    deliver: async (message) => {
      try {
        await promisify(notifier.notify.bind(notifier))({
          title: subjectOf(message),
          message: bodyOf(message),
          urgency: worst(message) === "error" ? "critical" : "normal",
          "app-name": "cfgsync",
          wait: false,
          timeout: 10,
        })
        return { outcome: "delivered" }
      } catch {
        return {
          outcome: "later",
          reason: "the desktop takes no notification; is notify-send installed, and somebody logged in?",
        }
      }
    },
  }
}

/** Bubbles are small. */
const lines = 4

function bodyOf(message: Message): string {
  const shown = message.notices.slice(0, lines).map(titleOf)
  const more = message.notices.length > lines ? ["…"] : []
  return [...shown, ...more, restOf(message)].filter((line) => line !== "").join("\n")
}
