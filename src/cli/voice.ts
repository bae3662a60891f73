import { CfgsyncError } from "../model/errors.ts"
import { type Colors, colorsFor } from "../report/colors.ts"
import { printable } from "../report/printable.ts"
import type { Redactor } from "../secrets/redactor.ts"
import { inWords } from "../system/failure.ts"
import type { Io, Output } from "./io.ts"

/** Talk waits this long before it mentions progress, so that short work is silent. */
const patience = 400
const between = 100

/** Everything the command line says: results to stdout, talk to stderr. */
export class Voice {
  readonly #io: Io
  #out: Output | undefined
  #err: Output | undefined
  #colorsOfTalk: Colors | undefined
  #written: Promise<void> = Promise.resolve()
  #lost: Error | undefined
  readonly #redactors: Redactor[] = []

  constructor(io: Io) {
    this.#io = io
  }

  /** Whether results may be coloured. */
  get color(): boolean {
    return allowsColor(this.#io.env, this.#results)
  }

  get #colors(): Colors {
    this.#colorsOfTalk ??= colorsFor(allowsColor(this.#io.env, this.#talk))
    return this.#colorsOfTalk
  }

  get #results(): Output {
    this.#out ??= this.#io.stdout.on("error", (error: NodeJS.ErrnoException) => {
      // `cfgsync check | head` closes the pipe early, which is no failure.
      if (error.code !== "EPIPE") this.#lost = error
    })
    return this.#out
  }

  get #talk(): Output {
    // When nothing can be said, nobody can be told.
    this.#err ??= this.#io.stderr.on("error", () => {})
    return this.#err
  }

  /** Take these secrets out of all that is said from now on. */
  protect(redactor: Redactor): void {
    if (!redactor.idle) this.#redactors.push(redactor)
  }

  #safe(text: string): string {
    return this.#redactors.reduce((shown, redactor) => redactor.hide(shown), text)
  }

  /** Something a program or a person asked for; written as it is, but for secrets that {@link protect} was told of. */
  result(words: string): void {
    if (words !== "") this.verbatim(this.#safe(words))
  }

  /** What must be as it is, whatever is in it. */
  verbatim(content: string | Uint8Array): void {
    const earlier = this.#written
    const now = new Promise<void>((resolve) => this.#results.write(content, () => resolve()))
    this.#written = earlier.then(() => now)
  }

  /** Wait until all results are out. @returns whether they are; where not, it has been said why. */
  async delivered(): Promise<boolean> {
    await this.#written
    if (this.#out === undefined) return true
    // The stream tells of its failure after the write itself is answered.
    await new Promise((resolve) => setImmediate(resolve))
    if (this.#lost === undefined) return true
    this.failure(inWords(this.#lost, "write-failed", "the result could not be written"))
    return false
  }

  /** A remark; one line. */
  say(text: string): void {
    this.talk(`${text}\n`)
  }

  /** Remarks, with the line breaks they have. */
  talk(text: string): void {
    this.#talk.write(this.#safe(text))
  }

  error(message: string, hint?: string): void {
    this.say(`${this.#colors.red("error:")} ${lines(message)}`)
    if (hint !== undefined) this.hint(hint)
  }

  /** Something went well enough, but its owner must know. */
  warning(message: string): void {
    this.say(`${this.#colors.yellow("warning:")} ${lines(message)}`)
  }

  hint(text: string): void {
    this.say(`${this.#colors.cyan("hint:")} ${lines(text)}`)
  }

  /** Say why a command could not run. What is no `CfgsyncError` is a mistake of ours, and shown whole. */
  failure(error: unknown): void {
    if (error instanceof CfgsyncError) {
      this.error(error.message, error.hint)
      return
    }
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.error(`cfgsync itself failed: ${trace}`, "this is a bug; please report it with the lines above")
  }

  /** Tell how far long work is, in a terminal only. Call `end` before anything else is said. */
  progress(verb: string): Progress {
    if (this.#talk.isTTY !== true) return { step: () => {}, end: () => {} }
    let last = performance.now() + patience - between
    let shown = false
    return {
      step: (done, total) => {
        const now = performance.now()
        if (now - last < between) return
        last = now
        shown = true
        this.#talk.write(`\r\u001b[K${this.#colors.dim(`${verb} ${done} of ${total}`)}`)
      },
      end: () => {
        if (shown) this.#talk.write("\r\u001b[K")
      },
    }
  }
}

export interface Progress {
  readonly step: (done: number, total: number) => void
  readonly end: () => void
}

/** `NO_COLOR` and `FORCE_COLOR` when not empty, the first before the second; else whether the stream is a terminal that can. */
function allowsColor(env: Io["env"], stream: Output): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false
  const force = env.FORCE_COLOR
  if (force !== undefined && force !== "") return force !== "0" && force !== "false"
  return stream.isTTY === true && env.TERM !== "dumb"
}

/** Messages may hold a source line and a caret below it, so line breaks and tabs stay. */
function lines(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(/[^\n\t]+/g, printable)
}
