import { decode } from "../model/source.ts"
import { keyOf } from "../store/place.ts"
import { readLastGood } from "../store/readLastGood.ts"
import { placeOf, type Remembered } from "./storePlace.ts"

/** The text of a file's last known-good state; `undefined` when none is remembered. Looks nowhere before it is asked. */
export type LastGood = (path: string) => string | undefined

export function lastGoodOf(remembered: Remembered): LastGood {
  const known = new Map<string, string | undefined>()
  return (path) => {
    if (!known.has(path)) known.set(path, textOf(remembered, path))
    return known.get(path)
  }
}

function textOf(remembered: Remembered, path: string): string | undefined {
  const place = placeOf(remembered)
  const bytes = readLastGood(place, keyOf(place, remembered.system.root, path))
  if (bytes === undefined) return undefined
  const decoded = decode(path, bytes)
  return decoded.ok ? decoded.source.text : undefined
}
