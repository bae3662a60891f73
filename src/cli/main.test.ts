import { Readable, Writable } from "node:stream"
import { describe, expect, it } from "vitest"
import type { Io } from "./io.ts"
import { main } from "./main.ts"

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A stream that remembers what was written to it. */
class Sink extends Writable {
  text = ""
  readonly isTTY: boolean

  constructor(isTTY = false) {
    super({
      write: (chunk, _, done) => {
        this.text += chunk
        done()
      },
    })
    this.isTTY = isTTY
  }
}

async function run(argv: readonly string[], change: Partial<Io> & { readonly stderr?: Sink } = {}): Promise<Ran> {
  const stdout = new Sink()
  const { stderr = new Sink() } = change
  const standard = { stdin: Readable.from([]), stdout, env: {}, cwd: import.meta.dirname, isTTY: false }
  const code = await main(argv, { ...standard, ...change, stderr })
  return { code, out: stdout.text, err: stderr.text }
}

it("says in one line that a result could not be written, and exits 2", async () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" })
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done(full) })
  const { code, err } = await run(["--help"], { stdout })
  expect(code).toBe(2)
  expect(err).toMatch(/^error: the result could not be written: no space left on the disk .*\nhint: .*\n$/)
})

it("is content when the reader of a pipe has enough", async () => {
  const closed = Object.assign(new Error("EPIPE"), { code: "EPIPE", syscall: "write" })
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done(closed) })
  expect(await run(["--help"], { stdout })).toMatchObject({ code: 0, err: "" })
})

describe("help", () => {
  it.each([[[]], [["--help"]], [["-h"]], [["help"]]])(
    "%j prints groups, examples and exit codes to stdout",
    async (argv) => {
      const { code, out, err } = await run(argv)
      expect({ code, err }).toEqual({ code: 0, err: "" })
      for (const word of ["Everyday:", "check", "Lossless editing", "Examples:", "Exit codes:"])
        expect(out).toContain(word)
    },
  )

  it.each(["check", "fix", "get", "set", "remove", "explain", "init", "rules"])("%s has a page", async (command) => {
    const { code, out } = await run([command, "--help"])
    expect(code).toBe(0)
    expect(out).toContain(`Usage: cfgsync ${command}`)
    expect((await run(["help", command])).out).toBe(out)
  })

  it("--version prints the version alone", async () => {
    expect((await run(["--version"])).out).toMatch(/^\d+\.\d+\.\d+\S*\n$/)
  })
})

describe("what cannot run exits 2 and says error, then hint", () => {
  it.each([
    [["chekc"], "error: unknown command 'chekc'\nhint: did you mean check?\n"],
    [["check", "--formt", "json"], "error: unknown option '--formt'\nhint: did you mean --format?\n"],
    [["get"], "error: missing required argument 'file'\nhint: cfgsync get --help says what there is\n"],
    [["set", "a.json", "$.a", "-x"], /^error: unknown option '-x'\nhint: .*-- before a value/],
    [["check", "--severity", "bad"], /^error: option '--severity <severity>' argument 'bad' is invalid/],
    [["get", "a.json", "$", "--document", "0"], /^error: option '--document <number>' argument '0' is invalid/],
    [["check", "--accept-existing"], /^error: --accept-existing needs --reason\nhint: /],
    [["check", "--reason", "x"], /^error: --reason and --until belong to --accept-existing\n/],
    [["fix", "--interactive"], /^error: --interactive needs a terminal\nhint: /],
  ])("%j", async (argv, expected) => {
    const { code, out, err } = await run(argv)
    expect({ code, out }).toEqual({ code: 2, out: "" })
    if (typeof expected === "string") expect(err).toBe(expected)
    else expect(err).toMatch(expected)
  })
})

describe("colour", () => {
  const red = "\u001b[31m"

  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: "1" }, true, false],
    [{ NO_COLOR: "" }, true, true],
    [{ FORCE_COLOR: "1" }, false, true],
    [{ FORCE_COLOR: "0" }, true, false],
    [{ NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
    [{ TERM: "dumb" }, true, false],
    [{ CI: "true" }, false, false],
  ])("%j on a terminal: %s gives %s", async (env, isTTY, coloured) => {
    const { err } = await run(["chekc"], { env, stderr: new Sink(isTTY) })
    expect(err.includes(red)).toBe(coloured)
  })
})

it("is quiet when the reader of its output leaves early", async () => {
  const stdout = new Writable({
    write: (_, __, done) => done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" })),
  })
  expect(await run(["--help"], { stdout })).toMatchObject({ code: 0, err: "" })
  await new Promise((resolve) => setImmediate(resolve))
  expect(stdout.errored).toMatchObject({ code: "EPIPE" })
})
