import { execFile } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** What a client makes of a text: why it refuses it, or the configuration that it works with. */
export type ClientAnswer = { readonly refused: string } | { readonly config: unknown }

/** OpenCode takes one where the machine is idle. */
const seconds = 180

/**
 * A real client, asked about copies: in a home folder of their own that is thrown away, with an empty environment and no network, so that
 * neither a plugin nor a server of the text can do anything.
 */
export abstract class Client {
  readonly #folder: string
  readonly #known = new Map<string, Promise<ClientAnswer>>()
  #running: Promise<unknown> = Promise.resolve()

  /** @param folder holds a folder per version, as `npm install` makes it. */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** Where the program for a platform is, below the folder of all versions. */
  protected abstract place(version: string, platform: string): string

  /** Whether it is installed. @param version as the labels name it. */
  has(version: string): boolean {
    return this.program(version) !== undefined
  }

  /** The program of the first platform that is there. */
  protected program(version: string): string | undefined {
    return ["linux-x64", "linux-arm64", "darwin-arm64", "darwin-x64"]
      .map((platform) => join(this.#folder, this.place(version, platform)))
      .find((path) => existsSync(path))
  }

  /** @param home an empty folder. */
  protected abstract put(question: Question, home: string): Promise<ClientAnswer>

  /** One text after the other; the same text is asked about once. */
  ask(question: Question): Promise<ClientAnswer> {
    const key = JSON.stringify(question)
    const known = this.#known.get(key) ?? this.#running.then(() => this.#throwAway(question))
    this.#known.set(key, known)
    this.#running = known
    return known
  }

  async #throwAway(question: Question): Promise<ClientAnswer> {
    const home = mkdtempSync(join(tmpdir(), "cfgsync-client-"))
    try {
      return await this.put(question, home)
    } finally {
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    }
  }
}

export interface Question {
  readonly version: string
  /** Whether the client is to refuse what it does not know. */
  readonly strict: boolean
  /** Of the file, without its folders. */
  readonly name: string
  readonly text: string
}

/** Run a program without network. @returns what it prints, or why it ended with an error. */
export function runAlone(
  program: string,
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly printed: string } | { readonly refused: string }> {
  const { promise, resolve } = Promise.withResolvers<{ readonly printed: string } | { readonly refused: string }>()
  const options = { cwd: folder, timeout: seconds * 1000, maxBuffer: 64e6, env: { PATH: "/usr/bin:/bin", ...env } }
  // A user namespace of its own, because only root may leave the network.
  const child = execFile("unshare", ["-rn", program, ...args], options, (error, stdout, stderr) => {
    if (error === null) resolve({ printed: stdout })
    else resolve({ refused: error.killed ? `no answer within ${seconds} s` : stderr.trim() || error.message })
  })
  child.stdin?.end()
  return promise
}
