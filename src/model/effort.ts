/** A line costs at least as much as so many characters: a reader has as much to do with a short entry. */
const leastLine = 16

/** What a parser spends on a text, in steps. @param speed how much of a text it reads in a millisecond, in characters */
export function costOfText(text: string, speed: number): number {
  return (Math.max(text.length, linesOf(text) * leastLine) * 1000) / speed
}

function linesOf(text: string): number {
  let lines = 1
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++
  return lines
}

/** How much work may be done, in steps of about a microsecond: counted, not timed, so that the same text always has the same answer. */
export class Effort {
  #left: number

  constructor(steps: number) {
    this.#left = steps
  }

  spend(steps: number): void {
    this.#left -= steps
  }

  /** @param reserve steps that must still be there for something else. */
  isSpent(reserve = 0): boolean {
    return this.#left <= reserve
  }
}
