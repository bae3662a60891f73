import type { Source } from "../model/source.ts"
import { sensitivePaths } from "./sensitive.ts"

/**
 * What this process has read besides the files that a result is about, and what it says may quote: rules, the environment, files that rules look at.
 * Kept only, and looked through for secrets when something is said.
 */
const texts = new Set<string>()
const sources = new Map<string, Source>()

export function mayQuote(text: string): void {
  texts.add(text)
}

/** A file, if the configuration marks something in it. */
export function mayQuoteFile(source: Source): void {
  if (sensitivePaths(source.path).length > 0) sources.set(source.path, source)
}

export function quotable(): { readonly texts: readonly string[]; readonly sources: readonly Source[] } {
  return { texts: [...texts], sources: [...sources.values()] }
}
