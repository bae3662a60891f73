import type { Document } from "../model/document.ts"
import type { Finding, Repair, RepairStep } from "../model/finding.ts"
import type { Lens } from "../model/lens.ts"
import type { McpServer } from "../model/mcpServer.ts"
import { type Path, valueAt } from "../model/path.ts"
import { child, isArray, isObject, keysOf, type Value } from "../model/value.ts"
import type { CompiledLink, CompiledLinkEnd } from "./compiled.ts"
import { operationsBetween } from "./merge/operationsBetween.ts"
import { isListedOff, offPlace, readEnd } from "./offList.ts"

/** What a link is held against: the files of the project as they are. */
export interface LinkWorld {
  /** The value of a file's first document; `undefined` when it is missing or does not parse. */
  readonly value: (file: string) => Value | undefined
  readonly exists: (file: string) => boolean
  /** What a place held when its file was last known to be good; `undefined` where nothing is known of it. */
  readonly lastGood: (file: string, at: Path) => Value | undefined
  readonly lens: (id: string) => Lens
  /** What two readings of one server do not agree about. */
  readonly differences: (left: McpServer, right: McpServer) => readonly string[]
}

/** One server, on both sides of a link. */
interface Pair {
  readonly link: CompiledLink
  readonly source: CompiledLinkEnd
  readonly target: CompiledLinkEnd
  readonly name: string
  readonly world: LinkWorld
}

/** What is wrong with a file as a target of links; and with a source, where a target of it is not there at all. */
export function linkFindings(
  file: string,
  document: Document | undefined,
  links: readonly CompiledLink[],
  world: LinkWorld,
): readonly Finding[] {
  return links.flatMap((link) =>
    link.targets.flatMap((target) => {
      if (target.file === file && document !== undefined) return targetFindings(link, target, document, world)
      if (link.source.file === file && document !== undefined && !world.exists(target.file))
        return missingTarget(link, target, document, world)
      return []
    }),
  )
}

function section(end: CompiledLinkEnd, world: LinkWorld): Value | undefined {
  return valueAt(world.value(end.file), end.at)
}

function namesIn(value: Value | undefined): readonly string[] {
  return isObject(value) ? keysOf(value) : []
}

function targetFindings(
  link: CompiledLink,
  target: CompiledLinkEnd,
  document: Document,
  world: LinkWorld,
): readonly Finding[] {
  const { source } = link
  // A source that is missing or broken says nothing about its targets.
  if (world.value(source.file) === undefined) return []
  const [there, here] = [namesIn(section(source, world)), namesIn(section(target, world))]
  const pair = (name: string): Pair => ({ link, source, target, name, world })
  const spoken = there.flatMap((name) => compared(pair(name), document))
  const extra = here.filter((name) => !there.includes(name)).flatMap((name) => onlyHere(pair(name), document))
  return [...spoken, ...extra]
}

/** A server that the source has. */
function compared(pair: Pair, document: Document): readonly Finding[] {
  const { source, target, name, world } = pair
  const to = world.lens(target.lens)
  const wanted = readEnd(source, name, child(section(source, world), name) as Value, world)
  const here = child(section(target, world), name)
  // What the source's own client would not take is told at the source, by its own rules.
  if (!wanted.ok) return []
  const place = offPlace(target, world)
  if (!wanted.server.on && !to.hasSwitch) {
    if (here === undefined) return []
    if (place === undefined) return [mustNotStand(pair, document)]
  }
  // What is switched beside the entry is no matter of the entry.
  const server = place === undefined ? wanted.server : { ...wanted.server, on: true }
  const writing = to.write(server, here)
  if (!writing.ok) return here === undefined && !wanted.server.on ? [] : [untellable(pair, document, writing.cannot)]
  const path = [...target.at, name]
  if (here === undefined) return onlyThere(pair, document, [set(target.file, path, writing.entry)])
  const meant = to.read(writing.entry)
  const is = to.read(here)
  const differing = meant.ok && is.ok ? world.differences(is.server, meant.server) : ["all"]
  const towards = steps(target.file, operationsBetween(here, writing.entry, path))
  if (place !== undefined && wanted.server.on === isListedOff(target, name, world))
    return [switchedBeside(pair, document, wanted.server.on, differing.length === 0 ? [] : towards)]
  if (differing.length === 0) return []
  const repair = { title: `make it what ${source.file} says`, steps: towards }
  const what = is.ok ? `its ${differing.join(" and its ")} ${differing.length === 1 ? "is" : "are"} not` : "it is not"
  return [found(pair, document, `${name}: ${what} what ${source.file} says`, directed(pair, repair, backwards(pair)))]
}

