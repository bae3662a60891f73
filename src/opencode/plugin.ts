import { existsSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { type Answer, ask, variablesOf } from "./ask.ts"
import { writesOf } from "./writes.ts"

/** The part of `@opencode-ai/plugin` 1.18 that is used here. */
interface Input {
  readonly directory: string
  readonly client: {
    readonly tui: {
      readonly showToast: (options: {
        readonly body: {
          readonly title: string
          readonly message: string
          readonly variant: "warning" | "error" | "info"
        }
      }) => Promise<unknown>
    }
  }
}

interface Call {
  readonly tool: string
  readonly sessionID: string
}

/**
 * cfgsync in OpenCode: what an agent's tool would write is judged before, a write that brings an error is held back with what is wrong, and the
 * history says which agent wrote in which session. Where cfgsync cannot be asked, nothing is held back, and that is said once.
 */
export async function CfgsyncPlugin({ client, directory }: Input) {
  const agents = new Map<string, string>()
  let told = false
  const who = (session: string) => ({ agent: agents.get(session) ?? "agent", session })
  const read = (file: string) => {
    const path = resolve(directory, file)
    return existsSync(path) ? readFileSync(path, "utf8") : undefined
  }
  // There may be no terminal to show it in.
  const toast = (message: string, variant: "warning" | "error" | "info") =>
    void client.tui.showToast({ body: { title: "cfgsync", message, variant } }).catch(() => {})
  const asked = async (args: readonly string[], input: string, session: string): Promise<Answer | undefined> => {
    const answer = await ask(args, input, directory, who(session))
    if (!("problem" in answer)) return answer
    if (!told) toast(`cannot be asked, so nothing is held back: ${answer.problem}`, "warning")
    told = true
    return undefined
  }
  return {
    "chat.message": async ({ sessionID, agent }: { readonly sessionID: string; readonly agent?: string }) => {
      if (agent !== undefined) agents.set(sessionID, agent)
    },
    "tool.execute.before": async ({ tool, sessionID }: Call, { args }: { readonly args: unknown }) => {
      for (const { file, text } of writesOf(tool, args, read)) {
        if (text === undefined) continue
        const answer = await asked(["before", "--format", "json", "--", file], text, sessionID)
        if (answer?.blocked !== true) continue
        const why = [answer.reason ?? [], linesOf(answer, ["error"])].flat()
        toast(`held back a write of ${file}: ${why[0] ?? ""}`, "error")
        throw new Error(`cfgsync holds this write back, and ${file} is as it was:\n${why.join("\n")}`)
      }
    },
    "tool.execute.after": async (
      { tool, sessionID, args }: Call & { readonly args: unknown },
      output: { output: string },
    ) => {
      const files = writesOf(tool, args, read).map(({ file }) => file)
      if (files.length === 0) return
      const answer = await asked(["after", "--format", "json", "--", ...files], "", sessionID)
      if (answer === undefined) return
      const lines = linesOf(answer, ["error", "warning"])
      if (lines.length === 0) return
      toast(lines.slice(0, 3).join("\n"), "warning")
      output.output += `\n\ncfgsync:\n${lines.join("\n")}`
    },
    "shell.env": async ({ sessionID }: { readonly sessionID?: string }, output: { env: Record<string, string> }) => {
      if (sessionID !== undefined) Object.assign(output.env, variablesOf(who(sessionID)))
    },
  }
}

function linesOf({ findings }: Answer, severities: readonly string[]): readonly string[] {
  return findings
    .filter(({ severity }) => severities.includes(severity))
    .map(({ file, rule, message, range }) => `${file}:${range?.start.line ?? 1}: ${message} (${rule})`)
}
