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
