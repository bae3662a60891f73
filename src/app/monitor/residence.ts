import { chmodSync, rmSync } from "node:fs"
import { createServer, type Server, type Socket } from "node:net"
import { join } from "node:path"
import { CfgsyncError } from "../../model/errors.ts"
import { takeLock } from "../../store/lock.ts"
import { makePrivateFolder, writePrivateFile } from "../../store/privateFile.ts"
import { inWords } from "../../system/failure.ts"
import { thisProcess } from "../../system/process.ts"
import { build, type MonitorNote, monitorFolder, readNote } from "./place.ts"
import { makeSocketPlace, removeSocketPlace } from "./socketPlace.ts"
import { type Answer, greeting, parseRequest, type Request, signOfLife, signPause } from "./wire.ts"

type Environment = Readonly<Record<string, string | undefined>>

/** Longest request that is read: a file on standard input may be in it. */
const longest = 64 * 1024 * 1024

/** The right to be the one monitor of a project, and the door at which others ask it. */
export class Residence {
  readonly #folder: string
  readonly #release: () => void
  readonly #environment: Environment
  #socket: string | undefined
  #server: Server | undefined
  readonly #connections = new Set<Socket>()

  private constructor(folder: string, environment: Environment, release: () => void) {
    this.#folder = folder
    this.#environment = environment
    this.#release = release
  }

  /**
   * The lock is the system's: it is free again as soon as its holder has ended, however it ended.
   * @throws CfgsyncError `not-possible-here` while another monitor watches the project
   */
  static take(root: string, environment: Environment): Residence {
    const folder = monitorFolder(root, environment)
    try {
      makePrivateFolder(folder)
      const release = takeLock(folder, 0)
      if (release !== undefined) return new Residence(folder, environment, release)
    } catch (error) {
      throw inWords(error, "write-failed", `the folder ${folder} cannot be used`)
    }
    const pid = readNote(folder)?.pid
    throw new CfgsyncError(
      "not-possible-here",
      `${root} is watched already${pid === undefined ? "" : `, by process ${pid}`}`,
      "`cfgsync watch --status` says how it is, `cfgsync watch --stop` ends it",
    )
  }

  /** @param answer never throws. */
  async open(root: string, since: Date, answer: (request: Request) => Promise<Answer>): Promise<void> {
    // What a killed one left.
    const left = readNote(this.#folder)
    if (left !== undefined) removeSocketPlace(left.socket)
    const socket = makeSocketPlace(this.#folder, this.#environment)
    this.#socket = socket
    rmSync(socket, { force: true })
    const server = createServer((connection) => this.#hear(connection, answer))
    // Nobody else may connect, not even before the permissions are set: the folder is private too.
    const mask = process.umask(0o177)
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject)
        server.listen(socket, resolve)
      })
    } finally {
      process.umask(mask)
    }
    chmodSync(socket, 0o600)
    this.#server = server
    const { pid, start, place } = thisProcess()
    const note: MonitorNote = { root, pid, start, place, socket, build, since: since.toISOString() }
    writePrivateFile(join(this.#folder, "monitor.json"), `${JSON.stringify(note)}\n`)
  }

  #hear(connection: Socket, answer: (request: Request) => Promise<Answer>): void {
    this.#connections.add(connection)
    connection.setEncoding("utf8")
    connection.on("error", () => connection.destroy())
    connection.on("close", () => this.#connections.delete(connection))
    connection.write(greeting)
    let text = ""
    connection.on("data", (chunk: string) => {
      text += chunk
      if (text.length > longest) connection.destroy()
      if (!text.endsWith("\n")) return
      const request = parseRequest(text)
      text = ""
      if (request === undefined) connection.destroy()
      else void this.#give(connection, answer(request))
    })
  }

  async #give(connection: Socket, answer: Promise<Answer>): Promise<void> {
    const alive = setInterval(() => connection.write(signOfLife), signPause)
    const given = await answer
    clearInterval(alive)
    connection.end(`${JSON.stringify(given)}\n`)
  }

  close(): void {
    rmSync(join(this.#folder, "monitor.json"), { force: true })
    this.#server?.close()
    if (this.#socket !== undefined) removeSocketPlace(this.#socket)
    for (const connection of this.#connections) connection.end()
    this.#release()
  }
}
