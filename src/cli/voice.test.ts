import { Readable, Writable } from "node:stream"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { CfgsyncError } from "../model/errors.ts"
import { Voice } from "./voice.ts"

function listen(isTTY = false) {
  const said: string[] = []
  const stream = () => {
    const write = (chunk: unknown, _: string, done: () => void) => {
      said.push(String(chunk))
      done()
    }
    return Object.assign(new Writable({ write }), { isTTY })
  }
  const io = { stdin: Readable.from([]), stdout: stream(), stderr: stream(), env: { NO_COLOR: "1" }, cwd: "/", isTTY }
  return { voice: new Voice(io), said: () => said.join("") }
}

it("says a wrong request with its hint, and lets no escape sequence from it through", () => {
  const { voice, said } = listen()
  voice.failure(new CfgsyncError("usage", "no\u001b[2J file\n\tline\n\t ^", "look"))
  expect(said()).toBe("error: no␛[2J file\n\tline\n\t ^\nhint: look\n")
})

it("shows a mistake of ours whole and asks for a report", () => {
  const { voice, said } = listen()
  voice.failure(new TypeError("x is not a function"))
  expect(said()).toMatch(/^error: cfgsync itself failed: TypeError: x is not a function\n {4}at .*\nhint: .*report/s)
})

describe("progress", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }))
  afterEach(() => void vi.useRealTimers())

  function work(isTTY: boolean, milliseconds: number): string {
    const { voice, said } = listen(isTTY)
    const progress = voice.progress("checked")
    for (let done = 1; done <= 10; done++) {
      vi.advanceTimersByTime(milliseconds / 10)
      progress.step(done, 10)
    }
    progress.end()
    return said()
  }

  it("is told in a terminal while work is long, and wiped away", () => {
    const wipe = "\r\u001b[K"
    const lines = [4, 5, 6, 7, 8, 9, 10].map((done) => `${wipe}checked ${done} of 10`)
    expect(work(true, 1000)).toBe(`${lines.join("")}${wipe}`)
  })

  it.each([
    ["short work", true, 200],
    ["no terminal", false, 10_000],
  ])("is not told: %s", (_, isTTY, milliseconds) => {
    expect(work(isTTY, milliseconds)).toBe("")
  })
})
