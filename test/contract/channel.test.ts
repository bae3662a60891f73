import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Webhook } from "standardwebhooks"
import { describe, expect, test } from "vitest"
import { desktopChannel } from "../../src/notify/desktop.ts"
import { type EmailSettings, emailChannel } from "../../src/notify/email.ts"
import { slackChannel } from "../../src/notify/slack.ts"
import { terminalChannel } from "../../src/notify/terminal.ts"
import { webhookChannel } from "../../src/notify/webhook.ts"
import { messageWith, testChannel } from "./channel.ts"
import { freePort, httpEndpoint } from "./httpEndpoint.ts"
import { mailPassword, mailServer, mailUser } from "./mailServer.ts"

const secret = `whsec_${Buffer.from("a secret of the endpoint").toString("base64")}`
const calm = () => new AbortController().signal

testChannel("webhook", async () => {
  const endpoint = await httpEndpoint()
  return {
    ...endpoint,
    channel: webhookChannel({ url: `${endpoint.url}?token=hidden`, secret }),
    toNobody: webhookChannel({ url: `http://127.0.0.1:${await freePort()}/`, secret }),
    received: () =>
      endpoint.received().map(({ headers, body }) => {
        const signed = {
          "webhook-id": String(headers["webhook-id"]),
          "webhook-timestamp": String(headers["webhook-timestamp"]),
          "webhook-signature": String(headers["webhook-signature"]),
        }
        new Webhook(secret).verify(body, signed)
        return { key: signed["webhook-id"], text: JSON.parse(body).data.title + JSON.parse(body).data.text }
      }),
    secrets: [endpoint.url, "hidden", secret],
  }
})

testChannel("slack", async () => {
  const endpoint = await httpEndpoint()
  return {
    ...endpoint,
    channel: slackChannel({ url: endpoint.url }),
    toNobody: slackChannel({ url: `http://127.0.0.1:${await freePort()}/` }),
    received: () => endpoint.received().map(({ body }) => ({ key: slackKey(body), text: slackText(body) })),
    secrets: [endpoint.url],
  }
})

interface SlackBody {
  readonly text: string
  readonly blocks: readonly {
    readonly type: string
    readonly text?: { readonly text: string }
    readonly elements?: readonly { readonly text: string }[]
  }[]
  readonly metadata: { readonly event_payload: { readonly key: string } }
}

function slackText(body: string): string {
  const { text, blocks }: SlackBody = JSON.parse(body)
  return [text, ...blocks.map((block) => block.text?.text ?? block.elements?.[0]?.text ?? "")].join("\n")
}

function slackKey(body: string): string {
  const { metadata }: SlackBody = JSON.parse(body)
  return metadata.event_payload.key
}

async function emailWith(encryption: EmailSettings["encryption"], options = {}) {
  const server = await mailServer({ secure: encryption === "tls", ...options })
  const settings = {
    host: "localhost",
    port: server.port,
    encryption,
    user: mailUser,
    password: mailPassword,
    from: "cfgsync@example.org",
    to: ["ops@example.org", "dev@example.org"],
    ca: server.certificate,
  }
  return { server, settings }
}

for (const encryption of ["starttls", "tls"] as const)
  testChannel(`email with ${encryption}`, async () => {
    const { server, settings } = await emailWith(encryption)
    return {
      ...server,
      channel: emailChannel(settings),
      toNobody: emailChannel({ ...settings, port: await freePort() }),
      received: () => server.received().map((mail) => ({ key: headerOf(mail, "Message-ID"), text: readable(mail) })),
      secrets: [mailPassword],
    }
  })

function headerOf(mail: string, name: string): string {
  return new RegExp(`^${name}: *(.*)$`, "im").exec(mail.replaceAll(/\r\n[ \t]/g, " "))?.[1] ?? ""
}

