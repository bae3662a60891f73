import type { Node, Parser } from "web-tree-sitter"
import type { Span } from "../../src/model/span.ts"

/** The bytes of the grammar and of its runtime: a plugin reads no files. */
export interface GrammarBytes {
  readonly runtime: Uint8Array
  readonly grammar: Uint8Array
}

let parser: Parser | undefined

/** To be called before an edit is worded: what a text says is read without it. */
export async function loadGrammar({ runtime, grammar }: GrammarBytes): Promise<void> {
  if (parser !== undefined) return
  const { Language, Parser } = await import("web-tree-sitter")
  await Parser.init({ wasmBinary: runtime })
  const made = new Parser()
  made.setLanguage(await Language.load(grammar))
  parser = made
}

export function isGrammarLoaded(): boolean {
  return parser !== undefined
}

/** What the grammar of bash makes of a text. */
export interface Reading {
  /** Statements that it reads without an error in them: where they end, by where they begin. */
  readonly statements: ReadonlyMap<number, { readonly end: number; readonly nested: boolean }>
  /** What it cannot read, in order. */
  readonly opaque: readonly Span[]
}

/** The parser tells how far it is about twice a millisecond; a text that takes longer is left to the scanner. No clock is asked. */
const mostSteps = 250
/** Longer texts and lines are not put to the grammar: it can get lost in them without a word. */
const longest = 200_000
const longestLine = 20_000

const statements = new Set([
  "command",
  "declaration_command",
  "unset_command",
  "variable_assignment",
  "variable_assignments",
  "redirected_statement",
])
const blocks = new Set([
  "if_statement",
  "for_statement",
  "c_style_for_statement",
  "while_statement",
  "case_statement",
  "function_definition",
  "subshell",
  "compound_statement",
  "command_substitution",
  "process_substitution",
  "pipeline",
])

/** @returns `undefined` where it would take too long. @throws when the grammar was not loaded. */
export function readGrammar(text: string): Reading | undefined {
  if (parser === undefined) throw new Error("the grammar was not loaded")
  if (!mayBeRead(text)) return undefined
  let steps = 0
  const tree = parser.parse(text, null, { progressCallback: () => ++steps > mostSteps })
  if (tree === null) {
    parser.reset()
    return undefined
  }
  try {
    return survey(tree.rootNode)
  } finally {
    tree.delete()
  }
}

/** Whether the grammar comes to an end with a text: in many signs without words between them it does not. */
function mayBeRead(text: string): boolean {
  return (
    text.length <= longest &&
    !new RegExp(`[^\\n]{${longestLine}}`).test(text) &&
    !/(?:[|&;<>(){}[\]!"'`$]\s*){200}/.test(text)
  )
}

function survey(root: Node): Reading {
  const found = new Map<number, { end: number; nested: boolean }>()
  const opaque: Span[] = []
  const cursor = root.walk()
  let nesting = 0
  const enter = () => {
    const { nodeType: type, startIndex: start, endIndex: end } = cursor
    if (type === "ERROR" || cursor.nodeIsMissing) opaque.push({ start, end })
    else if (statements.has(type) && !found.has(start) && !cursor.currentNode.hasError)
      found.set(start, { end, nested: nesting > 0 })
    if (blocks.has(type)) nesting++
  }
  const leave = () => {
    if (blocks.has(cursor.nodeType)) nesting--
  }
  for (;;) {
    enter()
    if (cursor.gotoFirstChild()) continue
    leave()
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent()) {
        cursor.delete()
        return { statements: found, opaque }
      }
      leave()
    }
  }
}
