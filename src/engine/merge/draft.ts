import type { Edit } from "../../model/operation.ts"
import type { Value } from "../../model/value.ts"
import { applyEdits } from "../edits.ts"
import { type Read, read, says, type ThreeTexts } from "./threeTexts.ts"

/** A text that is being made: every step of it must say what is wanted then, or is not taken. */
export class Draft {
  text: Read
  values: readonly Value[]
  readonly #texts: ThreeTexts

  constructor(text: Read, values: readonly Value[], texts: ThreeTexts) {
    this.text = text
    this.values = values
    this.#texts = texts
  }

  /**
   * @param edits in order.  @param values what the text says with them; absent: the same as before.
   * @returns whether it does, and they are taken.
   */
  take(edits: readonly Edit[], values = this.values, also: (changed: Read) => boolean = () => true): boolean {
    const { source } = this.text
    const text = applyEdits(source.text, edits)
    if (text === source.text && values === this.values) return true
    const { format, limits } = this.#texts
    const changed = read({ ...source, text }, format, limits)
    if (!says(changed, values, this.#texts) || !also(changed)) return false
    this.text = changed
    this.values = values
    return true
  }
}
