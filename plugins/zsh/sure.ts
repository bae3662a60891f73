import type { Value } from "../../src/model/value.ts"
import { wordFor } from "./cook.ts"
import type { Item } from "./item.ts"
import { Refused } from "./lines.ts"
import type { State } from "./state.ts"

/** @throws Refused where only one of the readers sees the statement so. */
export function mustBeSure({ reading }: State, { command, group }: Item): void {
  if (group === "functions") throw new Refused("functions are only read")
  if (group === "guarded") throw new Refused("what stands under a condition is only read")
  const found = reading()?.statements.get(command.start)
  if (found === undefined || found.end !== command.end || found.nested)
    throw new Refused("the grammar does not read this statement, so it is not touched")
}

/** A part of `a:b:c`, in the quotes that stand around all of them. */
export function partFor(text: string, { cooked }: Item): string {
  const word = wordFor(text, cooked?.style === "double" ? "double" : undefined)
  if (/[:'\r\n]/.test(text) || word.startsWith("$'")) throw new Refused("this cannot be a part of a search path")
  if (cooked?.style === "double") return word.replace(/^"|"$/g, "")
  if (/["']/.test(word)) throw new Refused("this part of a search path would need quotes")
  return word
}

export function textOf(value: Value): string {
  if (typeof value !== "string") throw new Refused("the shell holds texts here, and this is none")
  if (value.includes("\0")) throw new Refused("a word of the shell holds no NUL")
  return value
}
