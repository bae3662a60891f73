import { matcher } from "../engine/glob.ts"
import { CfgsyncError } from "../model/errors.ts"
import { keyOf } from "../store/place.ts"
import { readLastGood } from "../store/readLastGood.ts"
import type { Project } from "./project.ts"
import { placeOf } from "./storePlace.ts"

/**
 * What a file that is gone is made of again where nothing is known to be good of it: the template that the configuration names.
 * @throws CfgsyncError `file-not-found` where that is not there
 */
export function templateOf(
  project: Project,
  path: string,
): { readonly path: string; readonly content: Uint8Array } | undefined {
  const { system, settings } = project
  const group = settings.files.findLast(
    ({ include, template }) => template !== undefined && matcher([include].flat())(path),
  )
  if (group?.template === undefined || system.stat(path) !== null) return undefined
  const place = placeOf(project)
  if (readLastGood(place, keyOf(place, project.root, path)) !== undefined) return undefined
  const content = system.read(group.template, settings.limits.size)
  if (content !== null) return { path, content }
  throw new CfgsyncError("file-not-found", `the template ${group.template} of ${path} does not exist`)
}
