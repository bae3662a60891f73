import { decode } from "../model/source.ts"
import { damagedContent, unpack } from "../store/content.ts"
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
  const content = readLastGood(place, keyOf(place, remembered.system.root, path))
  // Rules are decided without waiting, and a key takes its time: what is sealed is for people to go back to.
  if (content === undefined || content.sealed) return undefined
  const bytes = unpack(content)
  if (bytes === undefined) throw damagedContent(content.hash, place.folder)
  const decoded = decode(path, bytes)
  return decoded.ok ? decoded.source.text : undefined
}
