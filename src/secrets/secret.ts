/** Part of a text that nobody should read: what it is, in the words of who recognised it, and where, in UTF-16 units. */
export interface Secret {
  readonly kind: string
  readonly start: number
  readonly end: number
}

/** What no scanner knows the form of: a text that looks drawn by lot, under a name that promises a secret. */
export const credential = "credential"

/** What the configuration says is one, whatever it looks like. */
export const sensitive = "sensitive value"
