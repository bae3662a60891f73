import { CfgsyncError } from "../model/errors.ts"
import type { Channel } from "./channel.ts"
import type { ChannelSettings, InEnvironment } from "./channelSettings.ts"

/** What a channel needs of the world. */
export interface Surroundings {
  readonly env: (name: string) => string | undefined
  readonly readText: (path: string) => string
  readonly print: (text: string) => void
}

const ports = { starttls: 587, tls: 465, none: 25 } as const

/**
 * Only the library of this one channel is loaded.
 * @throws CfgsyncError `config-invalid` when a variable that it names is not set
 */
export async function openChannel(name: string, settings: ChannelSettings, around: Surroundings): Promise<Channel> {
  const secret = ({ env }: InEnvironment) => {
    const value = around.env(env)
    if (value !== undefined && value !== "") return value
    throw new CfgsyncError(
      "config-invalid",
      `notify.${name}: the variable ${env} is not set`,
      `export ${env} and try again`,
    )
  }
  switch (settings.type) {
    case "terminal":
      return (await import("./terminal.ts")).terminalChannel(around.print)
    case "desktop":
      return (await import("./desktop.ts")).desktopChannel()
    case "slack":
      return (await import("./slack.ts")).slackChannel({ url: secret(settings.url) })
    case "webhook": {
      const url = typeof settings.url === "string" ? settings.url : secret(settings.url)
      const signed = settings.secret === undefined ? {} : { secret: secret(settings.secret) }
      return (await import("./webhook.ts")).webhookChannel({ url, ...signed })
    }
    case "email": {
      const { host, from, to, user, encryption = "starttls", port = ports[encryption] } = settings
      return (await import("./email.ts")).emailChannel({
        ...{ host, port, encryption, from, to },
        ...(user === undefined ? {} : { user }),
        ...(settings.password === undefined ? {} : { password: secret(settings.password) }),
        ...(settings.ca === undefined ? {} : { ca: around.readText(settings.ca) }),
      })
    }
  }
}
