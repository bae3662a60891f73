import { readdirSync, readFileSync } from "node:fs"
import * as posix from "node:path/posix"
import { CfgsyncError } from "../model/errors.ts"
import { decode } from "../model/source.ts"
import type { System } from "../system/system.ts"
import { packageFolder } from "./package.ts"
import { mayQuote } from "./quotable.ts"

/** One rule file. `path` is relative to the project root, or `cfgsync:PACK` for a shipped pack. */
export interface RuleSource {
  readonly path: string
  readonly text: string
}

/** Rule files that are compiled together, with those that only lend their lets and predicates. */
export interface RuleGroup {
  readonly sources: readonly RuleSource[]
  /** All that `sources` import, directly or not, by the name they import it under. */
  readonly imported: readonly RuleSource[]
  /** Leave out rules that carry the tag `strict`. */
  readonly recommended: boolean
}

const ruleFileLimit = 4 * 1024 * 1024

/** The names of the shipped packs, sorted: one file each under `rules.d/`. */
export function shippedPacks(): readonly string[] {
  return readdirSync(posix.join(packageFolder, "rules.d"))
    .filter((name) => name.endsWith(".rule"))
    .map((name) => name.slice(0, -".rule".length))
    .sort()
}

/** Where a shipped pack stands on the disk; absolute. */
export function packFile(name: string): string {
  return posix.join(packageFolder, "rules.d", `${name}.rule`)
}

/** Mostly it was compiled before, so that its text is read only when somebody asks. */
function readPack(name: string): RuleSource {
  let text: string | undefined
  return {
    path: `cfgsync:${name}`,
    get text() {
      text ??= readFileSync(packFile(name), "utf8")
      return text
    },
  }
}

/**
 * The rule files that a configuration's `rules` names: shipped packs as one group, the project's own files as another.
 * @throws CfgsyncError `config-invalid` for a pack that does not exist, a path that is no file, or a glob that matches none.
 */
export function ruleGroups(rules: readonly string[], system: System): readonly RuleGroup[] {
  const packs = new Map<string, RuleSource>()
  const own = new Map<string, RuleSource>()
  let strict = false
  for (const entry of rules) {
    if (!entry.startsWith("cfgsync:")) {
      for (const path of matching(entry, system)) own.set(path, readOwn(path, system))
      continue
    }
    const name = entry.slice("cfgsync:".length)
    if (name !== "recommended") strict = true
    for (const pack of name === "recommended" || name === "strict" ? shippedPacks() : [existingPack(name)])
      packs.set(pack, readPack(pack))
  }
  return [
    { sources: [...packs.values()], recommended: !strict },
    { sources: [...own.values()], recommended: false },
  ]
    .filter(({ sources }) => sources.length > 0)
    .map((group) => withImports(group, system))
}

function withImports(group: Omit<RuleGroup, "imported">, system: System): RuleGroup {
  let imported: readonly RuleSource[] | undefined
  return {
    ...group,
    get imported() {
      imported ??= importsOf(group.sources, system)
      return imported
    },
  }
}

/** What `import "from"` in the file at `path` means: a pack, or a file beside it. */
export function importName(path: string, from: string): string {
  return from.startsWith("cfgsync:") || path.startsWith("cfgsync:")
    ? from
    : posix.normalize(posix.join(posix.dirname(path), from))
}

function existingPack(name: string): string {
  if (shippedPacks().includes(name)) return name
  throw new CfgsyncError(
    "config-invalid",
    `there is no shipped pack cfgsync:${name}`,
    `there are: recommended, strict, ${shippedPacks().join(", ")}`,
  )
}

function matching(entry: string, system: System): readonly string[] {
  const found = system.list([entry], [])
  if (found.length === 0) {
    const glob = /[*?[\]{}()!]/.test(entry)
    throw new CfgsyncError(
      "config-invalid",
      glob ? `no rule file matches ${entry}` : `the rule file ${entry} does not exist`,
      "`rules` in the configuration names it; correct the path, or take it out",
    )
  }
  return found
}

function readOwn(path: string, system: System): RuleSource {
  const bytes = system.read(path, ruleFileLimit)
  if (bytes === null) throw new CfgsyncError("rule-invalid", `the rule file ${path} does not exist`)
  const decoded = decode(path, bytes)
  if (!decoded.ok) throw new CfgsyncError("rule-invalid", `${path}: ${decoded.reason}`)
  mayQuote(decoded.source.text)
  return { path, text: decoded.source.text }
}

/** Only the names are needed here, so that a set that was compiled before is known again without parsing it. */
const importLine = /^[ \t]*import[ \t]+"([^"\n]+)"/gm

function importsOf(sources: readonly RuleSource[], system: System): readonly RuleSource[] {
  const found = new Map<string, RuleSource>()
  const visit = (source: RuleSource): void => {
    for (const [, from] of source.text.matchAll(importLine)) {
      const name = importName(source.path, from ?? "")
      if (found.has(name)) continue
      const read = readImport(name, system)
      if (read === undefined) continue // the compiler says so, with the place
      found.set(name, read)
      visit(read)
    }
  }
  sources.forEach(visit)
  return [...found.values()]
}

function readImport(name: string, system: System): RuleSource | undefined {
  if (name.startsWith("cfgsync:")) return shippedPacks().includes(name.slice(8)) ? readPack(name.slice(8)) : undefined
  return system.stat(name)?.kind === "file" ? readOwn(name, system) : undefined
}
