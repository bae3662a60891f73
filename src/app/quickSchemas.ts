import { existsSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { isTooMuch } from "../engine/quickPattern.ts"
import type { Value } from "../model/value.ts"
import { type BundledSchema, bundledStem } from "./catalogue.ts"
import { packageFolder } from "./package.ts"

/** Set by the build, which makes a program of each shipped schema; when cfgsync runs from its sources there are none. */
const build = process.env.CFGSYNC_BUILD

/** Says whether a value (JSON) is surely right; `false`: the schema itself must be asked. */
export type QuickValidator = (value: Value) => boolean

const loaded = new Map<string, Promise<QuickValidator | undefined>>()

/** The program that the build made of a schema: some kilobytes, where the library and the schema take fifty times as long. */
export function quickValidator(schema: BundledSchema): Promise<QuickValidator | undefined> {
  const stem = bundledStem(schema)
  const known = loaded.get(stem) ?? load(stem)
  loaded.set(stem, known)
  return known
}

async function load(stem: string): Promise<QuickValidator | undefined> {
  if (build === undefined) return undefined
  const path = join(packageFolder, "dist", "schemas", `${stem}.js`)
  if (!existsSync(path)) return undefined
  const program: { readonly default: QuickValidator } = await import(pathToFileURL(path).href)
  return (value) => {
    try {
      return program.default(value)
    } catch (error) {
      if (isTooMuch(error)) return false
      throw error
    }
  }
}
