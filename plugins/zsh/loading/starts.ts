import type { Surroundings } from "../../../src/model/document.ts"
import { folderOf, type Modules, nameOf, plain } from "./modules.ts"
import type { Script } from "./script.ts"
import { type Start, Walk } from "./walk.ts"

const kinds = ["zshenv", "zprofile", "zshrc", "zlogin"] as const
const mostStarts = 50
/** Folders whose files are loaded one after the other, by whom is not said. */
const byName = /^(?:conf\.d|zshrc\.d|zsh\.d|zsh)$/

export function isStartUp(path: string): boolean {
  return kinds.some((kind) => kind === plain(nameOf(path)))
}

/** Every set of start-up files in the project is a start of its own; a kind that the folder lacks is taken from where there is only one. */
export function startsOf(
  around: Surroundings,
  modules: Modules,
  scripts: (path: string) => Script | undefined,
): readonly Start[] {
  const startUps = around.paths.filter(isStartUp)
  const byKind = Map.groupBy(startUps, (path) => plain(nameOf(path)))
  const folders = [...new Set([...(byKind.get("zshrc") ?? []), ...startUps].map(folderOf))]
  const taken = new Set<string>()
  const starts: Walk[] = []
  for (const folder of folders.slice(0, mostStarts)) {
    const own = startUps.filter((path) => folderOf(path) === folder)
    if (own.every((path) => taken.has(path))) continue
    const walk = new Walk(around, modules, scripts, folder, true)
    for (const kind of kinds) {
      const all = byKind.get(kind) ?? []
      const file = own.find((path) => plain(nameOf(path)) === kind) ?? (all.length === 1 ? all[0] : undefined)
      if (file === undefined) continue
      taken.add(file)
      if (!walk.loaded.has(file)) walk.load(file, { glob: false, certain: true })
    }
    starts.push(walk)
  }
  return [...starts, ...unled(around, modules, scripts, starts)]
}

/** The files of a folder in the order of their names, where no start-up file leads there. */
function unled(
  around: Surroundings,
  modules: Modules,
  scripts: (path: string) => Script | undefined,
  starts: readonly Start[],
): readonly Start[] {
  const folders = new Set(around.paths.map(folderOf))
  return [...folders].flatMap((folder) => {
    const led = starts.some((start) => start.folders.has(folder))
    if (led || !byName.test(plain(nameOf(folder)))) return []
    const walk = new Walk(around, modules, scripts, folder, false)
    for (const file of modules.inFolder(folder))
      if (
        !isStartUp(file) &&
        !starts.some(({ loaded, perhaps }) => loaded.has(file) || perhaps.has(file)) &&
        !walk.loaded.has(file)
      )
        walk.load(file, { glob: true, certain: true })
    return [walk]
  })
}
