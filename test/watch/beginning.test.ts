import { spawn } from "node:child_process"
import { text } from "node:stream/consumers"
import { expect, test } from "vitest"
import { cfgsync } from "../git/project.ts"
import { Live, makeHome, patience } from "./live.ts"
import { stage } from "./stage.ts"

const bad = '{ "port": "x" }\n'

/** So many that to look at all of them takes a while. */
const many = () => stage(Object.fromEntries(Array.from({ length: 4000 }, (_, index) => [`conf/f${index}.json`, bad])))

/** Not blocking this process, which reads what the monitor says. */
async function run(root: string, home: string, ...args: string[]) {
  const child = spawn(process.execPath, [cfgsync, ...args], { cwd: root, env: { PATH: process.env.PATH, HOME: home } })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { stdout, stderr }
}

test("while everything is looked at for the first time others are told how far it is, and it can be ended", async () => {
  const [root, home] = [many(), makeHome()]
  const live = new Live(root, { home, args: ["--no-fix"] })
  const status = async () => JSON.parse((await run(root, home, "watch", "--status", "--format", "json")).stdout)
  let health: { readonly beginning: { readonly looked: number; readonly of: number } | null } | null = null
  for (const end = performance.now() + patience; (health?.beginning?.looked ?? 0) === 0 && performance.now() < end; )
    health = (await status()).health
  expect(health?.beginning?.of).toBe(4000)
  const { stdout } = await run(root, home, "watch", "--status")
  expect(stdout).toMatch(/looking at every file for the first time: \d+ of 4000/)
  expect((await run(root, home, "watch", "--stop")).stderr).toContain("no longer watched")
  expect(await live.stop()).toBe("0")
  expect(live.lines.filter(({ event }) => event === "started")).toEqual([])
  expect(live.lines.at(-1)).toMatchObject({ event: "stopped", reason: "it was asked to stop" })
  expect(await status()).toMatchObject({ running: false })
  // Who begins next looks at everything.
  const next = await Live.start(root, { home, args: ["--no-fix"] })
  expect(next.told).toHaveLength(4000)
})

test("a check that meets a monitor at its first look finds out by itself", async () => {
  const [root, home] = [many(), makeHome()]
  const live = new Live(root, { home, args: ["--no-fix"] })
  await live.next(({ event }) => event === "finding")
  const { stdout } = await run(root, home, "check", "--format", "json")
  expect(JSON.parse(stdout).findings).toHaveLength(4000)
})
