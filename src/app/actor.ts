import { userInfo } from "node:os"
import type { Plan } from "../model/plan.ts"
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
 * Who runs cfgsync, with what that was seen from: an agent may give its name in `CFGSYNC_AGENT` and its session in `CFGSYNC_SESSION`, and `cfgsync mcp`
 * that of the client that asks. The environment can be made up, so this is a hint for people and no proof; an agent comes before the hook that it set off.
 * @param isTTY whether a person can be asked.
 */
export function actorOf(environment: Environment, isTTY: boolean): Actor {
  const set = (name: string) => environment[name] !== undefined && environment[name] !== ""
  const seen = (name: string) => `environment ${name}`
  const client = environment[clientVariable]
  if (client !== undefined && client !== "") return { kind: "client", name: client, evidence: [seen(clientVariable)] }
  const named = environment.CFGSYNC_AGENT
  if (named !== undefined && named !== "") {
    const session = set("CFGSYNC_SESSION") ? [`session ${environment.CFGSYNC_SESSION}`] : []
    return { kind: "agent", name: named, evidence: [seen("CFGSYNC_AGENT"), ...session] }
  }
  const agent = agents.find(([variable]) => set(variable))
  if (agent !== undefined) return { kind: "agent", name: agent[1], evidence: [seen(agent[0])] }
  if (set("GIT_INDEX_FILE")) return { kind: "hook", name: "git", evidence: [seen("GIT_INDEX_FILE")] }
  if (set("CI")) return { kind: "ci", name: userName(), evidence: [seen("CI")] }
  if (isTTY) return { kind: "person", name: userName(), evidence: ["terminal"] }
  return { kind: "program", name: userName(), evidence: ["no terminal"] }
}

/** How `cfgsync mcp` names the client that asks, as that calls itself. */
export const clientVariable = "CFGSYNC_CLIENT"

/** Whether a model may have decided what is done, so that a person must look at it. */
export function isAgent({ kind }: Actor): boolean {
  return kind === "agent" || kind === "client"
}

/** What git runs is done by the hook, unless an agent set it off. */
export function actorOfHook(hook: string, actor: Actor): Actor {
  if (isAgent(actor)) return actor
  return { kind: "hook", name: "git", evidence: [`git hook ${hook}`, ...actor.evidence] }
}

/** What only links ask for, and nobody in person, is done by the links: they carry a change of one file to others. */
export function actorOfLinks({ fixed }: Pick<Plan, "fixed">, actor: Actor): Actor {
  const links = [...new Set(fixed.flatMap(({ finding }) => (finding.kind === "link" ? finding.rule : [])))]
  const unattended = ["watch", "hook", "ci", "program"].includes(actor.kind)
  if (!unattended || links.length === 0 || fixed.some(({ finding }) => finding.kind !== "link")) return actor
  return { kind: "sync", name: links.join(", "), evidence: [`${actor.kind} ${actor.name}`, ...actor.evidence] }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A user without an entry in the system's list of users, as in containers.
    return "unknown"
  }
}
