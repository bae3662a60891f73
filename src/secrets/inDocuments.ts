import type { Document } from "../model/document.ts"
import { type Path, valueAt } from "../model/path.ts"
import { isArray, isObject, keysOf, type Value } from "../model/value.ts"
import { recognise } from "./recognise.ts"

/** A text of a document that holds a secret. */
export interface SecretText {
  readonly kind: string
  /** The whole text. */
  readonly text: string
  /** The part of it that is secret. */
  readonly secret: string
  readonly document: Document
  /** Where the text stands, as a value or, `atKey`, as a key. */
  readonly path: Path
  readonly atKey: boolean
}

interface Piece extends Omit<SecretText, "kind" | "secret"> {
  /** In the text that is scanned. */
  readonly start: number
}

/**
 * The texts of documents that hold secrets. What a text is depends on the name it stands under, so all texts are scanned as one, each on a line
 * behind its name: as they are meant, whatever escapes and quotes the format has for them.
 */
export async function secretTexts(documents: readonly Document[]): Promise<readonly SecretText[]> {
  const pieces: Piece[] = []
  const lines: string[] = []
  let length = 0
  const put = (name: string, piece: Omit<Piece, "start">) => {
    const line = name === "" ? piece.text : `${name}=${piece.text}`
    pieces.push({ ...piece, start: length + line.length - piece.text.length })
    lines.push(line)
    length += line.length + 1
  }
  for (const document of documents) {
    for (const { value, path } of textsIn(document.value)) {
      const key = path.at(-1)
      if (typeof value === "string") put(nameOf(document.value, path), { text: value, document, path, atKey: false })
      if (typeof key === "string") put("", { text: key, document, path, atKey: true })
    }
  }
  const scanned = lines.join("\n")
  const found: SecretText[] = []
  let at = 0
  for (const { kind, start, end } of await recognise(scanned)) {
    while (at < pieces.length && endOf(pieces[at]) < end && endOf(pieces[at]) <= start) at++
    const piece = pieces[at]
    if (piece === undefined || start < piece.start) continue
    const { start: from, ...rest } = piece
    found.push({ ...rest, kind, secret: piece.text.slice(start - from, end - from) })
  }
  return found
}

function endOf(piece: Piece | undefined): number {
  return piece === undefined ? 0 : piece.start + piece.text.length
}

/** Every node below the root, and the root; without recursion, because documents may be deep. */
function* textsIn(root: Value): Iterable<{ readonly value: Value; readonly path: Path }> {
  const open: { readonly value: Value; readonly path: Path }[] = [{ value: root, path: [] }]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node
    const { value, path } = node
    if (isArray(value)) for (const [index, item] of value.entries()) open.push({ value: item, path: [...path, index] })
    else if (isObject(value))
      for (const key of keysOf(value)) open.push({ value: value[key] ?? null, path: [...path, key] })
  }
}

/** The name that a text is the value of: its key, or for an argument of a command the option before it. */
function nameOf(root: Value, path: Path): string {
  const last = path.at(-1)
  if (typeof last !== "number") return last ?? ""
  const before = valueAt(root, [...path.slice(0, -1), last - 1])
  return typeof before === "string" && /^--?\w/.test(before) && !before.includes("=") ? before : ""
}
