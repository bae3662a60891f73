import { matcher } from "../engine/glob.ts"
import type { Policy } from "../model/policy.ts"
import type { FileGroup } from "./config.ts"
import type { Project } from "./project.ts"
import { hasStore } from "./storePlace.ts"

/** How the files of a project are kept. Of several groups that name a file, the last that speaks of a setting counts. */
export function policiesOf(groups: readonly FileGroup[]): (path: string) => Policy {
  const speaking = groups
    .filter(({ acceptance, priority, expect }) => acceptance ?? priority ?? expect)
    .map((group) => ({ ...group, matches: rooted([group.include].flat()) }))
  return (path) => {
    const own = speaking.filter(({ matches }) => matches(path))
    const acceptance = own.findLast((group) => group.acceptance !== undefined)?.acceptance
    return {
      acceptance: acceptance ?? "auto",
      priority: own.findLast((group) => group.priority !== undefined)?.priority ?? "medium",
      expect: own.findLast((group) => group.expect !== undefined)?.expect ?? [],
      chosen: acceptance !== undefined,
    }
  }
}

/** The real client that must take a file before it is known-good; `undefined`: nobody is asked. */
export function clientFor({ settings }: Project, path: string): string | undefined {
  return settings.files.findLast(({ client, include }) => client !== undefined && rooted([include].flat())(path))
    ?.client
}

/** Whether the configuration says how much depends on a file. */
export function saysPriority({ settings }: Project, path: string): boolean {
  return settings.files.some(({ priority, include }) => priority !== undefined && rooted([include].flat())(path))
}

/** The globs of the configuration count from the root, also those without a slash. */
export function rooted(globs: readonly string[]): (path: string) => boolean {
  return matcher(globs.map((glob) => (glob.includes("/") ? glob : `./${glob}`)))
}

/** Whether there can be anything to settle: something is known good, or shall be as soon as it has no error. Costs next to nothing. */
export function mayBeSettled(project: Project): boolean {
  return project.settings.files.some(({ acceptance }) => acceptance === "auto") || hasStore(project)
}
