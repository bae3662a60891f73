/**
 * Where `JSON.parse` stopped. Of what it says itself nothing is taken over: that quotes the text, in which there may be a secret.
 * @returns " at character 13", counted from 1, or " at its end"; "" where it says no place
 */
export function jsonFault(error: unknown): string {
  const message = error instanceof SyntaxError ? error.message : ""
  // What ends so quotes nothing.
  const [, position] = / at position (\d+)(?: \(line \d+ column \d+\))?$/.exec(message) ?? []
  if (position !== undefined) return ` at character ${Number(position) + 1}`
  return message === "Unexpected end of JSON input" ? " at its end" : ""
}
