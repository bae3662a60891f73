import { relative } from "node:path"
import { matcher } from "../../engine/glob.ts"
import { CfgsyncError } from "../../model/errors.ts"
import { sha256 } from "../../system/hash.ts"
import type { System } from "../../system/system.ts"
import { addedList, addedSchemas } from "../addedSchemas.ts"
import { configNames } from "../config.ts"
import { type Project, slashed } from "../project.ts"
import { ruleGroups } from "../ruleSources.ts"
import { isSelfContained } from "../selfContained.ts"

const limit = 64 * 1024 * 1024

/** What every file is held against lies in files itself: the configuration, rules, schemas, what is suppressed or accepted. */
export class Foundation {
  readonly #project: Project
  readonly #named: ReadonlySet<string>
  readonly #rules: (path: string) => boolean
  readonly #prints: ReadonlyMap<string, string>

  /** Reads them all, to know later whether one has changed. */
  constructor(project: Project) {
    this.#project = project
    const { settings, system, configPath, root } = project
    const own = settings.rules.filter((entry) => !entry.startsWith("cfgsync:"))
    this.#rules = own.length === 0 ? () => false : matcher(own.map((glob) => `./${glob}`))
    const schemas = Object.values(settings.schemas).filter((name) => name !== false && !/^(?:cfgsync:|off$)/.test(name))
    this.#named = new Set([
      ...(configPath === null ? configNames : [slashed(relative(root, configPath))]),
      "cfgsync.ignore.json",
      "cfgsync.accepted.json",
      addedList,
      ...addedSchemas(system).map(({ path }) => path),
      ...schemas.filter((name) => name !== false),
      ...sourcesOf(project),
    ])
    this.#prints = new Map(this.files().map((path) => [path, this.#print(path)]))
  }

  /** Relative to the root. */
  files(): readonly string[] {
    return [...this.#named]
  }

  /** Whether another state of the project's files says the same. A configuration that is a program counts as it is on the disk. */
  isSameIn(system: System): boolean {
    const own = this.#program
    return [...new Set([...this.#named, ...sourcesOf({ ...this.#project, system })])].every(
      (path) => path === own || this.#prints.get(path) === this.#print(path, system),
    )
  }

  /** The configuration, where it is a program that may say another thing each time, from what nobody watches; else `undefined`. */
  get moody(): string | undefined {
    const { system } = this.#project
    const bytes = this.#program === undefined ? null : system.read(this.#program, limit)
    return bytes === null || isSelfContained(new TextDecoder().decode(bytes)) ? undefined : this.#program
  }

  get #program(): string | undefined {
    const { configPath, root } = this.#project
    return configPath !== null && /\.m?[jt]s$/.test(configPath) ? slashed(relative(root, configPath)) : undefined
  }

  concerns(path: string): boolean {
    return this.#named.has(path) || this.#rules(path)
  }

  /** The files that are other than they were, with what they are now. */
  changed(): readonly (readonly [path: string, print: string])[] {
    const added = sourcesOf(this.#project).filter((path) => !this.#named.has(path))
    return [...added, ...this.#named].flatMap((path) => {
      const print = this.#print(path)
      return this.#prints.get(path) === print ? [] : [[path, print] as const]
    })
  }

  #print(path: string, system: System = this.#project.system): string {
    try {
      const bytes = system.read(path, limit)
      return bytes === null ? "missing" : sha256(bytes)
    } catch (error) {
      if (error instanceof CfgsyncError) return error.message
      throw error
    }
  }
}

/** The project's rule files, with what they import. None where the configuration names what is not there: that is said when it is loaded. */
function sourcesOf({ settings, system }: Project): readonly string[] {
  try {
    const own = settings.rules.filter((entry) => !entry.startsWith("cfgsync:"))
    return ruleGroups(own, system)
      .flatMap(({ sources, imported }) => [...sources, ...imported])
      .map(({ path }) => path)
      .filter((path) => !path.startsWith("cfgsync:"))
  } catch (error) {
    if (error instanceof CfgsyncError) return []
    throw error
  }
}
