import type { Surroundings } from "../../../src/model/document.ts"
import { equal } from "../../../src/model/value.ts"
import { nameOf } from "./modules.ts"
import type { Told } from "./told.ts"
import type { Done, Start } from "./walk.ts"

/** Such a file is there to say things otherwise. */
const meant = /local|overrid|custom|private|personal|work|host|user/i

/** What another file sets to something else later, so that it is lost. */
export function overridden({ done }: Start): readonly Told[] {
  const winners = new Map<string, Done>()
  const key = ({ step: { deed } }: Done) =>
    deed.does === "set" && deed.kind !== "variables" ? `${deed.kind} ${deed.name}` : undefined
  for (const each of done) {
    const name = key(each)
    if (name !== undefined && each.certain) winners.set(name, each)
  }
  return done.flatMap((each) => {
    const { deed } = each.step
    const winner = winners.get(key(each) ?? "")
    if (deed.does !== "set" || winner === undefined || winner.file === each.file || !each.certain) return []
    const last = winner.step.deed
    if (last.does !== "set" || last.grows || equal(last.value, deed.value) || meant.test(nameOf(winner.file))) return []
    return [{ topic: "lost", file: each.file, path: each.path, what: deed.name, by: winner.file }]
  })
}

const builtIn =
  /^(?:alias|autoload|bg|bindkey|builtin|cd|command|compadd|compdef|dirs|disable|echo|emulate|enable|eval|exec|exit|export|false|fc|fg|functions|getopts|hash|history|jobs|kill|let|limit|local|popd|print|printf|pushd|pwd|read|rehash|return|set|setopt|shift|source|test|time|times|trap|true|type|typeset|ulimit|umask|unalias|unfunction|unset|unsetopt|wait|whence|where|which|zcompile|zle|zmodload|zparseopts|zstyle)$/ // biome-ignore format: a list to read

/** What is used before a file that is loaded later defines it. */
export function earlyReads(
  { done, loaded }: Start,
  around: Surroundings,
  mayDefine: (file: string) => ReadonlySet<string>,
): readonly Told[] {
  const variables = new Map<string, number>()
  const commands = new Map<string, number>()
  let hidden = done.length
  for (const [
    at,
    {
      step: { deed },
    },
  ] of done.entries()) {
    if (deed.does === "set" && deed.kind !== "aliases" && !variables.has(deed.name)) variables.set(deed.name, at)
    if (deed.does === "define" && !commands.has(deed.name)) commands.set(deed.name, at)
    if (deed.does === "hide" && hidden === done.length) hidden = at
  }
  const unsure = (name: string) => [...loaded.keys()].some((file) => mayDefine(file).has(name))
  return done.flatMap(({ file, path, step, certain }, at): readonly Told[] => {
    if (!certain) return []
    const definer = (index: number | undefined) =>
      index === undefined || index < at || done[index]?.file === file ? undefined : done[index]?.file
    const { deed } = step
    const told = (what: string, by: string | undefined): readonly Told[] =>
      by === undefined || unsure(what) ? [] : [{ topic: "early", file, path, what, by }]
    const ran =
      deed.does !== "run" || at > hidden || (builtIn.test(deed.name) && deed.name !== "compdef")
        ? []
        : told(deed.name, definer(commands.get(deed.name)))
    const commandsThere = ran.filter(({ what }) => !around.onPath(what))
    const reads = step.reads.flatMap((name) => told(name, definer(variables.get(name))))
    return [...reads, ...commandsThere].slice(0, 1)
  })
}

const fixed = /^(?:\/|~\/)[^$*?[\](){}`]*$/

function folderName(folder: string): string | undefined {
  const name = folder.replace(/^\$(?:HOME|\{HOME\})\//, "~/").replace(/(?<=.)\/+$/, "")
  return fixed.test(name) ? name : undefined
}

/** What several files add to PATH. */
export function repeatedFolders({ done }: Start): readonly Told[] {
  if (done.some(({ step }) => step.deed.does === "unique")) return []
  const first = new Map<string, string>()
  return done.flatMap(({ file, path, step: { deed }, certain }) => {
    const name = deed.does === "search" && deed.list === "path" && certain ? folderName(deed.folder) : undefined
    if (name === undefined) return []
    const by = first.get(name) ?? file
    first.set(name, by)
    return by === file ? [] : [{ topic: "twice", file, path, what: name, by }]
  })
}

/** What is added to fpath after another file has had `compinit` look there. */
export function lateFolders({ done }: Start): readonly Told[] {
  const first = done.findIndex(({ step }) => step.deed.does === "look")
  const last = done.findLastIndex(({ step }) => step.deed.does === "look")
  const by = done[first]?.file
  if (by === undefined) return []
  return done
    .slice(last + 1)
    .flatMap(({ file, path, step: { deed }, certain }) =>
      deed.does === "search" && deed.list === "fpath" && certain && file !== by
        ? [{ topic: "late", file, path, what: deed.folder, by }]
        : [],
    )
}