/** The other way round: what the target says, in the words of the source. `undefined`: it cannot be said there. */
function backwards({ source, target, name, world }: Pair): Unrated | undefined {
  const is = world.lens(target.lens).read(child(section(target, world), name) as Value)
  const there = child(section(source, world), name)
  if (!is.ok) return undefined
  const writing = world.lens(source.lens).write(is.server, there)
  // What is switched off beside the entry is not switched on by it.
  if (!writing.ok || (is.server.on && isListedOff(source, name, world))) return undefined
  const path = [...source.at, name]
  const towards = there === undefined ? [] : operationsBetween(there, writing.entry, path)
  return {
    title: `make ${source.file} say what stands here`,
    steps: there === undefined ? [set(source.file, path, writing.entry)] : steps(source.file, towards),
  }
}

type Unrated = Pick<Repair, "title" | "steps">

/** Which way a link goes: always one, the way that was gone since both were known to be good, or the way that a person chooses. */
function directed(pair: Pair, forth: Unrated, back: Unrated | undefined): readonly Repair[] {
  const safe = (repair: Unrated): Repair => ({ ...repair, safety: "safe" })
  const unsafe = (repair: Unrated): Repair => ({ ...repair, safety: "unsafe" })
  if (pair.link.policy === "source-wins") return [safe(forth)]
  const both = [forth, ...(back === undefined ? [] : [back])].map(unsafe)
  if (pair.link.policy === "ask") return both
  const moved = whoMoved(pair)
  if (moved === "source") return [safe(forth)]
  return moved === "target" && back !== undefined ? [safe(back)] : both
}

/** Who alone says something else than when both files were last known to be good; `undefined`: both do, or it is not known. */
function whoMoved({ source, target, name, world }: Pair): "source" | "target" | undefined {
  const moved = (end: CompiledLinkEnd) => {
    const [before, now] = [world.lastGood(end.file, end.at), section(end, world)]
    if (before === undefined) return undefined
    return !sameServer(child(before, name), child(now, name), world.lens(end.lens), world)
  }
  const [sourceMoved, targetMoved] = [moved(source), moved(target)]
  if (sourceMoved === undefined || targetMoved === undefined || sourceMoved === targetMoved) return undefined
  return sourceMoved ? "source" : "target"
}

function sameServer(left: Value | undefined, right: Value | undefined, lens: Lens, world: LinkWorld): boolean {
  if (left === undefined || right === undefined) return left === right
  const [one, two] = [lens.read(left), lens.read(right)]
  return one.ok && two.ok && world.differences(one.server, two.server).length === 0
}

/** In the source and not in the target: new there, or taken out here. */
function onlyThere(pair: Pair, document: Document, written: readonly RepairStep[]): readonly Finding[] {
  const { source, name } = pair
  const forth = { title: `add ${name} as ${source.file} says it`, steps: written }
  const back = {
    title: `take ${name} out of ${source.file} too`,
    steps: steps(source.file, [{ op: "remove", path: [...source.at, name] }]),
  }
  return [found(pair, document, `${name} is missing, which ${source.file} has`, directed(pair, forth, back))]
}

/** In the target and not in the source. Whoever added it by hand keeps it, unless the link says otherwise or the source had it once. */
function onlyHere(pair: Pair, document: Document): readonly Finding[] {
  const { link, source, target, name, world } = pair
  const removed: Unrated = {
    title: `remove ${name}`,
    steps: steps(target.file, [{ op: "remove", path: [...target.at, name] }]),
  }
  if (link.policy === "both-ways" && child(world.lastGood(source.file, source.at), name) === undefined) {
    const back = backwards(pair)
    if (back === undefined || whoMoved(pair) !== "target") return []
    return [found(pair, document, `${source.file} has no ${name} yet`, [{ ...back, safety: "safe" }])]
  }
  const once = link.policy === "both-ways" && whoMoved(pair) === "source"
  if (!link.exact && !once) return []
  return [found(pair, document, `${name} is not in ${source.file}`, directed(pair, removed, backwards(pair)))]
}

/**
 * A server that is on here and off in the source, or the other way round, by the list that the client keeps of those. To switch one on that is
 * off is for a person to say.
 * @param towards what of its entry is other than the source says: repaired with it, or not at all
 */
