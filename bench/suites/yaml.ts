import { existsSync, readdirSync, readFileSync } from "node:fs"
import yaml from "../../plugins/yaml/index.ts"
import type { Document } from "../../src/model/document.ts"
import type { Path } from "../../src/model/path.ts"
import type { Value } from "../../src/model/value.ts"
import { suitesFolder } from "./folder.ts"
import type { Suite, SuiteCase } from "./measure.ts"
import { yamlReader } from "./yamlReader.ts"

const folder = new URL("yaml/", suitesFolder)

/** yaml/yaml-test-suite; the second reader is js-yaml, and where it rejects the original, the suite's own JSON. */
export const suite: Suite = {
  format: yaml,
  cases: caseFolders("").map(readCase),
  ...yamlReader,
  isOwn,
  exceptions: {
    "2JQS": "two empty keys in one map: a parser takes them, but YAML requires the keys of a map to be unique",
    X38W: "two keys that are the same list once the alias is read: YAML requires the keys of a map to be unique",
  },
}

/** What is read through an alias stands elsewhere; the alias itself is a node. */
function isOwn(document: Document, path: Path): boolean {
  return path.every((_, depth) => {
    const outer = document.locate(path.slice(0, depth))?.value
    const inner = document.locate(path.slice(0, depth + 1))?.value
    return outer !== undefined && inner !== undefined && outer.start <= inner.start && inner.end <= outer.end
  })
}

function caseFolders(path: string): readonly string[] {
  return readdirSync(new URL(path, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = `${path}${entry.name}/`
      return existsSync(new URL(`${name}in.yaml`, folder)) ? [name] : caseFolders(name)
    })
}

function readCase(path: string): SuiteCase {
  const name = path.slice(0, -1)
  const at = (file: string) => new URL(`${path}${file}`, folder)
  const listed = existsSync(at("in.json")) ? readConcatenated(readFileSync(at("in.json"), "utf8")) : undefined
  // A stream without a document is read as one that holds null, so that there is something to set.
  const values = listed?.length === 0 ? [null] : listed
  return {
    name,
    path: "in.yaml",
    bytes: readFileSync(at("in.yaml")),
    verdict: existsSync(at("error")) ? "invalid" : "valid",
    ...(values && { values }),
  }
}

/** JSON values one after the other, each ending at a line's end. */
function readConcatenated(text: string): readonly Value[] {
  const values: Value[] = []
  let open = ""
  for (const line of text.split("\n")) {
    open += `${line}\n`
    try {
      values.push(JSON.parse(open))
      open = ""
    } catch {
      // Not the whole value yet.
    }
  }
  if (open.trim() !== "") throw new Error(`this is not JSON: ${open}`)
  return values
}
