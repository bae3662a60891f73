import type { Channel } from "./channel.ts"
import { plainText } from "./words.ts"

/** Whoever runs cfgsync. @param print takes lines; throws when nobody hears them */
export function terminalChannel(print: (text: string) => void): Channel {
  return {
    deliver: async (message) => {
      try {
        print(plainText(message))
        return { outcome: "delivered" }
      } catch {
        return { outcome: "later", reason: "the terminal is gone" }
      }
    },
  }
}
