import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { cfgsync } from "../git/project.ts"
import { Live, makeHome } from "./live.ts"
import { put, rest, stage } from "./stage.ts"

/** How long: a moment; an hour in the long form, or so many minutes. */
const minutes = Number(process.env.CFGSYNC_SOAK ?? (process.env.CFGSYNC_LONG === undefined ? 0.2 : 60))
const pause = 200
const files = 40
const texts = [
  '{ "port": "x" }\n',
  '{ "port": 80 }\n',
  '{ "size": 1 }\n',
  "{}\n",
  '{ "port": 81, "more": [1, 2, 3] }\n',
]

/** Processor's memory in MiB and open handles of a process. */
function costsOf(pid: number): { readonly memory: number; readonly handles: number } {
  const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]
  return { memory: Number(resident) / 1024, handles: readdirSync(`/proc/${pid}/fd`).length }
}

test.skipIf(process.platform !== "linux")(
  `five changes a second for ${minutes} minutes: memory flat, no handle left open, all seen, availability told`,
  async () => {
    const root = stage(Object.fromEntries(Array.from({ length: files }, (_, index) => [`conf/${index}.json`, "{}\n"])))
    const home = makeHome()
    const live = await Live.start(root, { home })
    const costs: ReturnType<typeof costsOf>[] = []
    const started = performance.now()
    for (let change = 0; performance.now() - started < minutes * 60_000; change++) {
      // A file has its turn every eight seconds, so that nobody is taken for one who fights.
      put(root, `conf/${change % files}.json`, texts[(change * 7 + Math.floor(change / files)) % texts.length] ?? "")
      if (change % 25 === 0) costs.push(costsOf(live.pid))
      await rest(Math.max(0, started + (change + 1) * pause - performance.now()))
    }
    await live.agrees(root)
    await rest(1000)
    const seconds = (performance.now() - started) / 1000
    const last = costsOf(live.pid)
    expect(last.handles).toBeLessThanOrEqual((costs[0]?.handles ?? 0) + 4)
    // Between collections it goes up and down: what counts is the least of a stretch, after the first of it, in which it warms up.
    const least = (from: number, to: number) =>
      Math.min(
        ...costs.slice(Math.floor(costs.length * from), Math.ceil(costs.length * to)).map(({ memory }) => memory),
      )
    if (minutes >= 5) expect(least(0.75, 1)).toBeLessThanOrEqual(least(0.25, 0.5) * 1.05 + 5)
    expect(last.memory).toBeLessThan(400)
    const env = { PATH: process.env.PATH ?? "", HOME: home }
    const report = () =>
      JSON.parse(
        spawnSync(process.execPath, [cfgsync, "report", "--format", "json"], { cwd: root, env, encoding: "utf8" })
          .stdout,
      )
    expect(await live.stop()).toBe("0")
    const { monitor, repairs } = report()
    expect(monitor.seconds).toBeGreaterThan(seconds * 0.9)
    expect(repairs.made).toBeGreaterThan(minutes)
    process.stderr.write(
      `${minutes} minutes: ${least(0.25, 0.5).toFixed(0)} MiB, then ${least(0.75, 1).toFixed(0)} MiB, ${last.handles} handles\n`,
    )
  },
  7_200_000,
)
