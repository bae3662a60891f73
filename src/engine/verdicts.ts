import { DateTime, isArray, isObject, keysOf, type Value } from "../model/value.ts"
import type { CompiledRule } from "./compiled.ts"
import type { FactValues, Inference } from "./jsonRulesEngine.ts"

/** Characters of a key; facts that need more are rare and are asked about every time. */
const longestKey = 400
const mostKeys = 2000

/**
 * Whether a rule fires, as json-rules-engine says. A verdict depends on the facts alone, so one set of facts is put to it once: in a
 * repository of many like files, most questions repeat.
 */
export class Verdicts {
  readonly #known = new WeakMap<CompiledRule, Map<string, boolean>>()
  #inference: Promise<Inference> | undefined

  /** @returns at once when the same facts were asked about before. */
  of(rule: CompiledRule, facts: FactValues): boolean | Promise<boolean> {
    const key = keyOf(facts)
    if (key === undefined) return this.#ask(rule, facts)
    let known = this.#known.get(rule)
    if (known === undefined) {
      known = new Map()
      this.#known.set(rule, known)
    }
    return known.get(key) ?? this.#learn(rule, facts, known, key)
  }

  async #learn(rule: CompiledRule, facts: FactValues, known: Map<string, boolean>, key: string): Promise<boolean> {
    const fires = await this.#ask(rule, facts)
    if (known.size >= mostKeys) known.clear()
    known.set(key, fires)
    return fires
  }

  async #ask(rule: CompiledRule, facts: FactValues): Promise<boolean> {
    const inference = await this.inference()
    return (await inference.ask(rule, facts)).result === true
  }

  /** The engine is loaded when the first rule has something to decide. */
  inference(): Promise<Inference> {
    this.#inference ??= import("./jsonRulesEngine.ts").then((module) => new module.Inference())
    return this.#inference
  }
}

/** A text that differs whenever a verdict could; `undefined` when it would be long. Key order counts, because `is sorted` looks at it. */
function keyOf(facts: FactValues): string | undefined {
  let key = ""
  for (const value of facts.values()) {
    key = addValue(key, value)
    if (key.length > longestKey) return undefined
  }
  return key
}

function addValue(key: string, value: Value | undefined): string {
  if (key.length > longestKey) return key
  if (typeof value === "string")
    return value.length > longestKey ? key.padEnd(longestKey + 1) : `${key}s${value.length}:${value}`
  if (isArray(value)) return `${value.reduce<string>(addValue, `${key}[`)}]`
  if (isObject(value)) {
    return `${keysOf(value).reduce((text, name) => addValue(addValue(text, name), value[name]), `${key}{`)}}`
  }
  if (value instanceof DateTime) return `${key}d${value.text};`
  return `${key}${value === undefined ? "-" : typeof value === "bigint" ? `${value}n` : String(value)};`
}
