import { matcher } from "../engine/glob.ts"
import type { ValueChange } from "../engine/valueChanges.ts"

/** What clients write into a file of theirs that they only read. It means nothing, and would be there again as soon as it was put back. */
const writes = [
  {
    files: ["opencode.json{,c}", "**/opencode/config.json"],
    key: "$schema",
    value: /^https:\/\/opencode\.ai\/config\.json$/,
  },
  { files: ["**/.qwen/settings.json"], key: "$version", value: /^\d+$/ },
].map((each) => ({ ...each, writes: matcher(each.files) }))

/** Whether a change is one that the client of a file makes when it is started. */
export function isClients(path: string, { path: place, before, after }: ValueChange): boolean {
  if (before !== undefined || place.length !== 1) return false
  return writes.some((each) => each.key === place[0] && each.value.test(String(after)) && each.writes(path))
}
