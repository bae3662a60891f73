import type { Command } from "commander"
import { type Acceptance, acceptFiles, type Candidate, planAcceptance } from "../../app/acceptFiles.ts"
import { isAgent } from "../../app/actor.ts"
import { openProject } from "../../app/project.ts"
import type { Recording } from "../../app/record.ts"
import { CfgsyncError } from "../../model/errors.ts"
import { formatPath } from "../../model/path.ts"
import { printable } from "../../report/printable.ts"
import { count } from "../../report/summary.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { shownChanges, sourcesOf } from "../shownChanges.ts"
import { projectOf, sayWithoutSecrets } from "./checkOptions.ts"
import { addStoreOptions, recordingOf, type StoreOptions } from "./storeOptions.ts"

interface AcceptOptions extends StoreOptions {
  readonly reason?: string
  readonly yes?: true
}

export function define(command: Command, session: Session): void {
  addStoreOptions(command)
    .argument("<files...>", "files or folders whose present state is good; a file that is gone may stay so")
    .option("--reason <text>", "why it is good; stands in the history")
    .option("--yes", "ask nothing, also where more is permitted than before")
    .addHelpText("after", closing)
    .action((files: string[], options: AcceptOptions) => run(files, options, session))
}

async function run(files: readonly string[], options: AcceptOptions, session: Session): Promise<void> {
  const { io, finish } = session
  const project = await openProject(projectOf(io.cwd, options))
  const recording = recordingOf(session, "accept", true)
  const acceptance = await planAcceptance(project, files)
  const { candidates, findings } = acceptance
  if (findings.length > 0) {
    await refuse(acceptance, options, session)
    finish(1)
    return
  }
  for (const candidate of candidates) refuseAgent(candidate, recording)
  if (!(await isMeant(candidates, options, session))) {
    session.voice.say("nothing was accepted")
    finish(1)
    return
  }
  const { id, accepted } = await acceptFiles(project, candidates, { reason: options.reason ?? "", recording })
  const text =
    options.format === "json"
      ? jsonText({ id, accepted, findings: [] })
      : accepted
          .map(({ path, kept, gone }) => `accepted ${printable(path)}${gone ? " as gone" : kept ? "" : lost}\n`)
          .join("")
  await sayWithoutSecrets(text, sourcesOf(candidates), session.voice)
}

const lost =
  " (its content is not kept, because there is a secret in it and no key to seal it to: there will be no way back to it)"

async function refuse({ findings, sources }: Acceptance, { format }: AcceptOptions, { voice }: Session): Promise<void> {
  const problems = findings.map(({ file, rule, path, message }) => ({ file, rule, path: formatPath(path), message }))
  const line = ({ file, rule, path, message }: (typeof problems)[number]) =>
    `${printable(file)}  ${printable(path)}  ${rule}  ${printable(message)}\n`
  const text =
    format === "json" ? jsonText({ id: null, accepted: [], findings: problems }) : problems.map(line).join("")
  await sayWithoutSecrets(text, [...sources.values()], voice)
  voice.error(
    `nothing was accepted: ${count(findings.length, "error")} found`,
    "`cfgsync check` shows them, `cfgsync fix` repairs",
  )
}

/** Who made a change must not be the one that says it is good, where that is for people to say. */
function refuseAgent({ path, drift, first }: Candidate, { actor }: Recording): void {
  const waits = first || (drift !== undefined && (drift.weakened.length > 0 || drift.policy.acceptance !== "auto"))
  if (!waits || !isAgent(actor)) return
  throw new CfgsyncError(
    "not-possible-here",
    `${path} waits for a person, and this is run by ${actor.name} (${actor.evidence.join(", ")})`,
    "run `cfgsync accept` in a terminal of your own",
  )
}

/** In a terminal a person looks at what changed; elsewhere only more permissions need to be asked for by name. */
async function isMeant(
  candidates: readonly Candidate[],
  { yes }: AcceptOptions,
  { io, voice }: Session,
): Promise<boolean> {
  const changed = candidates.filter(({ drift }) => drift !== undefined)
  if (yes === true || changed.length === 0) return true
  const { text, permitsMore } = await shownChanges(changed, voice)
  if (!io.isTTY) {
    if (permitsMore.length === 0) return true
    throw new CfgsyncError("usage", permitsMore.join("\n"), "--yes accepts that")
  }
  voice.talk(text)
  return (await import("../confirm.ts")).confirm(`accept ${count(candidates.length, "file")}?`, io)
}

const closing = `
What is accepted parses and has no error; rollback --last-good and the rules that restore go back to it. In a terminal the changes are shown first.
A change that waits for a person is not accepted by a coding agent.

Examples:
  cfgsync accept opencode.json --reason "the servers of the new team"
  cfgsync accept . --yes`
