import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { GitPlace } from "./place.ts"

/** What was staged just now lies in a file of its own; the header is small. */
const header = 32

/**
 * An object that git keeps in a file of its own, as what was staged a moment ago; reading it saves the start of git.
 * @param limit of bytes.  @returns `null` for what lies elsewhere, is of another type, is larger or is damaged: git itself is asked then
 */
export function readLoose(
  { common, environment }: GitPlace,
  name: string,
  limit: number,
  wanted: "blob" | "tree" | "commit" = "blob",
): Buffer | null {
  const folder = environment.GIT_OBJECT_DIRECTORY ?? join(common, "objects")
  try {
    const packed = readFileSync(join(folder, name.slice(0, 2), name.slice(2)))
    const { inflateSync } = process.getBuiltinModule("node:zlib")
    const bytes = inflateSync(packed, { maxOutputLength: limit + header })
    const end = bytes.indexOf(0)
    const [type, size] = bytes.toString("latin1", 0, end).split(" ")
    const length = bytes.length - end - 1
    const whole = end > 0 && type === wanted && Number(size) === length && length <= limit
    return whole ? bytes.subarray(end + 1) : null
  } catch {
    return null
  }
}
