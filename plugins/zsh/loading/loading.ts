import type { Surroundings } from "../../../src/model/document.ts"
import { makeObject, type Value } from "../../../src/model/value.ts"
import { ZshDocument } from "../document.ts"
import { earlyReads, lateFolders, overridden, repeatedFolders } from "./consequences.ts"
import { Modules } from "./modules.ts"
import { neverLoaded } from "./never.ts"
import { type Script, scriptOf } from "./script.ts"
import { startsOf } from "./starts.ts"
import { few, type Told, tables } from "./told.ts"
import { type Start, Walk } from "./walk.ts"

/**
 * How the zsh files of a project load each other, as facts about each: `by` the file that loads it (`glob`: by a glob), or `never` with the file that
 * loads its neighbours; and for topics such as `again` a table like the document, with `{ what, by }` where there is something to tell.
 */
export function loading(around: Surroundings): (path: string) => Value | undefined {
  const modules = new Modules(around)
  const scripts = scriptsOf(around)
  const starts = startsOf(around, modules, scripts)
  const real = starts.filter(({ led }) => led)
  const never = neverLoaded(real, modules, scripts)
  const told = Map.groupBy(toldOf(starts, around, scripts), ({ file }) => file)
  const answers = new Map<string, Value | undefined>()
  return (path) => {
    if (!answers.has(path)) answers.set(path, answer(path))
    return answers.get(path)
  }

  function answer(path: string): Value | undefined {
    const loader = real.find(({ loaded }) => loaded.has(path))?.loaded.get(path)
    const own =
      told.get(path) ?? (starts.some(({ loaded }) => loaded.has(path)) ? [] : alone(path, around, modules, scripts))
    const by = never.get(path)
    if (loader?.by === undefined && by === undefined && own.length === 0) return undefined
    return makeObject([
      ...(loader?.by === undefined ? [] : [["by", loader.by] as const, ["glob", loader.glob] as const]),
      ...(by === undefined ? [] : [["never", by] as const]),
      ...tables(own),
    ])
  }
}

function scriptsOf(around: Surroundings): (path: string) => Script | undefined {
  const known = new Map<string, Script | undefined>()
  return (path) => {
    if (known.has(path)) return known.get(path)
    const document = around.document(path)
    const script = document instanceof ZshDocument ? scriptOf(document.state) : undefined
    known.set(path, script)
    return script
  }
}

function toldOf(
  starts: readonly Start[],
  around: Surroundings,
  scripts: (path: string) => Script | undefined,
): readonly Told[] {
  const mayDefine = (file: string) => scripts(file)?.mayDefine() ?? new Set<string>()
  // What two starts share is told once, of the first.
  const seen = new Set<string>()
  const all = starts
    .flatMap((start): readonly Told[] => [
      ...start.again.map((each) => ({ topic: "again" as const, ...each })),
      ...start.missing.map((each) => ({ topic: "missing" as const, ...each })),
      ...overridden(start),
      ...earlyReads(start, around, mayDefine),
      ...repeatedFolders(start),
      ...lateFolders(start),
    ])
    .filter((each) => {
      const key = JSON.stringify([each.topic, each.file, each.path])
      return !seen.has(key) && seen.add(key)
    })
  return [...Map.groupBy(all, ({ topic }) => topic).values()].flatMap(few)
}

/** A file that nobody loads: what it sources itself. */
function alone(
  path: string,
  around: Surroundings,
  modules: Modules,
  scripts: (path: string) => Script | undefined,
): readonly Told[] {
  const walk = new Walk(around, modules, (each) => (each === path ? scripts(each) : undefined), "", false)
  walk.load(path, { glob: false, certain: true })
  return [
    ...few(walk.again.map((each) => ({ topic: "again" as const, ...each }))),
    ...few(walk.missing.map((each) => ({ topic: "missing" as const, ...each }))),
  ]
}
