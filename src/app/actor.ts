import { userInfo } from "node:os"
import type { Actor } from "../store/entry.ts"

type Environment = Readonly<Record<string, string | undefined>>

/** What programs put into the environment of what they start. */
const agents: readonly (readonly [variable: string, name: string])[] = [
  ["CLAUDECODE", "claude-code"],
  ["OPENCODE", "opencode"],
  ["GEMINI_CLI", "gemini-cli"],
  ["CODEX_SANDBOX", "codex"],
  ["CURSOR_AGENT", "cursor"],
]

/**
 * Who runs cfgsync, with what that was seen from: an agent may give its name in `CFGSYNC_AGENT`. The environment can be made up, so this is a hint for people and no proof; an agent comes before
 * the hook that it set off.
 * @param isTTY whether a person can be asked.
 */
export function actorOf(environment: Environment, isTTY: boolean): Actor {
  const set = (name: string) => environment[name] !== undefined && environment[name] !== ""
  const seen = (name: string) => `environment ${name}`
  const named = environment.CFGSYNC_AGENT
  if (named !== undefined && named !== "") return { kind: "agent", name: named, evidence: [seen("CFGSYNC_AGENT")] }
  const agent = agents.find(([variable]) => set(variable))
  if (agent !== undefined) return { kind: "agent", name: agent[1], evidence: [seen(agent[0])] }
  if (set("GIT_INDEX_FILE")) return { kind: "hook", name: "git", evidence: [seen("GIT_INDEX_FILE")] }
  if (set("CI")) return { kind: "ci", name: userName(), evidence: [seen("CI")] }
  if (isTTY) return { kind: "person", name: userName(), evidence: ["terminal"] }
  return { kind: "program", name: userName(), evidence: ["no terminal"] }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A user without an entry in the system's list of users, as in containers.
    return "unknown"
  }
}
