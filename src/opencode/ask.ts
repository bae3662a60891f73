import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { dirname, join } from "node:path"

/** Who does something in OpenCode. */
export interface Who {
  readonly agent: string
  readonly session: string
}

/** What `cfgsync guard` prints. */
export interface Answer {
  readonly blocked?: boolean
  readonly reason?: string
  readonly findings: readonly {
    readonly file: string
    readonly rule: string
    readonly severity: string
    readonly message: string
    readonly range?: { readonly start: { readonly line: number } }
  }[]
}

const mostMilliseconds = 30_000

/** The variables by which cfgsync knows who calls it. */
export function variablesOf({ agent, session }: Who): Readonly<Record<string, string>> {
  return { CFGSYNC_AGENT: `opencode/${agent}`, CFGSYNC_SESSION: session }
}

/** @returns what cfgsync answers, or why it does not. It must not be in the way of work: whoever asks goes on then. */
export async function ask(
  args: readonly string[],
  input: string,
  folder: string,
  who: Who,
): Promise<Answer | { readonly problem: string }> {
  const windows = process.platform === "win32"
  const child = spawn(commandIn(folder), ["guard", ...args], {
    cwd: folder,
    env: { ...process.env, ...variablesOf(who) },
    stdio: "pipe",
    shell: windows,
    timeout: mostMilliseconds,
  })
  let [said, complained] = ["", ""]
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (said += chunk))
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (complained += chunk))
  // It may have ended before it has read all.
  child.stdin.on("error", () => {})
  child.stdin.end(input)
  const status = await new Promise<number | string>((resolve) => {
    child.on("error", ({ message }) => resolve(message))
    child.on("close", (code) => resolve(code ?? "it took too long"))
  })
  if (status === 0 || status === 1) return answerIn(said) ?? { problem: "its answer cannot be read" }
  return { problem: typeof status === "string" ? status : (complained.split("\n")[0] ?? "") }
}

function answerIn(text: string): Answer | undefined {
  try {
    const answer: Answer = JSON.parse(text)
    return Array.isArray(answer.findings) ? answer : undefined
  } catch {
    return undefined
  }
}

/** That of the project, else the one on PATH. */
function commandIn(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    const own = join(at, "node_modules", ".bin", process.platform === "win32" ? "cfgsync.cmd" : "cfgsync")
    if (existsSync(own)) return own
    if (dirname(at) === at) return "cfgsync"
  }
}
