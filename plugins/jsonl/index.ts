import type { Document, Format, Limits, Parsed, Problem } from "../../src/model/document.ts"
import { jsonFault } from "../../src/model/jsonFault.ts"
import { type Path, valueAt } from "../../src/model/path.ts"
import type { Source } from "../../src/model/source.ts"
import type { Span } from "../../src/model/span.ts"
import { makeObject, type Value } from "../../src/model/value.ts"

/** JSON Lines: logs, in which each line is a document of its own. They are read and judged, never edited. */
const jsonl: Format = {
  name: "jsonl",
  files: ["*.jsonl", "*.ndjson"],
  comments: () => false,
  dates: false,
  parse,
}
export default jsonl

/** What is told of a text at most. */
const mostProblems = 100

function parse({ text }: Source, limits: Limits): Parsed {
  const documents: Document[] = []
  const problems: Problem[] = []
  let start = 0
  let nodes = 0
  for (const line of text.split("\n")) {
    const span = { start, end: start + line.trimEnd().length }
    start += line.length + 1
    if (line.trim() === "") continue
    if (problems.length >= mostProblems) break
    const read = readLine(line, limits)
    if ("problem" in read) problems.push({ ...read.problem, severity: "error", span })
    else {
      nodes += read.nodes
      if (nodes > limits.nodes) {
        const message = `it holds more than ${limits.nodes} keys and values`
        return { documents: [], problems: [{ code: "too-many-nodes", severity: "error", message, span }] }
      }
      documents.push(new LineDocument(read.value, span))
    }
  }
  return { documents, problems }
}

type ReadLine =
  | { readonly value: Value; readonly nodes: number }
  | { readonly problem: Pick<Problem, "code" | "message"> }

function readLine(line: string, limits: Limits): ReadLine {
  let nodes = 0
  const toValue = (raw: unknown, depth: number): Value => {
    nodes++
    if (typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean") return raw
    if (typeof raw !== "object" || raw === null) return null
    if (depth > limits.depth) throw new RangeError(`nested deeper than ${limits.depth}`)
    if (Array.isArray(raw)) return raw.map((each) => toValue(each, depth + 1))
    return makeObject(Object.entries(raw).map(([key, each]) => [key, toValue(each, depth + 1)] as const))
  }
  try {
    return { value: toValue(JSON.parse(line), 1), nodes }
  } catch (error) {
    if (error instanceof RangeError) return { problem: { code: "too-deep", message: error.message } }
    return { problem: { code: "syntax", message: `the line is no JSON${jsonFault(error)}` } }
  }
}

class LineDocument implements Document {
  readonly value: Value
  readonly span: Span

  constructor(value: Value, span: Span) {
    this.value = value
    this.span = span
  }

  /** The line, whatever in it is meant. */
  locate(path: Path) {
    return valueAt(this.value, path) === undefined ? undefined : { value: this.span }
  }

  comments() {
    return []
  }

  candidates() {
    return { refused: "a file of JSON Lines is a log: what was written into it is not changed" }
  }
}
