import { type Modules, nameOf } from "./modules.ts"
import type { Script } from "./script.ts"
import { isStartUp } from "./starts.ts"
import type { Loader, Start } from "./walk.ts"

/** Such a name says that it is not loaded, or by something else. */
const apart =
  /^_|^p10k|^\.|example|sample|template|disabled|deprecated|install|setup|uninstall|bootstrap|test|spec|local|private|secret/i

/** Modules that no start-up file leads to though it leads to their neighbours; with the file that loads those. */
export function neverLoaded(
  starts: readonly Start[],
  modules: Modules,
  scripts: (path: string) => Script | undefined,
): ReadonlyMap<string, string> {
  const may = new Set(starts.flatMap(({ loaded, perhaps }) => [...loaded.keys(), ...perhaps]))
  const mentioned = (name: string) => [...may].some((file) => scripts(file)?.mentions().has(name))
  const computes = starts.some((start) => start.computes)
  const isNamed = (name: string) => mentioned(name) || (computes && mentioned(name.replace(/\.zsh$/, "")))
  const found = new Map<string, string>()
  for (const [folder, { by, glob }] of foldersOf(starts)) {
    const files = modules.inFolder(folder).filter((path) => path.endsWith(".zsh") && !isStartUp(path))
    const left = files.filter((path) => !may.has(path))
    // Of a folder that is loaded by names, most of it must be: else it is a store to choose from.
    if (by === undefined || (!glob && left.length * 2 > files.length)) continue
    for (const path of left)
      if (!apart.test(nameOf(path)) && !isNamed(nameOf(path)) && scripts(path)?.marked !== true) found.set(path, by)
  }
  return found
}

function foldersOf(starts: readonly Start[]): ReadonlyMap<string, Loader> {
  return new Map(starts.flatMap(({ folders }) => [...folders].map(([folder, loader]) => [folder, loader] as const)))
}
