import { matcher } from "../engine/glob.ts"
import type { Document } from "../model/document.ts"
import { fromPointer, type Path, valueAt } from "../model/path.ts"
import type { Config } from "./config.ts"

export type SensitivePaths = NonNullable<Config["sensitive"]>

interface Rule {
  readonly means: (path: string) => boolean
  readonly paths: readonly string[]
}

/**
 * What the configurations that this process has opened mark as sensitive. Known to all of the process, because nothing that it says may show such a
 * value, whoever says it; that the same path in another project is hidden too does no harm.
 */
const known = new Map<string, Rule>()

export function markSensitive(sensitive: SensitivePaths): void {
  for (const [glob, paths] of Object.entries(sensitive)) {
    const key = JSON.stringify([glob, paths])
    if (!known.has(key)) known.set(key, { means: matcher([glob]), paths: [paths].flat() })
  }
}

/** The paths (JSONPath or JSON Pointer) at which the values of a file are sensitive. */
export function sensitivePaths(path: string): readonly string[] {
  const relative = path.replace(/^\//, "")
  return [...known.values()].flatMap(({ means, paths }) => (means(path) || means(relative) ? paths : []))
}

/** The places in a document that a path names. */
export async function placesAt({ value }: Pick<Document, "value">, path: string): Promise<readonly Path[]> {
  if (value === undefined) return []
  if (path.startsWith("/")) {
    const place = fromPointer(path, value)
    return place === undefined || valueAt(value, place) === undefined ? [] : [place]
  }
  const { queryPaths } = await import("../engine/pathQuery.ts")
  return queryPaths(path, value)
}

/** Texts that stand where a sensitive value should, in a file that does not parse: behind the name that the path ends in. */
export function sensitiveGuesses(text: string, paths: readonly string[]): readonly string[] {
  const names = paths.flatMap((path) => /([\w-]+)(?:["'\]]*|\/?)$/.exec(path)?.[1] ?? [])
  return names.flatMap((name) => {
    const behind = new RegExp(
      `["']?${name}["']?[ \\t]*[:=][ \\t]*(?:"((?:[^"\\\\\\n]|\\\\.)*)"?|'([^'\\n]*)'?|([^\\s,}\\]]+))`,
      "g",
    )
    return [...text.matchAll(behind)].flatMap((match) => match.slice(1).filter((value) => value !== undefined))
  })
}
