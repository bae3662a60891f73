import type { Value } from "../../src/model/value.ts"

/**
 * The value of a text of strict JSON by the engine's own parser, several times faster than a tree.
 * @param keys how many keys the text holds.
 * @returns `undefined` where that value would not be the whole truth: the text is wrong, a key is repeated, or a key like "10" has moved.
 */
export function plainValue(text: string, keys: number): Value | undefined {
  let value: Value
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return countKeys(value) === keys ? value : undefined
}

/** NaN when an object has an integer-like key, which JavaScript puts first whatever the text says. */
function countKeys(value: Value): number {
  if (typeof value !== "object" || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) count += countKeys(item)
    return count
  }
  const object = value as { readonly [key: string]: Value }
  for (const key in object) {
    const unit = key.charCodeAt(0)
    if (count === 0 && unit >= 48 && unit <= 57) return Number.NaN
    count += 1 + countKeys(object[key] as Value)
  }
  return count
}
