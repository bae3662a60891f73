import { like, matcher } from "../engine/glob.ts"
import { type Format, hasErrors } from "../model/document.ts"
import type { Value } from "../model/value.ts"
import type { System } from "../system/system.ts"
import type { Dependencies, Files } from "./world.ts"

/** How the files of a format load each other, worked out once for all of them, and what the answers were made from. */
export interface Loading {
  readonly of: (path: string) => Value | undefined
  readonly asked: Dependencies
}

export function openLoading(files: Files, system: System, format: Format): Loading | undefined {
  if (format.loading === undefined) return undefined
  const globs = format.files.map((glob) => `**/${glob}`)
  const asked: Dependencies = { files: new Set(), globs: new Set(globs), outside: new Set() }
  const home = system.environment("HOME")
  const paths = [...new Set(globs.flatMap((glob) => files.list(glob)))].sort()
  const known = matcher(globs)
  const of = format.loading({
    root: system.root,
    ...(home === undefined || !home.startsWith("/") ? {} : { home }),
    paths,
    document: (path) => {
      const state = files.state(path, true)
      return state.kind === "text" && !hasErrors(state.parsed) ? state.parsed.documents[0] : undefined
    },
    exists: (path) => {
      if (!known(path)) asked.files.add(path)
      return files.exists(path)
    },
    onPath: (command) => {
      asked.outside.add(`command ${command}`)
      return system.onPath(command)
    },
    like,
  })
  return { of, asked }
}