/** Long lines are broken up, in the header by a space and in the body by an equals sign. */
function readable(mail: string): string {
  return mail
    .replaceAll("=\r\n", "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
}

describe("email", () => {
  const cases = [
    ["a wrong password", "starttls", { password: "wrong" }, {}, "refused", /user and password/],
    ["a server without TLS", "starttls", {}, { disabledCommands: ["STARTTLS"] }, "refused", /TLS/],
    ["a certificate that nobody knows", "starttls", { ca: undefined }, {}, "refused", /certificate .* not trusted/],
    [
      "a certificate that nobody knows, from the first byte",
      "tls",
      { ca: undefined },
      {},
      "refused",
      /certificate .* not trusted/,
    ],
  ] as const
  test.each(cases)("says what is wrong with %s", async (_, encryption, change, options, outcome, reason) => {
    const { server, settings } = await emailWith(encryption, options)
    const { ca, ...rest } = { ...settings, ...change }
    const channel = emailChannel(ca === undefined || ca === "" ? rest : { ...rest, ca })
    expect(await channel.deliver(messageWith("key"), calm())).toEqual({
      outcome,
      reason: expect.stringMatching(reason),
    })
    expect(server.received()).toEqual([])
    await server.dispose()
  })

  test("never sends a password in the clear, unless it was told to", async () => {
    const { server, settings } = await emailWith("none", { disabledCommands: ["STARTTLS"], allowInsecureAuth: true })
    expect(
      (await emailChannel({ ...settings, encryption: "starttls" }).deliver(messageWith("key"), calm())).outcome,
    ).toBe("refused")
    expect(await emailChannel(settings).deliver(messageWith("key"), calm())).toEqual({ outcome: "delivered" })
    const [mail = ""] = server.received()
    expect(headerOf(mail, "To")).toBe("ops@example.org, dev@example.org")
    expect(headerOf(mail, "Subject")).toBe("cfgsync: shop: config/shop.toml: the port is <no> number & that matters")
    expect(readable(mail)).toContain("the port is &lt;no&gt; number &amp; that matters")
    await server.dispose()
  })
})

test.each([
  [
    { status: 429, retryAfter: "7" },
    { outcome: "later", reason: "the server answered 429", after: 7000 },
  ],
  [
    { status: 503, retryAfter: "soon" },
    { outcome: "later", reason: "the server answered 503" },
  ],
  [{ status: 410 }, { outcome: "refused", reason: "the server answered 410" }],
  [{ status: 302 }, { outcome: "refused", reason: "the server answered 302" }],
])("slack and webhooks wait as long as the server asks: %o", async (answer, expected) => {
  const endpoint = await httpEndpoint()
  endpoint.behave(answer)
  expect(await slackChannel({ url: endpoint.url }).deliver(messageWith("key"), calm())).toEqual(expected)
  expect(await webhookChannel({ url: endpoint.url }).deliver(messageWith("key"), calm())).toEqual(expected)
  await endpoint.dispose()
})

test("the desktop is told by the program that it has for that", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cfgsync-desktop-"))
  const program = join(folder, "notify-send")
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" > ${folder}/told\n`)
  chmodSync(program, 0o755)
  const { PATH } = process.env
  process.env.PATH = `${folder}:${PATH}`
  expect(await desktopChannel().deliver(messageWith("key"), calm())).toEqual({ outcome: "delivered" })
  process.env.PATH = PATH
  const told = readFileSync(join(folder, "told"), "utf8")
  expect(told).toContain("cfgsync: shop: config/shop.toml")
  expect(told).toContain("critical")
  rmSync(folder, { recursive: true })
})

test("the terminal hears it all, and one that is gone is to be tried again", async () => {
  const heard: string[] = []
  const channel = terminalChannel((text) => heard.push(text))
  expect(await channel.deliver(messageWith("key"), calm())).toEqual({ outcome: "delivered" })
  expect(heard.join("")).toMatchInlineSnapshot(`
    "error (needs a person): config/shop.toml: the port is <no> number & that matters
      the shop answers nobody
      to do: cfgsync accept config/shop.toml
      --- a
      +++ b
      -port = "x"
      +port = 80
    "
  `)
  const gone = terminalChannel(() => {
    throw new Error("EPIPE")
  })
  expect(await gone.deliver(messageWith("key"), calm())).toEqual({ outcome: "later", reason: "the terminal is gone" })
})
