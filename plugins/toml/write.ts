import { DateTime, isArray, isObject, keysOf, type ObjectValue, type Value } from "../../src/model/value.ts"
import type { Node } from "./tree.ts"

/** The operation cannot be said in TOML, or not without guessing; the message is for people. */
export class Refused extends Error {}

export function keyText(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : basicString(name)
}

/** A value on one line, whatever it is. */
export function valueText(value: Value): string {
  if (value === null) throw new Refused("TOML has no null; remove the key instead")
  if (typeof value === "string") return basicString(value)
  if (typeof value === "number") return numberText(value)
  if (typeof value === "bigint") return integerText(value)
  if (typeof value === "boolean") return String(value)
  if (value instanceof DateTime) return value.text
  if (isArray(value)) return `[${value.map(valueText).join(", ")}]`
  const members = keysOf(value).map((key) => `${keyText(key)} = ${valueText(value[key] as Value)}`)
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`
}

function basicString(value: string): string {
  if (!value.isWellFormed()) throw new Refused("this text holds half of a surrogate pair, which no file can hold")
  return JSON.stringify(value).replaceAll("\u007f", "\\u007f")
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "nan"
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf"
  // Beyond 64 bits it can only be a float; a zero keeps no sign, since the two are one value.
  if (Number.isInteger(value) && Math.abs(value) >= 2 ** 63) return floatText(value)
  return String(value === 0 ? 0 : value)
}

function floatText(value: number): string {
  const text = value.toExponential()
  return text.includes(".") ? text : text.replace("e", ".0e")
}

function integerText(value: bigint): string {
  if (BigInt.asIntN(64, value) !== value) throw new Refused("this integer does not fit in 64 bits, as TOML needs")
  return String(value)
}

/** A value in the style of the one it replaces: kind of quotes, float stays float. */
export function restyled(text: string, node: Node | undefined, value: Value, eol: string): string {
  if (node?.kind !== "scalar") return valueText(value)
  if (typeof value === "string" && node.ast.kind === "string")
    return stringLike(text.slice(...node.ast.range), value, eol) ?? valueText(value)
  if (typeof value === "number" && node.ast.kind === "float" && Number.isInteger(value)) {
    const written = valueText(value)
    return /[.e]/.test(written) ? written : `${written}.0`
  }
  return valueText(value)
}

function stringLike(old: string, value: string, eol: string): string | undefined {
  if (!value.isWellFormed()) return undefined
  const quotes = /^(?:"""|'''|"|')/.exec(old)?.[0]
  const multiline = quotes?.length === 3
  const unprintable = multiline ? /(?![\t\n])\p{Cc}/u : /(?!\t)\p{Cc}/u
  if (multiline && !value.includes("\n") && !old.includes("\n")) return undefined
  // Its line ends would be those of the file, or a stranger among them.
  if (multiline && value.includes("\n") && (eol === "\r\n" || value.includes("\r"))) return undefined
  // The first line end behind the quotes is no part of the text.
  const lead = old[3] === "\n" || value.startsWith("\n") ? "\n" : ""
  if (quotes === "'") return unprintable.test(value) || value.includes("'") ? undefined : `'${value}'`
  if (quotes === "'''")
    return unprintable.test(value) || value.includes("'''") || value.endsWith("'") ? undefined : `'''${lead}${value}'''`
  if (quotes !== '"""') return undefined
  const escaped = value
    .replaceAll("\\", "\\\\")
    .replace(/"""|"$/g, (found) => found.replaceAll('"', '\\"'))
    .replace(/(?![\t\n])\p{Cc}/gu, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`)
  return `"""${lead}${escaped}"""`
}

export interface SectionStyle {
  readonly eol: string
  readonly headerIndent: string
  readonly memberIndent: string
  /** What stands between two sections. */
  readonly gap: string
}

/**
 * A table as a section of its own, objects in it as sections below it.
 * @param name dotted key as it is to be written.  @returns lines without the last line end.
 */
export function sectionText(name: string, value: ObjectValue, kind: "[" | "[[", style: SectionStyle): string {
  const below = keysOf(value).filter((key) => isFilled(value[key]))
  const own = keysOf(value).filter((key) => !below.includes(key))
  const close = kind === "[" ? "]" : "]]"
  const lines = own.map((key) => `${style.memberIndent}${keyText(key)} = ${valueText(value[key] as Value)}`)
  const header = own.length > 0 || below.length === 0 || kind === "[["
  const block = header ? [[`${style.headerIndent}${kind}${name}${close}`, ...lines].join(style.eol)] : []
  const blocks = below.map((key) => sectionText(`${name}.${keyText(key)}`, value[key] as ObjectValue, "[", style))
  return [...block, ...blocks].join(style.eol + style.gap)
}

function isFilled(value: Value | undefined): boolean {
  return isObject(value) && keysOf(value).length > 0
}
