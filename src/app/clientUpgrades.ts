import { matcher } from "../engine/glob.ts"
import type { Finding } from "../model/finding.ts"
import { decode } from "../model/source.ts"
import { clientReading, installedVersion } from "./clientVersions.ts"
import type { Drifts } from "./drift.ts"
import type { Project } from "./project.ts"
import type { ClientUpgrade } from "./upgradeText.ts"

/** The first release of OpenCode that is known to read files as a schema says; what came between them is taken for the older. */
const dialects: readonly { readonly since: readonly number[]; readonly schema: string }[] = [
  { since: [1, 18, 33], schema: "cfgsync:opencode@1.18" },
  { since: [1, 17, 0], schema: "cfgsync:opencode@1.17" },
  { since: [0, 0, 0], schema: "cfgsync:opencode@1.0" },
]

type Changes = NonNullable<ClientUpgrade["changes"]>

/** What a check finds in a file. */
export type Judge = (project: Project, path: string) => Promise<readonly Finding[]>

/** Which of the files were accepted under another version of their client than is installed. @param paths of files that are as they were accepted */
export async function clientUpgrades(
  project: Project,
  drifts: Drifts,
  paths: readonly string[],
  judge: Judge,
): Promise<readonly ClientUpgrade[]> {
  const read = paths.flatMap((path) => {
    const [client, good] = [clientReading(path), drifts.good(path)]
    return client === undefined || good === undefined ? [] : [{ path, client, good }]
  })
  if (read.length === 0) return []
  const accepting = drifts.accepting(read.map(({ good }) => good.accepted))
  const upgrades: ClientUpgrade[] = []
  const installed = new Map<string, string | undefined>()
  for (const { path, client, good } of read) {
    const was = accepting.get(good.accepted)?.clients?.[client.id]
    if (was === undefined) continue
    if (!installed.has(client.id)) installed.set(client.id, installedVersion(project.system, client))
    const is = installed.get(client.id)
    if (is === undefined || was === is) continue
    const changes = client.id === "opencode" ? await changesOf(project, path, [was, is], judge) : null
    upgrades.push({ path, client: client.id, title: client.title, was, is, changes })
  }
  return upgrades
}

async function changesOf(
  project: Project,
  path: string,
  [was, is]: readonly [string, string],
  judge: Judge,
): Promise<Changes | null> {
  if (!/\.jsonc?$/.test(path)) return null
  const [old, now] = [dialectOf(was), dialectOf(is)]
  if (old === now) return { now: [], before: [] }
  const [then, today] = [await saidAgainst(project, path, old, judge), await saidAgainst(project, path, now, judge)]
  return withoutSecrets(project, path, {
    now: today.filter((message) => !then.includes(message)),
    before: then.filter((message) => !today.includes(message)),
  })
}

/** Findings quote what stands in the file, and whoever is told of an upgrade does not look into it again. */
async function withoutSecrets(project: Project, path: string, changes: Changes): Promise<Changes> {
  const said = [...changes.now, ...changes.before]
  if (said.length === 0) return changes
  const { redactorFor } = await import("./redact.ts")
  const content = project.system.read(path, project.settings.limits.size)
  const decoded = content === null ? undefined : decode(path, content)
  const redactor = await redactorFor(decoded?.ok === true ? [decoded.source] : [], said)
  const hidden = (messages: readonly string[]) => messages.map((message) => redactor.hide(message))
  return { now: hidden(changes.now), before: hidden(changes.before) }
}

function dialectOf(version: string): string {
  const parts = version.split(/[.-]/).map(Number)
  const found = dialects.find(({ since }) => {
    const at = since.findIndex((part, index) => part !== (parts[index] ?? 0))
    return at < 0 || (parts[at] ?? 0) > (since[at] ?? 0)
  })
  return found?.schema ?? "cfgsync:opencode"
}

/** What the schema of a version finds in a file, whatever the configuration holds it against. */
async function saidAgainst(project: Project, path: string, schema: string, judge: Judge): Promise<readonly string[]> {
  const others = Object.entries(project.settings.schemas).filter(([glob]) => !matcher([glob])(path))
  const schemas = { ...Object.fromEntries(others), [`./${path}`]: schema }
  const findings = await judge({ ...project, settings: { ...project.settings, schemas } }, path)
  return findings.flatMap(({ kind, message, severity }) => (kind === "schema" ? [`${severity}: ${message}`] : []))
}
