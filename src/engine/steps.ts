/** Nodes that one rule may visit in one document: about a second's work. A rule whose condition takes each of 500 places from each of them needs as many. */
const mostSteps = 1_000_000

/** What one combination of the names of `for` costs, in nodes. */
export const frameSteps = 10

/** What an element costs of which something is kept until all are known. */
export const keptSteps = 3

/** What an element of a list costs that is looked through. */
export const elementSteps = 1 / 16

/** Thrown when a rule has used up its steps. */
export class TooCostly extends Error {}

/** Counts what the evaluation of one rule on one document costs, so that it ends at the same place on every machine. */
export class Steps {
  #left = mostSteps

  spend(count: number): void {
    this.#left -= count
    if (this.#left < 0) throw new TooCostly()
  }
}
