import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { makeRepository, type Repository } from "./repository.ts"

/** The built command. */
export const cfgsync = join(import.meta.dirname, "../../dist/cfgsync.js")

/** Line 2 of a service is its port, which must be above 1000; the list of names must be sorted and is repaired. */
const rules = `rule t/on "a service is switched on" {
  files   "*.json"
  require $.on == true
}
rule t/port "the port is free to use" {
  files   "*.json"
  require $.port > 1000
}
rule t/prompt "the prompt is there" {
  files   "*.json"
  where   $.prompt is string
  require exists($.prompt)
}
`

const config = (hooks: string) =>
  `{ "files": ["*.json", "!cfgsync.config.json"], "rules": ["own.rule"], "hooks": ${hooks} }\n`

/** A project whose pre-commit hook is cfgsync; its first commit is made. */
export function makeProject(hooks = "{}", files: Readonly<Record<string, string>> = {}): Repository {
  const repository = makeRepository({
    "cfgsync.config.json": config(hooks),
    "own.rule": rules,
    ".gitignore": ".cfgsync/\n",
    ...files,
  })
  repository.commit("first")
  putHook(repository, "pre-commit")
  return repository
}

export function putHook(repository: Repository, name: string, run = `hooks run ${name} "$@"`): void {
  const file = join(repository.git("rev-parse", "--absolute-git-dir"), "hooks", name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${cfgsync}" ${run}\n`)
  chmodSync(file, 0o755)
}

/** A service as text, one key a line. */
export function service(on: boolean, port: number, more: readonly string[] = []): string {
  return `{\n  "on": ${on},\n${["a", "b", "c", "d"].map((key) => `  "${key}": 1,\n`).join("")}${more.map((line) => `  ${line},\n`).join("")}  "port": ${port}\n}\n`
}
