import { child, type Value } from "./value.ts"

/** Keys and 0-based indices from the root of one document. The empty path is the root. */
export type Path = readonly (string | number)[]

/** The node at a path; `undefined` when there is none. */
export function valueAt(root: Value | undefined, path: Path): Value | undefined {
  let value = root
  for (const step of path) value = child(value, step)
  return value
}

/** RFC 6901. @example toPointer(["a/b", 0]) === "/a~1b/0" */
export function toPointer(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("")
}

/**
 * Read an RFC 6901 pointer against a value, which tells indices from keys.
 * @returns `undefined` when the text is no pointer. A step below what does not exist is a key, so that `set` can create it.
 */
export function fromPointer(pointer: string, root: Value | undefined): Path | undefined {
  if (pointer !== "" && !pointer.startsWith("/")) return undefined
  if (/~(?![01])/.test(pointer)) return undefined
  const path: (string | number)[] = []
  let value = root
  for (const raw of pointer.split("/").slice(1)) {
    const key = raw.replaceAll("~1", "/").replaceAll("~0", "~")
    const step = Array.isArray(value) && /^(?:0|[1-9][0-9]*)$/.test(key) ? Number(key) : key
    path.push(step)
    value = child(value, step)
  }
  return path
}

/** A path as people write it. @example formatPath(["mcp", "a.b", 0]) === '$.mcp["a.b"][0]' */
export function formatPath(path: Path): string {
  const step = (part: string | number) =>
    typeof part === "number"
      ? `[${part}]`
      : /^[A-Za-z_][A-Za-z0-9_]*$/.test(part)
        ? `.${part}`
        : `[${JSON.stringify(part)}]`
  return `$${path.map(step).join("")}`
}

export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((step, index) => step === path[index])
}
