import type { CompiledLink, CompiledLinkEnd } from "./compiled.ts"
import { type OffWorld, offPlace } from "./offList.ts"

/** The files of all links that one of these files has a part in: as a side of it, or as the list of what is off that the client of a side keeps beside it. */
export function linkedFiles(
  links: readonly CompiledLink[],
  paths: readonly string[],
  world: Pick<OffWorld, "lens">,
): ReadonlySet<string> {
  const isAmong = (end: CompiledLinkEnd) =>
    paths.includes(end.file) || paths.includes(offPlace(end, world)?.file ?? end.file)
  const ends = links.map(({ source, targets }) => [source, ...targets]).filter((each) => each.some(isAmong))
  return new Set(ends.flat().map(({ file }) => file))
}
