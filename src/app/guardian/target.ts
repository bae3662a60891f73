import { existsSync, realpathSync } from "node:fs"
import { dirname, isAbsolute, join, normalize, relative } from "node:path"
import { matcher } from "../../engine/glob.ts"
import { CfgsyncError } from "../../model/errors.ts"
import { formatNameOf } from "../formats.ts"
import { rooted } from "../policy.ts"
import { type Project, slashed } from "../project.ts"
import { selectFiles } from "../selectFiles.ts"

/** The file of the project that another tool means. */
export type Target = { readonly ok: true; readonly path: string } | { readonly ok: false; readonly reason: string }

/** Tells which file of a project is meant by a path that anybody may have written: nothing is looked for outside of it. */
export class Targets {
  readonly #project: Project
  readonly #listed: ReadonlySet<string>

  constructor(project: Project) {
    this.#project = project
    this.#listed = new Set(selectFiles(project, []))
  }

  /** @param folder that a relative path counts from; absent: the project's */
  of(written: string, folder: string | undefined): Target {
    const { root, settings, system } = this.#project
    if (written === "" || written.includes("\0")) return no("it is no path")
    const home = system.environment("HOME")
    const path = /^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/.test(written)
      ? join(home ?? "/", written.replace(/^[^/]*/, ""))
      : written
    const base = folder !== undefined && isAbsolute(folder) ? folder : root
    const inside = slashed(relative(root, realFolder(isAbsolute(path) ? normalize(path) : join(base, path))))
    if (inside === "" || inside === ".." || inside.startsWith("../") || isAbsolute(inside))
      return no("it is not in this project")
    if (formatNameOf(inside) === undefined) return no("its format is not known, so it cannot be judged")
    const managed =
      this.#listed.has(inside) ||
      (!this.isThere(inside) &&
        rooted(settings.files.flatMap(({ include }) => include))(inside) &&
        !matcher(settings.ignore)(inside))
    return managed ? { ok: true, path: inside } : no("it is not managed here")
  }

  isThere(path: string): boolean {
    try {
      return this.#project.system.stat(path)?.kind === "file"
    } catch (error) {
      if (error instanceof CfgsyncError) return false
      throw error
    }
  }
}

function no(reason: string): Target {
  return { ok: false, reason }
}

/** As the project's root is written: with the links to its folders resolved. */
function realFolder(path: string): string {
  for (let at = dirname(path); ; at = dirname(at)) {
    if (existsSync(at)) return join(realpathSync(at), relative(at, path))
    if (dirname(at) === at) return path
  }
}
