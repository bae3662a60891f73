import { validRange as parseRange, satisfies, valid } from "semver"

/** Whether a text is a semver range such as `^1.2` or `>=1 <3`. */
export function validRange(text: string): boolean {
  return parseRange(text) !== null
}

/** Whether a text is a version, and one of those in the range. */
export function inRange(version: string, range: string): boolean {
  return valid(version) !== null && satisfies(version, range)
}
