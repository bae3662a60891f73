import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Channel } from "../../src/notify/channel.ts"
import { makeMessage, type Notice } from "../../src/notify/message.ts"

/** How the other side behaves. */
export type Mood = "takes" | "fails" | "refuses" | "hangs" | "cuts"

/** A channel with a real other side. */
export interface MadeChannel {
  readonly channel: Channel
  /** The same, to a place where nobody listens. */
  readonly toNobody: Channel
  readonly behave: (mood: Mood) => void
  /** What came through since the last question, each with the key that came with it. */
  readonly received: () => readonly { readonly key: string; readonly text: string }[]
  /** What no reason may tell. */
  readonly secrets: readonly string[]
  readonly dispose: () => Promise<void>
}

const notice: Notice = {
  id: "one",
  time: "2030-01-31T12:00:00.000Z",
  severity: "error",
  title: "the port is <no> number & that matters",
  file: "config/shop.toml",
  detail: "the shop answers nobody",
  diff: '--- a\n+++ b\n-port = "x"\n+port = 80\n',
  todo: "cfgsync accept config/shop.toml",
  concern: "the port of the shop",
}

export function messageWith(key: string, notices: readonly Notice[] = [notice]) {
  return makeMessage(notices, { key, time: notice.time, project: "shop" })
}

/** What every channel keeps. */
export function testChannel(name: string, make: () => Promise<MadeChannel>): void {
  describe(name, () => {
    let made: MadeChannel
    const deliver = (key = "a-key", after?: number) =>
      made.channel.deliver(
        messageWith(key),
        after === undefined ? new AbortController().signal : AbortSignal.timeout(after),
      )
    beforeAll(async () => {
      made = await make()
    })
    afterAll(() => made.dispose())

    test("delivers what a person needs to know", async () => {
      made.behave("takes")
      expect(await deliver("key-1")).toEqual({ outcome: "delivered" })
      const [only, ...more] = made.received()
      expect(more).toEqual([])
      for (const part of [
        "config/shop.toml",
        "the shop answers nobody",
        "cfgsync accept config/shop.toml",
        "+port = 80",
      ])
        expect(only?.text).toContain(part)
    })

    test("names the message by its key, the same at every attempt", async () => {
      made.behave("takes")
      await deliver("key-2")
      await deliver("key-2")
      const keys = made.received().map(({ key }) => key)
      expect(keys).toHaveLength(2)
      expect(new Set(keys).size).toBe(1)
      expect(keys[0]).toContain("key-2")
    })

    test("shows at most ten of many, and says how many there are", async () => {
      made.behave("takes")
      const many = Array.from({ length: 500 }, (_, index) => ({
        ...notice,
        id: String(index),
        file: `file-${index}.toml`,
      }))
      const result = await made.channel.deliver(messageWith("key-3", many), new AbortController().signal)
      expect(result).toEqual({ outcome: "delivered" })
      const [only] = made.received()
      expect(only?.text).toContain("500 errors")
      expect(only?.text).toContain("490 more")
      expect(only?.text).not.toContain("file-99.toml")
    })

    test.each(["fails", "cuts"] as const)("is to be tried again where the other side %s", async (mood) => {
      made.behave(mood)
      const result = await deliver()
      expect(result.outcome).toBe("later")
      expectNoSecret(result)
      expect(made.received()).toEqual([])
    })

    test("stops when it is told to, where the other side hangs", async () => {
      made.behave("hangs")
      const started = performance.now()
      expect((await deliver("key-4", 300)).outcome).toBe("later")
      expect(performance.now() - started).toBeLessThan(10_000)
      expect(made.received()).toEqual([])
    })

    test("is not to be tried again where the other side refuses", async () => {
      made.behave("refuses")
      const result = await deliver()
      expect(result.outcome).toBe("refused")
      expectNoSecret(result)
    })

    test("is to be tried again where nobody listens", async () => {
      const result = await made.toNobody.deliver(messageWith("key-5"), new AbortController().signal)
      expect(result).toEqual({ outcome: "later", reason: "nobody listens there" })
    })

    test("comes through once the other side is well again", async () => {
      made.behave("fails")
      expect((await deliver("key-6")).outcome).toBe("later")
      made.behave("takes")
      expect(await deliver("key-6")).toEqual({ outcome: "delivered" })
      expect(made.received()).toHaveLength(1)
    })

    function expectNoSecret(result: unknown): void {
      for (const secret of made.secrets) expect(JSON.stringify(result)).not.toContain(secret)
    }
  })
}
