import { isObject, type ObjectValue, type Value } from "../model/value.ts"

/** The program that reads the files of a schema, as far as it matters to the words of a finding. */
export interface SchemaReader {
  /** For people: "OpenCode". */
  readonly name: string
  /**
   * What it does with a key that the schema does not know: refuses the file, takes no notice of the key, or hands it on to somebody.
   * `misspelt`: it does the last, but a key that is nearly a known one that is not there was meant to be that one.
   */
  readonly unknown: (typeof unknownWays)[number]
}

export const unknownWays = ["rejects", "ignores", "keeps", "misspelt"] as const

/** Nothing is known of it: the schema is taken at its word. */
export const anyReader: SchemaReader = { name: "", unknown: "rejects" }

export function isUnknownKey({ keyword }: { readonly keyword: string }): boolean {
  return keyword === "additionalProperties" || keyword === "unevaluatedProperties"
}

/** Keys by which people write remarks where there are no comments: they are meant to have no effect. */
const remark = /^(?:[_$#]|\/\/|x-)|comment/i

/** A switch or a number is a setting, whatever its key begins with: a remark is a text, or several. */
export function isRemark({ params, data }: UnknownKey): boolean {
  const key = String(params.additionalProperty ?? params.unevaluatedProperty ?? "")
  const value = isObject(data as Value) ? (data as ObjectValue)[key] : undefined
  return remark.test(key) && typeof value !== "boolean" && typeof value !== "number"
}

interface UnknownKey {
  readonly params: Readonly<Record<string, unknown>>
  readonly data?: unknown
}

/** Another schema by the absolute URL that a `$ref` names; `undefined`: there is none at hand. */
export type ResolveSchema = (url: string) => Value | undefined
