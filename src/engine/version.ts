import { validRange as parseRange } from "semver"

/** Whether a text is a semver range such as `^1.2` or `>=1 <3`. */
export function validRange(text: string): boolean {
  return parseRange(text) !== null
}
