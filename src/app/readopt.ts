import { CfgsyncError } from "../model/errors.ts"
import { count } from "../report/summary.ts"
import type { AcceptedFile, Actor } from "../store/entry.ts"
import { keyOf } from "../store/place.ts"
import type { Store } from "../store/store.ts"
import { sha256 } from "../system/hash.ts"
import { actIn } from "./act.ts"
import { type GoodState, goodInHistory } from "./goodInHistory.ts"
import { keepable } from "./keepable.ts"
import { openProject } from "./project.ts"
import { selectFiles } from "./selectFiles.ts"
import type { Remembered } from "./storePlace.ts"

const actor: Actor = { kind: "program", name: "cfgsync", evidence: ["the store was deleted"] }

/**
 * What the commits of a project hold that passes, for a store that was deleted with all that was known to be good: else whoever deletes it would be rid of
 * every policy as well. What lies on the disk and in no commit proves nothing, and stays new. Asks before the store is open, because asking looks into it.
 * @returns how to say it in the new store.
 */
export async function goodOfCommits(
  remembered: Remembered,
  tell: (notice: string) => void,
): Promise<(store: Store) => void> {
  try {
    return await accepting(remembered, tell)
  } catch (error) {
    if (!(error instanceof CfgsyncError)) throw error
    tell(`what the commits hold could not be made known-good again: ${error.message}`)
    return () => {}
  }
}

async function accepting({ system, configPath }: Remembered, tell: (notice: string) => void) {
  if (configPath === null) return () => {}
  const project = await openProject({ cwd: system.root, config: configPath })
  const states = await goodInHistory(project, selectFiles(project, []), tell)
  const good = states.good.filter(({ commit }) => commit !== undefined)
  const keep = await keepable(project, good)
  if (good.length === 0) return () => {}
  return (store: Store) => {
    const { act, news } = actIn(store, project, { actor, command: "rebuild" })
    const files = good.map((state) => acceptedFile(state, keyOf(store.place, project.root, state.path)))
    const reason = "the newest commit that passes, after the store was deleted"
    store.append(
      [...news, { kind: "accepted", ...act, files, reason, cause: "git" }],
      good.flatMap(({ content }) => keep(content) ?? []),
    )
    tell(`known-good again, as the commits have them: ${count(good.length, "file")}`)
  }
}

function acceptedFile({ content, mode, format, commit }: GoodState, path: string): AcceptedFile {
  const base = { path, hash: sha256(content), size: content.length, mode, format }
  return commit === undefined ? base : { ...base, commit }
}
