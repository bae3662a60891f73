import { compile, type JSONPathQuery, type JSONValue } from "json-p3"
import { CfgsyncError } from "../model/errors.ts"
import { fromPointer, type Path } from "../model/path.ts"
import { child, DateTime, isArray, isObject, keysOf, type Value } from "../model/value.ts"

/**
 * A PATH of the command line: a JSONPath to one place (`$.a["b"][0]`) or a JSON Pointer (`/a/b/0`; the empty text is the root).
 * @param root tells the indices of a pointer from keys, and where a negative index counts from.
 * @throws CfgsyncError `path-invalid` for anything else, with what to write instead.
 */
export function parsePathArgument(text: string, root: Value | undefined): Path {
  if (text === "" || text.startsWith("/")) {
    const path = fromPointer(text, root)
    if (path === undefined) throw invalid(text, 'in a JSON Pointer "~" is written ~0 and "/" in a key ~1')
    return path
  }
  if (!text.startsWith("$")) throw invalid(text, bareHint(text))
  return pathOf(parse(text), text, root)
}

/** All places in a value that a JSONPath names. @throws CfgsyncError `path-invalid` */
export function queryPaths(text: string, root: Value): readonly Path[] {
  return parse(text)
    .query(jsonOf(root))
    .nodes.map(({ location }) => location)
}

/** What JSON cannot say has no place below it, so that it is all the same what stands for it. */
function jsonOf(value: Value): JSONValue {
  if (isArray(value)) return value.map(jsonOf)
  if (isObject(value)) return Object.fromEntries(keysOf(value).map((key) => [key, jsonOf(value[key] ?? null)]))
  return typeof value === "bigint" || value instanceof DateTime ? String(value) : value
}

function parse(text: string): JSONPathQuery {
  try {
    return compile(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error)
    throw invalid(text, `write a JSONPath such as $.a["b"][0], or a JSON Pointer such as /a/b/0 (${reason})`, error)
  }
}

function pathOf(query: JSONPathQuery, text: string, root: Value | undefined): Path {
  if (!query.singularQuery())
    throw invalid(text, "name one place: no *, .., slices, filters or several names", undefined)
  const path: (string | number)[] = []
  let value = root
  for (const segment of query.segments) {
    const step = stepOf(segment.selectors[0], value)
    if (step === undefined) throw invalid(text, "a negative index needs a list that is long enough")
    path.push(step)
    value = child(value, step)
  }
  return path
}

function stepOf(selector: object | undefined, value: Value | undefined): string | number | undefined {
  if (selector === undefined) return undefined
  if ("name" in selector && typeof selector.name === "string") return selector.name
  if (!("index" in selector) || typeof selector.index !== "number") return undefined
  if (selector.index >= 0) return selector.index
  const index = isArray(value) ? value.length + selector.index : -1
  return index < 0 ? undefined : index
}

function bareHint(text: string): string {
  return /^[\w.[\]"'-]+$/.test(text)
    ? `write $.${text}, or as a JSON Pointer /${text.replace(/[.[]/g, "/").replace(/["'\]]/g, "")}`
    : "write a JSONPath such as $.a.b, or a JSON Pointer such as /a/b"
}

function invalid(text: string, hint: string, cause?: unknown): CfgsyncError {
  return new CfgsyncError("path-invalid", `"${text}" is no path to one place`, hint, { cause })
}
