import { Worker } from "node:worker_threads"
import type { Answer, Task } from "./worker.ts"

/** Checks files one after the other in a thread, which is given up when a file takes longer than the limit. */
export class Checker {
  readonly #limit: number
  #worker: Worker | undefined

  constructor(milliseconds: number) {
    this.#limit = milliseconds
  }

  async check(task: Task): Promise<Answer | "hang"> {
    const worker = this.#worker ?? new Worker(new URL("./worker.ts", import.meta.url))
    this.#worker = worker
    const { promise, resolve } = Promise.withResolvers<Answer | "hang">()
    const timer = setTimeout(() => resolve("hang"), this.#limit)
    const failed = (error: Error) => resolve({ crash: error.stack ?? error.message })
    worker.once("message", resolve)
    worker.once("error", failed)
    worker.postMessage(task)
    const answer = await promise
    clearTimeout(timer)
    worker.off("message", resolve).off("error", failed)
    if (answer === "hang" || "crash" in answer) await this.close()
    return answer
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
    this.#worker = undefined
  }
}
