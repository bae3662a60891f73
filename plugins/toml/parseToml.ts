import { parse as readValues } from "smol-toml"
import type { Document, Limits, Parsed, Problem } from "../../src/model/document.ts"
import type { Path } from "../../src/model/path.ts"
import type { Source } from "../../src/model/source.ts"
import type { Value } from "../../src/model/value.ts"
import { candidates } from "./candidates.ts"
import { problemOf, tooDeep } from "./problems.ts"
import { commentsIn, survey } from "./survey.ts"
import { nodeAt, readTree, spanOf, type Tree, valueSpan } from "./tree.ts"
import { convert, type Refusal } from "./value.ts"

/** Read a TOML text: its one document, or what is wrong with it. */
export function parseToml(source: Source, limits: Limits): Parsed {
  const { text } = source
  const passed = survey(text, limits)
  if (passed !== undefined) return failed(passed)
  if (text.startsWith("\uFEFF")) return failed(syntax("a second byte order mark stands at the start", 0))
  try {
    return read(readValues(text, { integersAsBigInt: "asNeeded", maxDepth: limits.depth }), text, limits)
  } catch (error) {
    return failed(problemOf(error, text, limits) ?? syntax("this file cannot be read as TOML", 0))
  }
}

/** The tree costs ten times as much as the values; beyond so many of them it is not made. */
const mostPlaced = 100_000

function read(parsed: unknown, text: string, limits: Limits): Parsed {
  const quick = convert(parsed, limits, "nothing")
  if (quick.ok) return one(text, quick.value, quick.nodes > mostPlaced ? null : undefined)
  if (quick.reason !== "inexact") return failed(refusal(quick.reason, quick.path, text, limits))
  const near = convert(parsed, limits, "values")
  if (!near.ok) return near.reason === "inexact" ? unlike() : failed(refusal(near.reason, near.path, text, limits))
  const tree = near.nodes > mostPlaced ? null : placeable(text)
  if (tree === null) return one(text, near.value, null)
  const exact = convert(parsed, limits, tree.root)
  if (exact.ok) return one(text, exact.value, tree)
  return exact.reason === "inexact" ? unlike() : failed(refusal(exact.reason, exact.path, text, limits))
}

/** @param tree `null` when there is to be none, `undefined` when it is made on demand. */
function one(text: string, value: Value, tree: Tree | null | undefined): Parsed {
  return { documents: [documentOf(text, value, tree)], problems: [] }
}

function unlike(): Parsed {
  return failed(syntax("two TOML parsers read this file differently", 0))
}

/** @returns `null` for values longer than the second parser can hold.  @throws ParseError where it finds something wrong. */
function placeable(text: string): Tree | null {
  try {
    return readTree(text)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function syntax(message: string, start: number): Problem {
  return { code: "syntax", severity: "error", message, span: { start, end: start + 1 } }
}

function failed(problem: Problem): Parsed {
  return { documents: [], problems: [problem] }
}

function refusal(reason: Refusal, path: Path, text: string, limits: Limits): Problem {
  // What is counted has no one place, and a file with so much of it is not read a second time.
  const tree = reason === "too-many-nodes" ? null : tryReadTree(text)
  const node = tree === null ? undefined : nodeAt(tree.root, path)
  const key = node?.keys[0]
  const whole = { start: 0, end: Math.min(1, text.length) }
  const span = key !== undefined ? spanOf(key) : tree === null || node === undefined ? whole : valueSpan(tree, node)
  if (reason === "too-deep") return { ...tooDeep(span, limits), path }
  if (reason === "integer") {
    return { code: "syntax", severity: "error", message: "this integer does not fit in 64 bits", span, path }
  }
  const message = `the file holds more than the ${limits.nodes} values that are allowed`
  return { code: "too-many-nodes", severity: "error", message, span, path }
}

/**
 * The tree is only made when something asks where things stand: a check that finds nothing never does. It is missing where the second
 * parser refuses what the first one reads, and where there is too much of it.
 */
function documentOf(text: string, value: Value, known: Tree | null | undefined): Document {
  let made: Tree | null | undefined = known
  const tree = () => {
    if (made === undefined) made = tryReadTree(text)
    return made ?? undefined
  }
  return {
    value,
    span: { start: 0, end: text.length },
    locate(path) {
      const known = tree()
      const node = known && nodeAt(known.root, path)
      if (known === undefined || node === undefined) return undefined
      const key = node.keys[0]
      return { value: valueSpan(known, node), ...(key === undefined ? {} : { key: spanOf(key) }) }
    },
    comments: () => made?.comments ?? commentsIn(text),
    candidates(operation) {
      const known = tree()
      return known === undefined
        ? { refused: "the file holds too many values, or one that is too long, to know where they stand" }
        : candidates(known, value, operation)
    },
  }
}

function tryReadTree(text: string): Tree | null {
  try {
    return readTree(text)
  } catch {
    return null
  }
}
