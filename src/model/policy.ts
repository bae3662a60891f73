/**
 * What becomes of a change that cfgsync did not make.
 * - `auto`    without an error, it becomes the known-good state by itself
 * - `ask`     it waits until a person accepts or rejects it
 * - `strict`  it is put back
 */
export const acceptances = ["auto", "ask", "strict"] as const
export type Acceptance = (typeof acceptances)[number]

export const priorities = ["critical", "high", "medium"] as const
/** How much depends on a file. */
export type Priority = (typeof priorities)[number]

/** Changes at or below the places of a JSONPath, to a value that a regular expression (RE2) describes whole; absent: to any. */
export interface ExpectedChange {
  readonly path: string
  readonly value?: string
}

/** How a managed file is kept. */
export interface Policy {
  readonly acceptance: Acceptance
  readonly priority: Priority
  readonly expect: readonly ExpectedChange[]
  /** Whether the configuration says how changes are accepted; where not, a file that nobody ever accepted is left alone. */
  readonly chosen: boolean
}
