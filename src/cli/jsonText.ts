/** An answer of the app as indented JSON; an integer too big for a double becomes the nearest one, as everywhere in JSON output. */
export function jsonText(answer: unknown): string {
  return `${JSON.stringify(answer, (_, value) => (typeof value === "bigint" ? Number(value) : value), 2)}\n`
}
