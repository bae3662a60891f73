import type { Socket } from "node:net"

// Without the wrapper that `import` makes, which loads all that it exports: this is the start of a hook.
const net = () => process.getBuiltinModule("node:net")

/** What is asked of a running monitor, one line of JSON. */
export type Request =
  | { readonly kind: "health" }
  | { readonly kind: "stop" }
  /** Carry out a command that only reads, as if it were called there. */
  | {
      readonly kind: "run"
      readonly build: string
      /** The folder that is watched, as the asker sees it: see {@link folderMark}. */
      readonly root: string
      readonly argv: readonly string[]
      readonly cwd: string
      readonly environment: Readonly<Record<string, string | undefined>>
      readonly streams: StreamKinds
      /** Base64; absent: the command does not read it. */
      readonly stdin?: string
    }

/** What the streams of the asker are. */
interface StreamKinds {
  readonly stdinTTY: boolean
  readonly stdoutTTY: boolean
  readonly stderrTTY: boolean
  readonly columns?: number
}

export type Answer =
  | { readonly kind: "health"; readonly health: unknown }
  | { readonly kind: "stopping" }
  | { readonly kind: "ran"; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** Do it yourself: here the answer might be another one. */
  | { readonly kind: "cold"; readonly reason: string }

/** Said at once to whoever connects, so that a stopped process is told from a busy one. */
export const greeting = "cfgsync watch\n"
const hearing = 300

/** Said again and again by who is at work on an answer; in front of it, where JSON allows it. */
export const signOfLife = " "
export const signPause = 250

/** Longest answer that is waited for: more is found out here as quickly. */
const longest = 64 * 1024 * 1024

/**
 * Ask a monitor.
 * @param silence milliseconds without a word, after the greeting, that are borne.
 * @returns `undefined` when nobody is there, or gives no sign of life
 */
export function ask(socket: string, request: Request, silence: number): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const connection: Socket = net().createConnection(socket)
    const end = (answer: Answer | undefined) => {
      clearTimeout(timer)
      connection.destroy()
      resolve(answer)
    }
    let timer = setTimeout(() => end(undefined), hearing)
    let text = ""
    connection.setEncoding("utf8")
    connection.on("error", () => end(undefined))
    connection.on("close", () => end(undefined))
    connection.on("data", (chunk: string) => {
      text += chunk
      if (!text.startsWith(greeting)) return
      clearTimeout(timer)
      if (text.length > longest) end(undefined)
      else if (text.endsWith("\n") && text.length > greeting.length) end(parseAnswer(text.slice(greeting.length)))
      else timer = setTimeout(() => end(undefined), silence)
    })
    connection.write(`${JSON.stringify(request)}\n`)
  })
}

/** Tells a folder from another that stands under the same name later, or in another container. */
export function folderMark({ dev, ino }: { readonly dev: number; readonly ino: number }): string {
  return `${dev}:${ino}`
}

function parseAnswer(text: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(text)
    return isAnswer(answer) ? answer : undefined
  } catch {
    return undefined
  }
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === "object" && value !== null && "kind" in value && typeof value.kind === "string"
}

export function parseRequest(text: string): Request | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== "object" || value === null || !("kind" in value)) return undefined
    return isRequest(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isRequest(value: { readonly kind: unknown }): value is Request {
  if (value.kind === "health" || value.kind === "stop") return true
  const parts = new Map(Object.entries(value))
  const argv = parts.get("argv")
  return (
    value.kind === "run" &&
    typeof parts.get("build") === "string" &&
    typeof parts.get("root") === "string" &&
    typeof parts.get("cwd") === "string" &&
    Array.isArray(argv) &&
    argv.every((word) => typeof word === "string") &&
    typeof parts.get("environment") === "object" &&
    typeof parts.get("streams") === "object"
  )
}
