import { spawn } from "node:child_process"
import { createInterface } from "node:readline"

/** What a tool answers. */
export interface ToolAnswer {
  readonly isError?: boolean
  readonly content: readonly { readonly type: string; readonly text: string }[]
}

/** A client of `cfgsync mcp` that speaks the protocol by hand, a line a message. */
export class McpClient {
  readonly #child
  readonly #waiting = new Map<number, (message: { readonly result?: unknown; readonly error?: unknown }) => void>()
  #next = 1

  constructor(command: string, args: readonly string[], cwd: string, environment: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, [command, "mcp", ...args], {
      cwd,
      env: environment,
      stdio: ["pipe", "pipe", "inherit"],
    })
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      const message = JSON.parse(line)
      this.#waiting.get(message.id)?.(message)
    })
  }

  async begin(): Promise<unknown> {
    const result = await this.ask("initialize", {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "a-test", version: "1" },
    })
    this.#send({ method: "notifications/initialized" })
    return result
  }

  async ask(method: string, params: object): Promise<unknown> {
    const id = this.#next++
    const answer = new Promise<{ readonly result?: unknown; readonly error?: unknown }>((resolve) =>
      this.#waiting.set(id, resolve),
    )
    this.#send({ id, method, params })
    const { result, error } = await answer
    if (error !== undefined) throw new Error(JSON.stringify(error))
    return result
  }

  async call(name: string, args: object): Promise<ToolAnswer> {
    return (await this.ask("tools/call", { name, arguments: args })) as ToolAnswer
  }

  /** @returns the exit code, once it has ended because nobody speaks to it any more. */
  end(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.#child.once("exit", resolve))
    this.#child.stdin.end()
    return ended
  }

  #send(message: object): void {
    this.#child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)
  }
}
