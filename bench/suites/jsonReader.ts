import type { Value } from "../../src/model/value.ts"
import type { SecondReader } from "./measure.ts"

/** JSON.parse, with integers in full. */
export const jsonReader: SecondReader = { secondReader }

/** The same for JSON with comments and trailing commas, which are taken out first. */
export const jsoncReader: SecondReader = {
  secondReader: (text) => secondReader(withoutTrailingCommas(withoutComments(text))),
}

function withoutComments(text: string): string {
  return text.replace(/"(?:\\.|[^"\\])*"|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g, (found) =>
    found.startsWith("/") ? " " : found,
  )
}

function withoutTrailingCommas(text: string): string {
  return text.replace(/"(?:\\.|[^"\\])*"|,(?=\s*[\]}])/g, (found) => (found === "," ? "" : found))
}

function secondReader(text: string): readonly Value[] | undefined {
  try {
    return [JSON.parse(text, exact)]
  } catch {
    return undefined
  }
}

/** Integers in full; objects as they are. */
function exact(this: unknown, _key: string, value: Value, context?: { readonly source?: string }): Value {
  const source = context?.source ?? ""
  if (typeof value !== "number" || !/^-?[0-9]{16,}$/.test(source)) return value
  return Number.isFinite(value) && BigInt(value) === BigInt(source) ? value : BigInt(source)
}
