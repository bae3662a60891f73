import type { Format, Limits, Parsed } from "../../src/model/document.ts"
import type { Source } from "../../src/model/source.ts"
import { dialectOf, otherNames } from "./dialect.ts"
import { JsonDocument } from "./document.ts"
import { plainValue } from "./plain.ts"
import { survey } from "./survey.ts"
import { readTree } from "./tree.ts"

/** JSON, and JSON with comments where a file's readers take them (`dialect.ts`). */
const json: Format = {
  name: "json",
  files: ["*.json", "*.jsonc", ...otherNames],
  comments: (path) => dialectOf(path).comments,
  dates: false,
  parse,
  mender: async () => (await import("./mend/mender.ts")).mender,
}
export default json

/** The value comes from JSON.parse where that tells the whole truth, else from the tree. */
function parse({ path, text }: Source, limits: Limits): Parsed {
  const seen = survey(text, limits)
  if (seen.problem) return { documents: [], problems: [seen.problem] }
  const dialect = dialectOf(path)
  const read = (from: string) => {
    const tree = readTree(from, dialect)
    return "root" in tree ? tree : undefined
  }
  const value = seen.plain ? plainValue(text, seen.keys) : undefined
  if (value !== undefined) return { documents: [new JsonDocument(text, value, undefined, read)], problems: [] }
  const tree = readTree(text, dialect, seen.end)
  if (!("root" in tree)) return { documents: [], problems: [tree] }
  return { documents: [new JsonDocument(text, tree.root.value, tree, read)], problems: tree.warnings }
}
