import type { Lens, Reading } from "../model/lens.ts"
import { type Path, valueAt } from "../model/path.ts"
import { isArray, type Value } from "../model/value.ts"
import type { CompiledLinkEnd } from "./compiled.ts"

/** A list of servers that must not start, in a project. */
export interface OffPlace {
  readonly file: string
  readonly at: Path
}

/** What must be known of the files beside a list of servers. */
export interface OffWorld {
  readonly value: (file: string) => Value | undefined
  readonly lens: (id: string) => Lens
}

/** Where the client of an end is told which of its servers must not start, apart from their entries; `undefined`: nowhere that is known. */
export function offPlace(end: CompiledLinkEnd, world: Pick<OffWorld, "lens">): OffPlace | undefined {
  const { hasSwitch, offList } = world.lens(end.lens)
  if (hasSwitch || offList === undefined) return undefined
  if (end.file !== offList.of && !end.file.endsWith(`/${offList.of}`)) return undefined
  return { file: end.file.slice(0, -offList.of.length) + offList.file, at: offList.at }
}

/** Whether a server is named there. */
export function isListedOff(end: CompiledLinkEnd, name: string, world: OffWorld): boolean {
  const place = offPlace(end, world)
  const list = place === undefined ? undefined : valueAt(world.value(place.file), place.at)
  return isArray(list) && list.includes(name)
}

/** What an end says of a server: its entry, and whether it is on by all that its client reads. */
export function readEnd(end: CompiledLinkEnd, name: string, entry: Value, world: OffWorld): Reading {
  const read = world.lens(end.lens).read(entry)
  return read.ok && isListedOff(end, name, world) ? { ok: true, server: { ...read.server, on: false } } : read
}
