import { isArray, isObject, type Value } from "../../src/model/value.ts"

const standard = /^!!(?:str|int|float|bool|null|map|seq)$/

/** Whether a tag only says what the text says anyway, so that it may go when the value changes its kind. */
export function isStandard(tag: string): boolean {
  return standard.test(tag) || tag === "!"
}

/** Whether a value may stand behind a tag. What an unknown tag makes of a text is not known, but it was written for a text. */
export function tagFits(tag: string, value: Value): boolean {
  switch (tag) {
    case "!!int":
      return typeof value === "bigint" || Number.isInteger(value)
    case "!!float":
      return typeof value === "number"
    case "!!bool":
      return typeof value === "boolean"
    case "!!null":
      return value === null
    case "!!map":
      return isObject(value)
    case "!!seq":
      return isArray(value)
    case "!!str":
    case "!":
      return typeof value === "string"
    default:
      return true
  }
}

export type Kind = "text" | "list" | "map"

export function kindOf(value: Value): Kind {
  if (isArray(value)) return "list"
  return isObject(value) ? "map" : "text"
}
