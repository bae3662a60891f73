import { CfgsyncError } from "../../model/errors.ts"
import type { AcceptedFile, Act, Event, ImportedFile } from "../../store/entry.ts"
import { keyOf, type StorePlace } from "../../store/place.ts"
import { sha256 } from "../../system/hash.ts"
import { actIn } from "../act.ts"
import { formatNameOf } from "../formats.ts"
import { keepable, type PathContent } from "../keepable.ts"
import type { Project } from "../project.ts"
import { openProjectStore } from "../projectStore.ts"
import type { Recording } from "../record.ts"
import { withoutSecrets } from "../redact.ts"
import type { GuardianFolder, Snapshot } from "./folder.ts"
import type { JudgedFile } from "./judge.ts"
import type { Adoption, ImportPlan, PlannedChange, PlannedFolder } from "./planImport.ts"

const origin = "config-guardian"
/** So many changes stand in one entry of the log. */
const perEntry = 500

export interface Imported {
  /** Files whose content is not kept, because there is a secret in it and no key to seal it to. */
  readonly unkept: readonly string[]
  /** Those for whose content there was no key at an earlier import, and is one now. */
  readonly keptNow: readonly string[]
  /** Those of the planned ones of which nothing was known good by then. */
  readonly adopted: readonly Adoption[]
}

/**
 * Puts into the log and the store what a plan says is new. Each snapshot is whole or not at all; who is stopped in between goes on with the next import.
 * What a person accepted since it was planned stays known-good.
 * @throws CfgsyncError when it cannot be recorded, and for a snapshot that is no longer what was judged
 */
export async function recordImport(project: Project, plan: ImportPlan, recording: Recording): Promise<Imported> {
  const unkept: string[] = []
  const keptNow: string[] = []
  for (const planned of plan.folders) {
    for (const { snapshot, fresh, unkept: earlier } of planned.snapshots) {
      if (earlier.length > 0) {
        const contents = earlier.map((file) => contentOf(project, planned.folder, snapshot, file))
        const still = await append(project, () => [], contents, recording)
        unkept.push(...still)
        keptNow.push(...earlier.flatMap(({ path }) => (still.includes(path) ? [] : [path])))
      }
      if (fresh.length === 0) continue
      const contents = fresh.map((file) => contentOf(project, planned.folder, snapshot, file))
      const reason = await withoutSecrets(snapshot.metadata?.reason ?? "")
      const files = await Promise.all(fresh.map((file) => stateOf(file, snapshot)))
      const make = (named: Named): readonly Event[] => [
        {
          kind: "imported",
          ...named.act,
          origin,
          part: "snapshot",
          name: snapshot.name,
          reason,
          files: files.map(named.file),
        },
      ]
      unkept.push(...(await append(project, make, contents, recording)))
    }
    await recordBesides(project, planned, recording)
  }
  let { adopted } = plan
  if (adopted.length === 0) return { unkept, keptNow, adopted }
  const make = (named: Named) => {
    adopted = adopted.filter(({ file }) => !named.isGood(file))
    return adopted.map((adoption) => accepted(adoption, named))
  }
  await append(project, make, [], recording)
  return { unkept, keptNow, adopted }
}

interface Named {
  readonly act: Act
  readonly file: <F extends { readonly path: string }>(file: F) => F
  /** Whether something is known good of a file by now. */
  readonly isGood: (file: { readonly path: string }) => boolean
}

/** @returns the files whose content is not kept */
async function append(
  project: Project,
  make: (named: Named) => readonly Event[],
  contents: readonly PathContent[],
  recording: Recording,
): Promise<readonly string[]> {
  const keep = await keepable(project, contents)
  const store = await openProjectStore(project, { create: true, tell: recording.tell })
  if (store === undefined) throw new Error("a store that was to be made is not there")
  try {
    const { act, news } = actIn(store, project, recording)
    const file = namer(store.place, project)
    const good = store.knownGood()
    const events = make({ act, file, isGood: (each) => good.has(file(each).path) })
    const kept = contents.flatMap(({ content }) => keep(content) ?? [])
    if (events.length > 0) store.append([...news, ...events], kept)
    else if (kept.length > 0) store.append([], kept)
    return contents.flatMap(({ path, content }) => (keep(content) === undefined ? [path] : []))
  } finally {
    store.close()
  }
}

function namer(place: StorePlace, { root }: Project): Named["file"] {
  return (file) => ({ ...file, path: keyOf(place, root, file.path) })
}

function contentOf(project: Project, folder: GuardianFolder, snapshot: Snapshot, file: JudgedFile): PathContent {
  const name = `snapshots/${snapshot.name}/${file.name}`
  const content = folder.system.read(name, project.settings.limits.size)
  if (content !== null && sha256(content) === file.hash) return { path: file.path, content }
  throw new CfgsyncError("file-changed", `${name} was changed meanwhile`, "import it again")
}

async function stateOf(file: JudgedFile, { taken }: Snapshot): Promise<ImportedFile> {
  const { path, hash = "", mode = "0644", verdict } = file
  const reasons = await Promise.all(file.reasons.map(withoutSecrets))
  return { path, hash, mode, good: verdict === "good", reasons, ...time(taken) }
}

function time(taken: number | undefined): { readonly taken?: string } {
  return taken === undefined ? {} : { taken: new Date(taken).toISOString() }
}

async function recordBesides(
  project: Project,
  { folder, inventory, isFresh, changes }: PlannedFolder,
  recording: Recording,
): Promise<void> {
  const listed = inventory.filter(({ reason }) => reason === undefined)
  const logged = await Promise.all(changes.map(changeOf))
  const stretches = Array.from({ length: Math.ceil(logged.length / perEntry) }, (_, index) =>
    logged.slice(index * perEntry, (index + 1) * perEntry),
  )
  if (!isFresh && logged.length === 0) return
  const make = ({ act, file }: Named): readonly Event[] => {
    const event = { kind: "imported", ...act, origin, reason: "" } as const
    return [
      ...(isFresh
        ? [
            {
              ...event,
              part: "inventory",
              name: folder.inventory?.hash ?? "",
              files: listed.map(({ path, priority = "medium" }) => file({ path, priority })),
            } as const,
          ]
        : []),
      ...stretches.map((files) => ({ ...event, part: "changes", name: "", files: files.map(file) }) as const),
    ]
  }
  await append(project, make, [], recording)
}

async function changeOf({ path, hash, taken, ...said }: PlannedChange): Promise<ImportedFile> {
  const short = async (text: string) => (await withoutSecrets(text)).slice(0, 100)
  return {
    path,
    line: hash,
    what: await short(said.what),
    ...time(taken),
    ...(said.severity === undefined ? {} : { severity: await short(said.severity) }),
    ...(said.judgement === undefined ? {} : { judgement: await short(said.judgement) }),
  }
}

function accepted({ file, snapshot }: Adoption, { act, file: named }: Named): Event {
  const { path, hash = "", size = 0, mode = "0644" } = file
  const state: AcceptedFile = named({ path, hash, size, mode, format: formatNameOf(path) ?? "" })
  return {
    kind: "accepted",
    ...act,
    files: [state],
    reason: `snapshot ${snapshot.name} of ${origin}`,
    cause: "imported",
  }
}
