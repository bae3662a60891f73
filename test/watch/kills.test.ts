import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { httpEndpoint } from "../contract/httpEndpoint.ts"
import { cfgsync } from "../git/project.ts"
import { dice } from "./dice.ts"
import { Live, makeHome, patience } from "./live.ts"
import { config, put, rest, stage } from "./stage.ts"

const kills = Number(process.env.CFGSYNC_KILLS ?? (process.env.CFGSYNC_LONG === undefined ? 6 : 200))
const seed = Number(process.env.CFGSYNC_SEED ?? Date.now() % 1_000_000)
const good = '{ "port": 80 }\n'
const bad = '{ "port": "x" }\n'

interface Notice {
  readonly id: string
  readonly file?: string
  readonly title: string
  readonly detail?: string
}

/** As it is sent, as far as it is asked for here. */
interface Message {
  readonly data: { readonly notices: readonly Notice[]; readonly counts: Readonly<Record<string, number>> }
}

const hubAt = (url: string) => ({
  type: "webhook",
  url,
  severity: "info",
  group: "1s",
  limit: "100000/1h",
  repeat: "never",
})

/** What of two kinds must be told: that a file was repaired, and that one cannot be. */
const repairedFile = (round: number) => `conf/r${round}.json`
const brokenFile = (round: number) => `conf/u${round}.json`

test(`ended at ${kills} moments, mostly by kill -9, it comes back; no file is torn, all is told, nothing under two keys (seed ${seed})`, async () => {
  const endpoint = await httpEndpoint()
  onTestFinished(endpoint.dispose)
  const hub = hubAt(endpoint.url)
  const root = stage({}, { ...config, notify: { hub } })
  const home = makeHome()
  const roll = dice(seed)
  for (let round = 0; round < kills; round++) {
    const live = new Live(root, { home })
    // Some are ended while they start, some at work.
    await rest(roll(1200))
    put(root, repairedFile(round), bad)
    put(root, brokenFile(round), '{ "size": 1 }\n')
    await rest(roll(roll(2) === 0 ? 300 : 3000))
    if (live.isOver) throw new Error(`round ${round}: ${await live.stop()}`)
    if (roll(4) === 0) expect(["0", "SIGTERM"]).toContain(await live.stop())
    else await live.kill()
    for (const name of readdirSync(join(root, "conf")).filter((each) => each.startsWith("r")))
      expect([good, bad]).toContain(readFileSync(join(root, "conf", name), "utf8"))
  }
  const last = await Live.start(root, { home })
  await last.agrees(root)
  const rounds = Array.from({ length: kills }, (_, round) => round)
  for (const round of rounds) expect(readFileSync(join(root, repairedFile(round)), "utf8")).toBe(good)
  const received = new Map<string, { keys: Set<string>; what: string }>()
  // A message lists its ten worst and counts the rest: what piled up while nobody lived long enough to tell it.
  const uncounted = new Map<string, number>()
  const whatWasTold = () => {
    for (const { headers, body } of endpoint.received()) {
      const { data }: Message = JSON.parse(body)
      const all = Object.values(data.counts).reduce((sum, count) => sum + count, 0)
      uncounted.set(String(headers["webhook-id"]), all - data.notices.length)
      for (const { id, file, title, detail } of data.notices) {
        const each = received.get(id) ?? { keys: new Set(), what: `${file ?? ""} ${title} ${detail ?? ""}` }
        received.set(id, { ...each, keys: each.keys.add(String(headers["webhook-id"])) })
      }
    }
    return [...received.values()].map(({ what }) => what)
  }
  const missing = (told: readonly string[]) =>
    rounds.flatMap((round) => [
      ...(told.some((each) => each.includes("repaired") && each.includes(repairedFile(round)))
        ? []
        : [repairedFile(round)]),
      ...(told.some((each) => each.startsWith(`${brokenFile(round)}:`)) ? [] : [brokenFile(round)]),
    ])
  // Who was killed while it sent has what it sent to itself for a minute.
  const untold = () => {
    const named = missing(whatWasTold())
    return named.slice([...uncounted.values()].reduce((sum, count) => sum + count, 0))
  }
  await expect.poll(untold, { timeout: 150_000, interval: 200 }).toEqual([])
  expect(await last.stop()).toBe("0")
  whatWasTold()
  expect([...received.values()].filter(({ keys }) => keys.size > 1)).toEqual([])
  const broken = [...received.values()].map(({ what }) => what).filter((what) => what.includes("conf/u"))
  expect(broken.length).toBe(new Set(broken).size)
  const env = { PATH: process.env.PATH ?? "", HOME: home }
  const audit = spawnSync(process.execPath, [cfgsync, "audit", "verify"], { cwd: root, env, encoding: "utf8" })
  expect([audit.status, audit.stderr]).toEqual([0, ""])
}, 7_200_000)

test("a repair of which a killed monitor told nobody is told by the next one, once", async () => {
  const endpoint = await httpEndpoint()
  onTestFinished(endpoint.dispose)
  // Put down with the rest after half a minute only, because nobody waits for it.
  const settings = { ...config, notify: { hub: { ...hubAt(endpoint.url), severity: "warning" } } }
  const root = stage({ "conf/a.json": good }, settings)
  const home = makeHome()
  const first = await Live.start(root, { home })
  // What began is on the disk, so that it is known from when on nothing was told.
  await rest(1000)
  put(root, "conf/a.json", bad)
  await first.next(({ event }) => event === "repaired")
  await first.kill()
  put(root, "cfgsync.config.json", JSON.stringify({ ...config, notify: { hub: hubAt(endpoint.url) } }))
  const second = await Live.start(root, { home })
  await expect
    .poll(
      () =>
        endpoint
          .received()
          .map(({ body }) => body)
          .join(),
      { timeout: patience },
    )
    .toContain("repaired conf/a.json")
  expect(await second.stop()).toBe("0")
  await Live.start(root, { home })
  await rest(3000)
  expect(endpoint.received()).toEqual([])
}, 300_000)
