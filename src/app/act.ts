import { CfgsyncError } from "../model/errors.ts"
import type { Act, Configuration, Event } from "../store/entry.ts"
import { keyOf } from "../store/place.ts"
import type { Store } from "../store/store.ts"
import { sha256 } from "../system/hash.ts"
import { versionsHere } from "./clientVersions.ts"
import { ruleGroups } from "./ruleSources.ts"
import type { Remembered } from "./storePlace.ts"

/** Who does something, and under which settings and rules. */
export interface Acting {
  readonly act: Act
  /** What the log must tell before: that settings or rules are others than when something was last done here. */
  readonly news: readonly Event[]
}

export function actIn(
  store: Pick<Store, "place" | "lastConfiguration">,
  remembered: Remembered,
  { actor, command }: Pick<Act, "actor" | "command">,
): Acting {
  const versions = remembered.settings === undefined ? {} : versionsHere(remembered.system)
  const clients = Object.keys(versions).length === 0 ? {} : { clients: versions }
  const plain = { actor, command, worktree: store.place.worktree, ...clients }
  const configuration = configurationOf(store, remembered)
  if (configuration === undefined) return { act: plain, news: [] }
  const last = store.lastConfiguration(configuration.root)
  const same = last === undefined || (last.settings === configuration.settings && last.rules === configuration.rules)
  return {
    act: { ...plain, configuration },
    news: same ? [] : [{ kind: "configured", ...plain, ...configuration, configuration }],
  }
}

/** @returns `undefined` where no configuration was read: a single file is edited without one. */
function configurationOf({ place }: Pick<Store, "place">, { settings, system }: Remembered): Configuration | undefined {
  if (settings === undefined) return undefined
  try {
    const rules = ruleGroups(settings.rules, system).map(({ sources, imported }) => [sources, imported])
    return {
      root: keyOf(place, system.root, "."),
      settings: hashOf(settings),
      rules: hashOf(rules),
    }
  } catch (error) {
    // Rules that cannot be read are told of by who needs them.
    if (error instanceof CfgsyncError) return undefined
    throw error
  }
}

function hashOf(value: unknown): string {
  return sha256(new TextEncoder().encode(JSON.stringify(value)))
}