function switchedBeside(pair: Pair, document: Document, on: boolean, towards: readonly RepairStep[]): Finding {
  const { source, target, name, world } = pair
  const place = offPlace(target, world)
  if (place === undefined) throw new Error("a server is switched where there is no switch")
  const { title } = world.lens(target.lens)
  const list = valueAt(world.value(place.file), place.at)
  if (on) {
    const names = isArray(list) ? list : []
    const at = [...place.at, names.indexOf(name)]
    const back = steps(place.file, [{ op: "remove", path: at }])
    const message = `${name} is on in ${source.file}, and ${place.file} switches it off`
    const repair: Repair = {
      title: `switch ${name} on in ${place.file}`,
      safety: "unsafe",
      steps: [...towards, ...back],
    }
    return { ...found(pair, document, message, [repair]), severity: "warning" }
  }
  const message = `${name} is switched off in ${source.file}, and ${title} would start it`
  const isThere = world.exists(place.file)
  // Nobody knows what a file says that does not parse.
  if (isThere && world.value(place.file) === undefined) return found(pair, document, message, [])
  const create: RepairStep = { file: place.file, operation: { op: "create", text: emptyText(place.file) } }
  const off = steps(place.file, [{ op: "append", path: place.at, value: name }])
  const repair = {
    title: `switch ${name} off in ${place.file}`,
    steps: [...towards, ...(isThere ? [] : [create]), ...off],
  }
  return found(pair, document, message, directed(pair, repair, undefined))
}

function mustNotStand(pair: Pair, document: Document): Finding {
  const { source, target, name, world } = pair
  const message = `${name} is switched off in ${source.file}, and ${world.lens(target.lens).title} would start it`
  const path = [...target.at, name]
  const repair = { title: `remove ${name}`, steps: steps(target.file, [{ op: "remove", path }]) }
  return found(pair, document, message, directed(pair, repair, undefined))
}

/** @param at where it is told: at the source, where the target is not there */
function untellable(pair: Pair, document: Document, cannot: readonly string[], at = pair.target): Finding {
  const { link, source, target, name, world } = pair
  const { title } = world.lens(target.lens)
  const where = at === target ? "" : ` in ${target.file}`
  return {
    ...base(link, at, document, [...at.at, name]),
    message: `${name} cannot be what ${source.file} says${where}: ${title} cannot say it (${cannot.join("; ")})`,
    repairs: [],
    severity: "warning",
    hindrance: `${title} has no words for it: ${cannot.join("; ")}`,
  }
}

/** The file of a target is not there: it is told where the source is, because nobody looks at what is not there. */
function missingTarget(
  link: CompiledLink,
  target: CompiledLinkEnd,
  document: Document,
  world: LinkWorld,
): readonly Finding[] {
  const { source } = link
  const to = world.lens(target.lens)
  const written = namesIn(section(source, world)).flatMap((name) => {
    const read = readEnd(source, name, child(section(source, world), name) as Value, world)
    return !read.ok || (!read.server.on && !to.hasSwitch)
      ? []
      : [{ name, ...read, writing: to.write(read.server, undefined) }]
  })
  const entries = written.flatMap(({ name, writing }) =>
    writing.ok ? [set(target.file, [...target.at, name], writing.entry)] : [],
  )
  const unsaid = written.flatMap(({ name, server, writing }) =>
    writing.ok || !server.on
      ? []
      : [untellable({ link, source, target, name, world }, document, writing.cannot, source)],
  )
  if (entries.length === 0) return unsaid
  const create: RepairStep = { file: target.file, operation: { op: "create", text: emptyText(target.file) } }
  const repair: Repair = {
    title: `create ${target.file} with what ${source.file} says`,
    safety: link.policy === "source-wins" ? "safe" : "unsafe",
    steps: [create, ...entries],
  }
  const message = `${target.file} is not there, which shall say the same for ${to.title}`
  return [{ ...base(link, source, document, source.at), message, repairs: [repair] }, ...unsaid]
}

function emptyText(file: string): string {
  return /\.(?:json|jsonc)$/.test(file) ? "{}\n" : ""
}

function set(file: string, path: Path, value: Value): RepairStep {
  return { file, document: 0, operation: { op: "set", path, value } }
}

function steps(file: string, operations: ReturnType<typeof operationsBetween>): readonly RepairStep[] {
  return operations.map((operation) => ({ file, document: 0, operation }))
}

function found(pair: Pair, document: Document, message: string, repairs: readonly Repair[]): Finding {
  const { link, target, name } = pair
  return { ...base(link, target, document, [...target.at, name]), message, repairs }
}

function base(
  link: CompiledLink,
  end: CompiledLinkEnd,
  document: Document,
  path: Path,
): Omit<Finding, "message" | "repairs"> {
  const nearest = closest(document, path)
  const place = document.locate(nearest)
  return {
    file: end.file,
    document: 0,
    rule: link.id,
    kind: "link",
    severity: "error",
    path,
    span: place?.key ?? place?.value ?? document.span,
    priority: 0,
  }
}

function closest(document: Document, path: Path): Path {
  for (let length = path.length; length > 0; length--) {
    const upper = path.slice(0, length)
    if (valueAt(document.value, upper) !== undefined) return upper
  }
  return []
}
