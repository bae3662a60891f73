import { nearest } from "../src/model/nearest.ts"

/** @returns "did you mean `x`?" for the one nearest word that a typing error could have come from, else `undefined`. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const near = nearest(word, [...candidates])
  return near === undefined ? undefined : `did you mean \`${near.word}\`?`
}
