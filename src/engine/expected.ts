import { compile, type JSONPathQuery, type JSONValue } from "json-p3"
import { type Path, startsWith } from "../model/path.ts"
import type { ExpectedChange } from "../model/policy.ts"
import { toJson, type Value } from "../model/value.ts"
import { found } from "./regex.ts"
import type { ValueChange } from "./valueChanges.ts"

type Roots = readonly (Value | undefined)[]

/**
 * Whether each of the changes is expected: there is at least one, and each is at or below a place that a pattern means, before or after it, and leads
 * to a value that the pattern describes. What is removed has the value "".
 */
export function allExpected(
  changes: readonly ValueChange[],
  expect: readonly ExpectedChange[],
  before: Roots,
  after: Roots,
): boolean {
  if (changes.length === 0 || expect.length === 0) return false
  const places = new Map<string, readonly Path[]>()
  const placesIn = (document: number, path: string) => {
    const key = `${document} ${path}`
    const known = places.get(key) ?? [before[document], after[document]].flatMap((root) => placesOf(root, path))
    places.set(key, known)
    return known
  }
  return changes.every((change) =>
    expect.some(
      ({ path, value }) =>
        (value === undefined || found(textOf(change.after), `^(?:${value})$`)) &&
        placesIn(change.document, path).some((place) => startsWith(change.path, place)),
    ),
  )
}

/** Whether a text is a JSONPath. */
export function isQuery(text: string): boolean {
  return queryOf(text) !== undefined
}

function queryOf(text: string): JSONPathQuery | undefined {
  try {
    return compile(text)
  } catch {
    return undefined
  }
}

function placesOf(root: Value | undefined, path: string): readonly Path[] {
  if (root === undefined) return []
  const json: JSONValue = JSON.parse(JSON.stringify(toJson(root)))
  return (
    queryOf(path)
      ?.query(json)
      .nodes.map(({ location }) => location) ?? []
  )
}

/** A text as it is, anything else as JSON. */
function textOf(value: Value | undefined): string {
  if (value === undefined) return ""
  return typeof value === "string" ? value : JSON.stringify(toJson(value))
}
