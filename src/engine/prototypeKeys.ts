import type { Path } from "../model/path.ts"
import { child, isArray, isObject, keysOf, type Value } from "../model/value.ts"

const name = "__proto__"
/** More of them in one document are not listed one by one. */
const most = 20

/**
 * Where a key is called `__proto__`. Programs in JavaScript that copy or merge what they read lose such a key, or set the prototype of what they
 * merge it into; no setting is called so.
 * @param text the document's: a name can be written with escapes.
 */
export function prototypeKeys(text: string, value: Value): readonly Path[] {
  if (!text.includes(name) && !/\\[uUx]/.test(text)) return []
  const found: Path[] = []
  const path: (string | number)[] = []
  const look = (at: Value) => {
    if (!isArray(at) && !isObject(at)) return
    if (isObject(at) && Object.hasOwn(at, name) && found.length < most) found.push([...path, name])
    for (const step of isArray(at) ? at.keys() : keysOf(at)) {
      path.push(step)
      const inner = child(at, step)
      if (inner !== undefined) look(inner)
      path.pop()
    }
  }
  look(value)
  return found
}
