import { spawn } from "node:child_process"
import { join } from "node:path"
import { isCancel, selectKey } from "@clack/prompts"
import { acceptFiles, planAcceptance } from "../app/acceptFiles.ts"
import type { Monitor } from "../app/monitor/monitor.ts"
import { rejectFiles } from "../app/rejectFiles.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { MonitorEvent } from "../model/monitorEvent.ts"
import { printable } from "../report/printable.ts"
import { recordingOf } from "./commands/storeOptions.ts"
import type { Session } from "./session.ts"
import { shownChanges } from "./shownChanges.ts"
import type { WatchView } from "./watchView.ts"

export interface PromptOptions {
  readonly session: Session
  readonly view: WatchView
  readonly monitor: () => Monitor | undefined
  /** Hears that the person wants to end the monitor. */
  readonly leave: () => void
}

type Answer = "a" | "r" | "e" | "l"

/** Asks the person in front of the terminal about each change that waits for one, with its difference: accept, reject, edit, later. */
export class WatchPrompt {
  readonly #options: PromptOptions
  readonly #waiting = new Set<string>()
  #asking: { readonly file: string; readonly over: AbortController } | undefined
  #closed = false

  constructor(options: PromptOptions) {
    this.#options = options
  }

  tell(event: MonitorEvent): void {
    if (event.kind === "pending") this.#waiting.add(event.file)
    else if (event.kind === "settled") this.#forget(event.file)
    else if (event.kind !== "started") return
    if (this.#asking === undefined) void this.#askAll()
  }

  end(): void {
    this.#closed = true
    this.#asking?.over.abort()
  }

  #forget(file: string): void {
    this.#waiting.delete(file)
    if (this.#asking?.file === file) this.#asking.over.abort()
  }

  async #askAll(): Promise<void> {
    const { view, monitor } = this.#options
    // Before everything was looked at once nobody is asked: there may be more.
    if (monitor()?.isReady !== true || this.#waiting.size === 0) return
    view.hold()
    for (const file of this.#waiting) {
      this.#waiting.delete(file)
      await this.#ask(file)
      if (this.#closed) return
    }
    this.#asking = undefined
    view.resume()
  }

  /** What the person said yes to is what was shown: `acceptFiles` refuses another state. */
  async #ask(file: string): Promise<void> {
    const { session, monitor } = this.#options
    const project = monitor()?.setting.project
    if (project === undefined) return
    const over = new AbortController()
    this.#asking = { file, over }
    const recording = { ...recordingOf(session, "watch", true), patience: 2000 }
    try {
      const { candidates, findings } = await planAcceptance(project, [file])
      const changed = candidates.filter(({ drift }) => drift !== undefined)
      if (findings.length === 0 && changed.length === 0) return
      const [candidate] = candidates
      const isForPeople = recording.actor.kind !== "agent"
      session.voice.talk(`${(await shownChanges(changed, session.voice)).text}`)
      const answer = await this.#answer(file, candidate !== undefined && isForPeople, over.signal)
      if (answer === "a") await acceptFiles(project, candidates, { reason: "", recording })
      else if (answer === "r")
        await rejectFiles(project, [file], { reason: "", recording, dryRun: false, unsafe: false })
      else if (answer === "e") await edit(join(project.root, file), session)
      if (answer === "e" && !this.#closed) await this.#ask(file)
    } catch (error) {
      if (!(error instanceof CfgsyncError)) throw error
      session.voice.error(error.message, error.hint)
    }
  }

  async #answer(file: string, mayAccept: boolean, signal: AbortSignal): Promise<Answer> {
    const { session, leave } = this.#options
    const { io } = session
    const onKey = (_: unknown, key: { readonly ctrl?: boolean; readonly name?: string } | undefined) => {
      if (key?.ctrl === true && key.name === "c") leave()
    }
    io.stdin.on("keypress", onKey)
    try {
      const chosen = await selectKey({
        message: `${printable(file)} changed; what shall become of it?`,
        options: [
          ...(mayAccept ? [{ value: "a" as const, label: "accept: it is good as it is now" }] : []),
          { value: "r" as const, label: "reject: put back what was accepted" },
          { value: "e" as const, label: "edit it" },
          { value: "l" as const, label: "later" },
        ],
        signal,
        input: io.stdin,
        output: io.stderr,
      })
      return isCancel(chosen) ? "l" : chosen
    } finally {
      io.stdin.off("keypress", onKey)
    }
  }
}

/** In the editor of the person, as git does it. @throws CfgsyncError when it cannot be started */
function edit(file: string, { io }: Session): Promise<void> {
  const editor = io.env.VISUAL || io.env.EDITOR || "vi"
  return new Promise((resolve, reject) => {
    const child = spawn(`${editor} "$FILE"`, { shell: true, stdio: "inherit", env: { ...io.env, FILE: file } })
    child.on("error", (error) => reject(new CfgsyncError("not-possible-here", `${editor}: ${error.message}`)))
    child.on("close", () => resolve())
  })
}
