import { existsSync } from "node:fs"
import { CfgsyncError } from "../model/errors.ts"
import type { Entry, FileChange } from "../store/entry.ts"
import type { OpenOptions } from "../store/opening.ts"
import { fileOf, type StorePlace } from "../store/place.ts"
import type { Store } from "../store/store.ts"
import { inWords } from "../system/failure.ts"
import { openSystem } from "../system/real.ts"
import type { System } from "../system/system.ts"
import { hashOnDisk } from "./hashOnDisk.ts"
import { environmentOf, placeOf, type Remembered } from "./storePlace.ts"

type Tell = (notice: string) => void

type Wish = Pick<OpenOptions, "create" | "tell" | "patience" | "alone">

/**
 * Opens the store, and settles first what a killed run left open in its log. Close it soon: all others wait.
 * @param create make one where there is none; without it, `undefined` then.  @throws CfgsyncError
 */
export async function openProjectStore(remembered: Remembered, wish: Wish): Promise<Store | undefined> {
  const { openStore } = await import("../store/openStore.ts")
  const place = placeOf(remembered)
  const { tell } = wish
  // What somebody deleted does not come back as the home of a store.
  if (wish.create && place.home !== null && !existsSync(place.home))
    throw new CfgsyncError("write-failed", `${place.home} is not there, so nothing can be kept in it`)
  try {
    const options = { ...wish, environment: environmentOf(remembered), now: () => new Date().toISOString() }
    let store = openStore(place, options)
    if (store?.writable !== true) return store
    let adopt: ((store: Store) => void) | undefined
    if (store.alarm?.reason === "missing") {
      store.close()
      adopt = await (await import("./readopt.ts")).goodOfCommits(remembered, tell)
      store = openStore(place, options)
      if (store?.writable !== true) return store
    }
    try {
      adopt?.(store)
      reconcile(store, tell)
      if (store.alarm?.reason === "damaged") await (await import("./refill.ts")).refill(store, remembered, tell)
      return store
    } catch (error) {
      store.close()
      throw error
    }
  } catch (error) {
    throw inWords(error, "write-failed", `the store in ${place.folder} cannot be used`)
  }
}

type Intent = Extract<Entry, { readonly kind: "intent" }>

/** Who was killed between its intent and its word about the outcome cannot tell any more; the disk can. Other worktrees are asked there. */
function reconcile(store: Store, tell: Tell): void {
  for (const intent of store.openIntents()) {
    if (intent.worktree !== store.place.worktree) continue
    const kind = outcomeOf(intent, store.place)
    store.append([{ kind, intent: intent.id, reconciled: true }])
    const what = { written: "was made whole", failed: "was not made", unclear: "met another: see the files" }[kind]
    tell(`cfgsync was stopped during change ${intent.id} (${intent.command}): it ${what}`)
  }
}

function outcomeOf({ root, files }: Intent, place: StorePlace): "written" | "failed" | "unclear" {
  const folder = fileOf(place, root)
  if (!existsSync(folder)) return "unclear"
  const system = openSystem(folder)
  system.recover()
  const seen = files.map((file) => sideOf(file, system, fileOf(place, file.path)))
  if (seen.every((side) => side === "after")) return "written"
  return seen.every((side) => side === "before") ? "failed" : "unclear"
}

function sideOf({ before, after, mode }: FileChange, system: System, path: string): "before" | "after" | "neither" {
  const now = hashOnDisk(system, path)
  const hasMode = mode === undefined || system.stat(path)?.mode === Number.parseInt(mode, 8)
  if (now === after && hasMode) return "after"
  return now === before ? "before" : "neither"
}
