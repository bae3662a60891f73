import { like, matcher } from "../engine/glob.ts"
import { type Format, hasErrors } from "../model/document.ts"
import type { Value } from "../model/value.ts"
import type { System } from "../system/system.ts"
import type { FileState } from "./fileState.ts"

/** The files of a project, as a view of them has them. */
interface Shelf {
  state(path: string, keep: boolean): FileState
  exists(path: string): boolean
  list(glob: string): readonly string[]
}

/** How the files of a format load each other, worked out once for all of them, and what the answers were made from. */
export interface Loading {
  readonly of: (path: string) => Value | undefined
  readonly asked: { readonly files: Set<string>; readonly globs: Set<string>; readonly outside: Set<string> }
}

export function openLoading(files: Shelf, system: System, format: Format): Loading | undefined {
  if (format.loading === undefined) return undefined
  const globs = format.files.map((glob) => `**/${glob}`)
  const asked: Loading["asked"] = { files: new Set(), globs: new Set(globs), outside: new Set() }
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
