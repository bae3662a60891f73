import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Schema = { [key: string]: Json }

interface About {
  readonly name: string
  readonly version?: string
}

/** Write a schema that was taken from a program, and what the catalogue says of it. @param about its entry of `index.json`. */
export function keepSchema(about: About & Schema, schema: Schema): void {
  const { name, version } = about
  const stem = version === undefined ? name : `${name}@${version}`
  writeFileSync(join(import.meta.dirname, `${stem}.schema.json`), `${JSON.stringify(schema)}\n`)
  const path = join(import.meta.dirname, "index.json")
  const index: { readonly schemas: readonly (About & Schema)[] } = JSON.parse(readFileSync(path, "utf8"))
  const others = index.schemas.filter((each) => each.name !== name || each.version !== version)
  writeFileSync(path, `${JSON.stringify({ schemas: [...others, about] }, null, 2)}\n`)
}

export function today(): string {
  return new Date().toISOString().slice(0, 10)
}
