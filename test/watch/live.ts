import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { onTestFinished } from "vitest"
import { cfgsync } from "../git/project.ts"
import { freshFindings, rest } from "./stage.ts"

/** Milliseconds that a slow machine may take for what takes a moment. */
export const patience = 60_000

/** A line that the built `cfgsync watch --format json` says. */
export interface Line {
  readonly event: string
  readonly id: string
  readonly time: string
  readonly file?: string
  readonly files?: readonly string[]
  readonly rule?: string
  readonly pointer?: string
  readonly message?: string
  readonly reason?: string
  readonly by?: string
  /** When it was heard, in the clock of `performance`. */
  readonly heard: number
}

export interface LiveOptions {
  readonly args?: readonly string[]
  /** A command line that runs the one that is put behind it. */
  readonly through?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly home: string
}

/** A folder for the home of who watches, removed afterwards. */
export function makeHome(): string {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-watch-home-")))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  return home
}

/** The built command at work in a project, as a program hears of it. */
export class Live {
  readonly lines: Line[] = []
  readonly #child: ChildProcess
  readonly #ended: Promise<string>
  #errors = ""
  #over = ""

  /** Resolves when everything was looked at once. */
  static async start(root: string, options: LiveOptions): Promise<Live> {
    const live = new Live(root, options)
    await live.next(({ event }) => event === "started")
    return live
  }

  constructor(root: string, { args = [], through = [], environment = {}, home }: LiveOptions) {
    const line = [...through, process.execPath, cfgsync, "watch", "--format=json", "--scan=1s", ...args]
    const [program = "", ...words] = line
    const env = { PATH: process.env.PATH ?? "", HOME: home, GIT_CONFIG_NOSYSTEM: "1", ...environment }
    this.#child = spawn(program, words, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] })
    const { stdout, stderr } = this.#child
    if (stdout !== null)
      createInterface({ input: stdout }).on("line", (text) =>
        this.lines.push({ ...JSON.parse(text), heard: performance.now() }),
      )
    stderr?.on("data", (chunk) => (this.#errors += String(chunk)))
    this.#ended = new Promise((resolve) =>
      this.#child.on("close", (code, signal) => {
        this.#over = `${signal ?? code}`
        resolve(this.#over)
      }),
    )
    onTestFinished(() => this.kill())
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#over === "") process.kill(this.pid, signal)
  }

  /** The first line from `from` on that is wanted. @throws Error when none comes in time, or the monitor ended */
  async next(isWanted: (line: Line) => boolean, from = 0): Promise<Line> {
    const end = performance.now() + patience
    for (;;) {
      const found = this.lines.slice(from).find(isWanted)
      if (found !== undefined) return found
      if (this.#over !== "") throw new Error(`the monitor ended with ${this.#over}: ${this.#errors}`)
      if (performance.now() > end)
        throw new Error(`not among ${JSON.stringify(this.lines.slice(from).slice(-5))}\n${this.#errors}`)
      await rest(5)
    }
  }

  /** What is wrong by what was said until now. */
  get told(): readonly string[] {
    const there: string[] = []
    for (const line of this.lines) {
      const name = [line.file, line.rule, line.pointer, line.message].join(" ")
      if (line.event === "finding") there.push(name)
      else if (line.event === "resolved") there.splice(there.indexOf(name), 1)
    }
    return there.sort()
  }

  /** Until what was told of is what a check finds that knows nothing of before. @returns the milliseconds that it took */
  async agrees(root: string): Promise<number> {
    const started = performance.now()
    for (;;) {
      const fresh = await freshFindings(root)
      if (JSON.stringify(this.told) === JSON.stringify(fresh)) return performance.now() - started
      if (this.#over !== "") throw new Error(`the monitor ended with ${this.#over}: ${this.#errors}`)
      if (performance.now() - started > patience) {
        const stale = this.told.filter((each) => !fresh.includes(each)).map((each) => `told: ${each}`)
        const missed = fresh.filter((each) => !this.told.includes(each)).map((each) => `there: ${each}`)
        throw new Error(`not what there is\n${[...stale, ...missed].slice(0, 20).join("\n")}\n${this.#errors}`)
      }
      await rest(50)
    }
  }

  /** How it ended, once it has. */
  get ended(): Promise<string> {
    return this.#ended
  }

  get isOver(): boolean {
    return this.#over !== ""
  }

  async kill(): Promise<void> {
    this.signal("SIGKILL")
    await this.#ended
  }

  /** As a service manager ends it. @returns how it ended */
  async stop(): Promise<string> {
    this.signal("SIGTERM")
    return this.#ended
  }
}
