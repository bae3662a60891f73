import type { CompiledLink } from "./compiled.ts"

/** The files of all links that one of these files has a part in. */
export function linkedFiles(links: readonly CompiledLink[], paths: readonly string[]): ReadonlySet<string> {
  const filesOf = ({ source, targets }: CompiledLink) => [source, ...targets].map(({ file }) => file)
  return new Set(
    links
      .map(filesOf)
      .filter((files) => files.some((file) => paths.includes(file)))
      .flat(),
  )
}
