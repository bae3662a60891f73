import { fromPointer, type Path, valueAt } from "../../model/path.ts"
import { isArray, isObject, keysOf, type ObjectValue, type Value } from "../../model/value.ts"
import { quickPattern } from "../quickPattern.ts"
import type { ResolveSchema } from "../schemaReader.ts"
import type { IdentityKey, ListKind, ListKindsOf } from "./listIdentity.ts"

/** More parts of a schema than these do not speak of one place. */
const most = 500

/** A part of a schema, in the whole that its references are looked up in. */
interface Part {
  readonly schema: ObjectValue
  readonly root: Value
}

/**
 * What a JSON Schema says of the elements of lists: `uniqueItems`, and the words of Kubernetes, `x-kubernetes-list-type` with `x-kubernetes-list-map-keys`, and
 * `x-kubernetes-patch-merge-key`; which lists and objects are one thing (`atomic`). Of alternatives all count that speak of the place.
 * @param resolve finds the other schemas that it refers to.
 */
export function listsOfSchema(schema: Value, resolve: ResolveSchema): ListKindsOf {
  const known = new Map<string, readonly Part[]>()
  const partsAt = (path: Path): readonly Part[] => {
    const key = JSON.stringify(path)
    const parts = known.get(key) ?? found(path)
    known.set(key, parts)
    return parts
  }
  const found = (path: Path): readonly Part[] => {
    const step = path.at(-1)
    if (step === undefined) return expanded([{ schema, root: schema }], resolve)
    return expanded(
      partsAt(path.slice(0, -1)).flatMap((part) => below(part, step)),
      resolve,
    )
  }
  return (path) => {
    const parts = partsAt(path)
    const kinds = parts.flatMap((part) => kindsOf(part, resolve))
    return [...new Map(kinds.map((kind) => [JSON.stringify(kind), kind])).values()]
  }
}

type Loose = { readonly schema: Value | undefined; readonly root: Value }

/** The parts with all that they refer to and are put together from. */
function expanded(start: readonly Loose[], resolve: ResolveSchema): readonly Part[] {
  const seen = new Set<Value>()
  const parts: Part[] = []
  const open = [...start]
  for (let next = open.shift(); next !== undefined && parts.length < most; next = open.shift()) {
    const { schema, root } = next
    if (!isObject(schema) || seen.has(schema)) continue
    seen.add(schema)
    parts.push({ schema, root })
    const others = [schema.if, schema.then, schema.else, ...[schema.allOf, schema.anyOf, schema.oneOf].flatMap(listOf)]
    open.push(...others.map((each) => ({ schema: each, root })))
    if (typeof schema.$ref === "string") open.push(referred(schema.$ref, root, resolve))
  }
  return parts
}

function listOf(value: Value | undefined): readonly Value[] {
  return isArray(value) ? value : []
}

function referred(reference: string, root: Value, resolve: ResolveSchema): Loose {
  const at = reference.indexOf("#")
  const [url, fragment] = at < 0 ? [reference, ""] : [reference.slice(0, at), reference.slice(at + 1)]
  const whole = url === "" || url === idOf(root) ? root : (resolve(url) ?? null)
  const path = fromPointer(decoded(fragment), whole)
  return { schema: path === undefined ? anchored(whole, fragment) : valueAt(whole, path), root: whole }
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment)
  } catch {
    return fragment
  }
}

function idOf(schema: Value): Value | undefined {
  return isObject(schema) ? (schema.$id ?? schema.id) : undefined
}

function anchored(value: Value, name: string): Value | undefined {
  if (isObject(value) && (value.$anchor === name || value.$id === `#${name}` || value.id === `#${name}`)) return value
  const inner = isArray(value) ? value : isObject(value) ? keysOf(value).map((key) => value[key] as Value) : []
  for (const each of inner) {
    const found = anchored(each, name)
    if (found !== undefined) return found
  }
  return undefined
}

function below({ schema, root }: Part, step: string | number): readonly Loose[] {
  const schemas = typeof step === "number" ? ofElement(schema, step) : ofMember(schema, step)
  return schemas.map((each) => ({ schema: each, root }))
}

function ofElement(schema: ObjectValue, index: number): readonly (Value | undefined)[] {
  const { items, prefixItems, additionalItems } = schema
  if (isArray(items)) return [items[index] ?? additionalItems]
  return [listOf(prefixItems)[index] ?? items, schema.contains]
}

function ofMember(schema: ObjectValue, key: string): readonly (Value | undefined)[] {
  const { properties, patternProperties, additionalProperties, unevaluatedProperties } = schema
  const own = isObject(properties) && Object.hasOwn(properties, key) ? [properties[key]] : []
  const patterned = isObject(patternProperties)
    ? keysOf(patternProperties).flatMap((pattern) => (matches(pattern, key) ? [patternProperties[pattern]] : []))
    : []
  const named = [...own, ...patterned]
  return named.length > 0 ? named : [additionalProperties, unevaluatedProperties]
}

/** A pattern that is none, or that would take too long, says nothing here. */
function matches(pattern: string, key: string): boolean {
  try {
    return quickPattern(pattern, "u").test(key)
  } catch {
    return false
  }
}

function kindsOf(part: Part, resolve: ResolveSchema): readonly ListKind[] {
  const { schema } = part
  const type = schema["x-kubernetes-list-type"]
  if (type === "atomic" || schema["x-kubernetes-map-type"] === "atomic") return [{ kind: "atomic" }]
  const keys = listOf(schema["x-kubernetes-list-map-keys"]).filter((key) => typeof key === "string")
  const patch = schema["x-kubernetes-patch-merge-key"]
  const named = (key: string) => identityKey(part, key, resolve)
  const [first, ...others] = keys
  return [
    ...(first === undefined || (type !== undefined && type !== "map")
      ? []
      : [{ kind: "keyed" as const, keys: [named(first), ...others.map(named)] as const }]),
    ...(typeof patch === "string" ? [{ kind: "keyed" as const, keys: [named(patch)] as const }] : []),
    ...(schema.uniqueItems === true || type === "set" ? [{ kind: "set" as const }] : []),
  ]
}

/** What counts where a key is absent stands in the schema of the elements. */
function identityKey({ schema, root }: Part, key: string, resolve: ResolveSchema): IdentityKey {
  const elements = expanded(
    ofElement(schema, 0).map((each) => ({ schema: each, root })),
    resolve,
  )
  const members = expanded(
    elements.flatMap((part) => below(part, key)),
    resolve,
  )
  const [preset] = members.flatMap((part) => part.schema.default ?? [])
  return preset === undefined ? { path: [key] } : { path: [key], default: preset }
}
