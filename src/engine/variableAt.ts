import type { Path } from "../model/path.ts"
import { isArray, isObject, keysOf, type Value } from "../model/value.ts"
import type { World } from "../model/world.ts"

/** Lists of which each entry is one server, or one provider of models. */
const lists = /^(?:mcp|mcp_?servers|servers|context_servers|provider|model_providers)$/i
const variables = /^(?:env|environment)$/i
/** Keys that say nothing of what is secret. */
const silent = /^(?:headers|http_headers|options|requestOptions)$/i

/**
 * The variable that a secret could be taken from: the name it has where it is set for a server, else one made of where it stands. No two secrets of a
 * document get the same, none that is set to something else, and none that the document refers to without its being known to be set to this.
 * @returns `undefined` where no secret stands
 */
export function variableAt(place: Path, root: Value | undefined, world: World): string | undefined {
  const known = named.get(world)
  const names = known !== undefined && known.root === root ? known.names : variablesOf(root, world)
  if (known?.names !== names) named.set(world, { root, names })
  return names.get(JSON.stringify(place))
}

/** A rule asks for each secret, and all are named together. */
const named = new WeakMap<World, { readonly root: Value | undefined; readonly names: ReadonlyMap<string, string> }>()

function variablesOf(root: Value | undefined, world: World): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const taken = new Map<string, string>()
  const texts = root === undefined ? "" : JSON.stringify(root, (_, value) => (typeof value === "bigint" ? 0 : value))
  for (const { path, text } of secretsOf(root, world)) {
    const secret = world.secrets().get(text)?.parts.join("\n") ?? text
    const free = (name: string) => {
      const set = world.environment(name)
      if (set !== undefined) return set === secret && (taken.get(name) ?? secret) === secret
      return (taken.get(name) ?? secret) === secret && !refersTo(texts, name)
    }
    const name = firstFree(namesFor(path), free)
    taken.set(name, secret)
    names.set(JSON.stringify(path), name)
  }
  return names
}

function* secretsOf(root: Value | undefined, world: World): Iterable<{ readonly path: Path; readonly text: string }> {
  const open: { readonly value: Value | undefined; readonly path: Path }[] = [{ value: root, path: [] }]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { value, path } = node
    if (typeof value === "string" && world.secrets().has(value)) yield { path, text: value }
    const keys = isArray(value) ? [...value.keys()] : isObject(value) ? keysOf(value) : []
    for (const key of keys.toReversed())
      open.push({
        value: isArray(value) ? value[Number(key)] : isObject(value) ? value[key] : undefined,
        path: [...path, key],
      })
  }
}

/** In any client's words. */
function refersTo(texts: string, name: string): boolean {
  return new RegExp(`\\{env:${name}\\}|\\$\\{(?:env:)?${name}[}:]|\\$${name}(?!\\w)`).test(texts)
}

function firstFree(names: readonly string[], free: (name: string) => boolean): string {
  const found = names.find(free)
  if (found !== undefined) return found
  const last = names.at(-1) ?? "SECRET"
  for (let count = 2; ; count++) if (free(`${last}_${count}`)) return `${last}_${count}`
}

/** The nearest first. */
function namesFor(path: Path): readonly string[] {
  const at = path.findIndex((key) => typeof key === "string" && lists.test(key))
  const owner = at < 0 ? "" : constant(String(path[at + 1] ?? ""))
  const last = path.at(-1) ?? ""
  const own = path.slice(at < 0 ? 0 : at + 2).filter((key) => typeof key !== "string" || !silent.test(key))
  const what =
    typeof last === "number" || last === "url" ? "SECRET" : last === "Authorization" ? "TOKEN" : constant(last)
  const long = joined(owner, what)
  if (typeof path.at(-2) === "string" && variables.test(String(path.at(-2))))
    return [/^[A-Za-z_]\w*$/.test(String(last)) ? String(last) : what, long]
  return [owner === "" && typeof last === "number" ? joined(constant(own.slice(0, -1).join("_")), what) : long]
}

/** `github` and `GITHUB_TOKEN` make no `GITHUB_GITHUB_TOKEN`. */
function joined(owner: string, what: string): string {
  const name = owner === "" || what.startsWith(`${owner}_`) ? what : `${owner}_${what}`
  return /^[0-9]/.test(name) ? `_${name}` : name
}

/** `apiKey` and `api-key` become `API_KEY`. */
function constant(text: string | number): string {
  const words = String(text)
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
  return words === "" ? "SECRET" : words.toUpperCase()
}
