import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"

/** A program that watches a folder and says on standard output which files have changed. */
export interface Contestant {
  readonly name: string
  readonly command: (folder: string) => readonly string[]
  /** The path that a line tells of; "": it says that everything is watched; `undefined`: nothing to us. */
  readonly read: (line: string) => string | undefined
  /** The line that says so comes on standard error. */
  readonly errors?: boolean
}

const root = join(import.meta.dirname, "..", "..")
const peer = join(import.meta.dirname, "..", "peers", "watchers.mjs")
const parcel = "2.6.0"
const plainLine = (line: string) => (line === "ready" ? "" : line)

export const cfgsync: Contestant = own("cfgsync watch --no-fix", ["--no-fix"])
export const repairing: Contestant = own("cfgsync watch", [])
export const chokidar: Contestant = peerOf("chokidar alone", "chokidar", join(root, "node_modules/chokidar/index.js"))

/** By name; what is missing on this machine is left out and said. */
export function contestants(): readonly Contestant[] {
  return [cfgsync, inotifywait, peerOf("raw fs.watch", "fs.watch"), chokidar, parcelWatcher()]
}

function own(name: string, options: readonly string[]): Contestant {
  return {
    name,
    command: () => [process.execPath, join(root, "dist/cfgsync.js"), "watch", "--format", "json", ...options],
    read: (line) => {
      const { event, file } = JSON.parse(line)
      return event === "started" ? "" : event === "finding" && typeof file === "string" ? file : undefined
    },
  }
}

const inotifywait: Contestant = {
  name: "inotifywait",
  command: (folder) => [
    "inotifywait",
    "--monitor",
    "--recursive",
    "--event=modify,close_write,moved_to",
    "--format=%w%f",
    folder,
  ],
  read: (line) => (line === "Watches established." ? "" : line.replace(/^.*?\/(?=services\/)/, "")),
  errors: true,
}

function peerOf(name: string, kind: string, module = ""): Contestant {
  return { name, command: (folder) => [process.execPath, peer, kind, folder, module], read: plainLine }
}

/** No dependency of cfgsync, so it comes when it is first asked for. */
function parcelWatcher(): Contestant {
  const folder = join(tmpdir(), `cfgsync-bench-parcel-${parcel}`)
  const module = join(folder, "node_modules/@parcel/watcher/index.js")
  if (!existsSync(module)) {
    mkdirSync(folder, { recursive: true })
    const options = ["--no-save", "--no-audit", "--no-fund", "--prefix", folder]
    execFileSync("npm", ["install", ...options, `@parcel/watcher@${parcel}`], { stdio: ["ignore", 2, 2] })
  }
  return peerOf("@parcel/watcher", "parcel", module)
}

/** A contestant at work. */
export class Running {
  readonly #process: ChildProcess
  readonly #read: Contestant["read"]
  readonly #heard = new Map<string, number>()
  #listener: (() => void) | undefined
  #lastLine = 0
  #ended: string | undefined

  /** Resolves when everything is watched. */
  static async start(contestant: Contestant, folder: string, environment: NodeJS.ProcessEnv): Promise<Running> {
    const running = new Running(contestant, folder, environment)
    await running.hears(() => running.#heard.has(""), 600_000)
    return running
  }

  private constructor({ command, read, errors }: Contestant, folder: string, env: NodeJS.ProcessEnv) {
    const [file = "", ...args] = command(folder)
    this.#read = read
    this.#process = spawn(file, args, { cwd: folder, env, stdio: ["ignore", "pipe", errors === true ? "pipe" : 2] })
    for (const stream of [this.#process.stdout, this.#process.stderr])
      if (stream !== null) createInterface({ input: stream }).on("line", (line) => this.#hear(line))
    this.#process.on("error", (error) => this.#end(error.message))
    this.#process.on("exit", (code) => this.#end(`it ended with ${code}`))
  }

  #hear(line: string): void {
    this.#lastLine = performance.now()
    const path = this.#read(line)
    if (path === undefined) return
    if (!this.#heard.has(path)) this.#heard.set(path, performance.now())
    this.#listener?.()
  }

  #end(why: string): void {
    this.#ended = why
    this.#listener?.()
  }

  /** Until it has had nothing to say for so many milliseconds; what it said is forgotten. */
  async calm(long = 1000): Promise<void> {
    const started = performance.now()
    for (let silence = 0; silence < long; silence = performance.now() - Math.max(started, this.#lastLine))
      await new Promise((resolve) => setTimeout(resolve, long - silence))
    this.#heard.clear()
  }

  /** When a file was first told of since then. */
  heard(path: string): number | undefined {
    return this.#heard.get(path)
  }

  /** Until what was told is enough. @returns whether it was, in so many milliseconds */
  async hears(isEnough: () => boolean, patience: number): Promise<boolean> {
    const timeout = setTimeout(() => this.#listener?.(), patience)
    const end = performance.now() + patience
    while (!isEnough() && performance.now() < end) {
      if (this.#ended !== undefined) throw new Error(`${this.#process.spawnfile}: ${this.#ended}`)
      await new Promise<void>((resolve) => {
        this.#listener = resolve
      })
    }
    clearTimeout(timeout)
    return isEnough()
  }

  /** Of one processor, since its start, in milliseconds. */
  get processor(): number {
    const [, fields = ""] = readFileSync(`/proc/${this.#process.pid}/stat`, "utf8").split(") ")
    const [user = 0, system = 0] = fields.split(" ").slice(11, 13).map(Number)
    return (user + system) * 10
  }

  /** In MiB: what it holds now, and the most that it held. */
  get memory(): { readonly now: number; readonly most: number } {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, "utf8")
    const figure = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024
    return { now: figure("VmRSS"), most: figure("VmHWM") }
  }

  async stop(): Promise<void> {
    if (this.#ended !== undefined) return
    const ended = new Promise((resolve) => this.#process.once("exit", resolve))
    this.#process.kill("SIGTERM")
    await ended
  }
}
