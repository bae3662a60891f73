import type { ValueChange } from "../engine/valueChanges.ts"
import { hasErrors } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import { decode, type Source } from "../model/source.ts"
import { keyOf } from "../store/place.ts"
import { valueChangesOf } from "./drift.ts"
import { keptContent } from "./keptContent.ts"
import { octal } from "./octal.ts"
import type { Project } from "./project.ts"
import { openProjectStore } from "./projectStore.ts"
import { openRun } from "./run.ts"
import { nameOf } from "./status.ts"

type Tell = (notice: string) => void

export interface Difference {
  readonly path: string
  readonly before: Source
  /** `null`: the file is not there. */
  readonly after: Source | null
  /** Permission bits, where they differ. */
  readonly mode?: { readonly before: string; readonly after: string }
  /** By structure; `null` where one of the two does not parse. */
  readonly changes: readonly ValueChange[] | null
}

/** From the known-good state of a file to what it is now. @throws CfgsyncError where nothing is known good, or its content was not kept */
export async function differenceOf(project: Project, argument: string, tell: Tell): Promise<Difference> {
  const path = nameOf(project, argument)
  const { good, content } = await goodOf(project, path, tell)
  const before = decode(path, content)
  const bytes = project.system.read(path, project.settings.limits.size)
  const after = bytes === null ? null : decode(path, bytes)
  if (!before.ok) throw new CfgsyncError("file-invalid", `the known-good state of ${path} is no text`)
  if (after?.ok === false) throw new CfgsyncError("file-unreadable", `${path}: ${after.reason}`)
  const now = after?.source ?? null
  const bits = project.system.stat(path)?.mode
  const mode = bits === undefined ? undefined : octal(bits)
  return {
    path,
    before: before.source,
    after: now,
    ...(mode === undefined || mode === good.mode ? {} : { mode: { before: good.mode, after: mode } }),
    changes: await changesBetween(project, path, before.source, now),
  }
}

async function goodOf(project: Project, path: string, tell: Tell) {
  const store = await openProjectStore(project, { create: false, tell })
  try {
    const good = store?.knownGood().get(keyOf(store.place, project.root, path))
    if (store === undefined || good === undefined)
      throw new CfgsyncError(
        "not-possible-here",
        `nothing is known to be good of ${path}`,
        "`cfgsync accept` declares the present state known-good",
      )
    return { good, content: await keptContent(project, store, good.hash, path) }
  } finally {
    store?.close()
  }
}

async function changesBetween(
  project: Project,
  path: string,
  before: Source,
  after: Source | null,
): Promise<readonly ValueChange[] | null> {
  const format = (await openRun(project, [path])).format(path)
  if (format === undefined || after === null) return null
  const [old, now] = [before, after].map((source) => format.parse(source, project.settings.limits))
  return old === undefined || now === undefined || hasErrors(old) || hasErrors(now) ? null : valueChangesOf(old, now)
}
