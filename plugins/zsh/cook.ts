import type { Span } from "../../src/model/span.ts"
import { pieceEnd } from "./scan.ts"

/** How a word is quoted as a whole; `mixed`: in parts. */
export type Style = "bare" | "single" | "double" | "ansi" | "mixed"

/** A word of the shell, and what it says. */
export interface Cooked {
  /** Without its quotes. `$NAME` and what else the shell puts in stands as written, whether quotes keep the shell from it or not. */
  readonly value: string
  readonly style: Style
  /** The shell computes more of it than variables: its text is nobody's to word anew. */
  readonly computed: boolean
}

export function cook(text: string, span: Span): Cooked {
  const word = text.slice(span.start, span.end)
  return plain(word) ?? cookPieces(word)
}

/** What nearly every word is: letters that mean themselves, or one quoted stretch of them. */
function plain(word: string): Cooked | undefined {
  if (/^[\w.,:@%+/-]*$/.test(word)) return { value: word, style: "bare", computed: false }
  if (/^'[^']*'$/.test(word)) return { value: word.slice(1, -1), style: "single", computed: false }
  if (/^"[^"\\$`]*"$/.test(word)) return { value: word.slice(1, -1), style: "double", computed: false }
  return undefined
}

function cookPieces(word: string): Cooked {
  let value = ""
  let computed = false
  const pieces: Style[] = []
  for (let at = 0; at < word.length; ) {
    const letter = word[at] ?? ""
    const end = Math.min(Math.max(safeEnd(word, at), at + 1), word.length)
    const piece = word.slice(at, end)
    if (letter === "'") {
      value += piece.slice(1, -1)
      pieces.push("single")
    } else if (letter === '"') {
      const inner = cookDouble(piece.slice(1, -1))
      value += inner.value
      computed ||= inner.computed
      pieces.push("double")
    } else if (piece.startsWith("$'")) {
      value += cookAnsi(piece.slice(2, -1))
      pieces.push("ansi")
    } else {
      const raw = letter === "\\" && piece.length > 1
      value += raw ? piece.slice(1).replace(/^\r?\n/, "") : piece
      computed ||= isComputed(piece)
      if (raw) pieces.push("mixed")
      if (pieces.at(-1) !== "bare" && !raw) pieces.push("bare")
    }
    at = end
  }
  const style = pieces.length === 0 ? "bare" : pieces.length === 1 ? (pieces[0] ?? "bare") : "mixed"
  return { value, style, computed: computed || (style === "mixed" && pieces.includes("single") && value.includes("$")) }
}

/** What is cut out of its text may end in the middle of something. */
function safeEnd(word: string, at: number): number {
  try {
    return pieceEnd(word, at, false)
  } catch {
    return word.length
  }
}

function cookDouble(inner: string): { readonly value: string; readonly computed: boolean } {
  let value = ""
  let computed = false
  for (let at = 0; at < inner.length; ) {
    const next = inner[at + 1] ?? ""
    if (inner[at] === "\\" && /["\\$`\n]/.test(next)) {
      value += next === "\n" ? "" : next
      at += 2
    } else if (inner[at] === "$" || inner[at] === "`") {
      let end = at + 1
      try {
        end = pieceEnd(inner, at, true)
      } catch {
        end = inner.length
      }
      const piece = inner.slice(at, end)
      computed ||= isComputed(piece)
      value += piece
      at = end
    } else value += inner[at++]
  }
  return { value, computed }
}

/** Variables alone are no computation. */
function isComputed(piece: string): boolean {
  return /^`|^\$(?:\(|\[|\{(?![A-Za-z_]\w*\}))|^[<>=]\(/.test(piece)
}

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  e: "\x1B",
  E: "\x1B",
  f: "\f",
  v: "\v",
}

function cookAnsi(inner: string): string {
  return inner.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|([0-7]{1,3})|([\s\S]))/g,
    (whole, hex?: string, unicode?: string, octal?: string, letter?: string) => {
      if (hex !== undefined || unicode !== undefined)
        return String.fromCharCode(Number.parseInt(hex ?? unicode ?? "", 16))
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
      return letter === undefined ? whole : (escapes[letter] ?? letter)
    },
  )
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to be escaped
const control = /[\u0000-\u0008\u000A-\u001F\u007F]/

/**
 * A word that says a value. Variables in it stay alive where quotes allow; nothing else is ever put in that the shell would carry out.
 * @param style that of the word it stands for; absent for a new one.  @param literal without variables, as in an alias.
 */
export function wordFor(value: string, style?: Style, literal = false): string {
  if (control.test(value)) return `$'${value.replace(/[\\']/g, "\\$&").replace(new RegExp(control, "g"), escaped)}'`
  const single = `'${value.replaceAll("'", "'\\''")}'`
  if (style === "single") return single
  const variables = /\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})/
  const running = /\$\(|`|\$\{(?![A-Za-z_]\w*\})/.test(value)
  if (style === "double" && !running) return double(value)
  if (isBare(value) && !(literal && value.includes("$"))) return value
  if (!literal && !running && variables.test(value))
    return value.startsWith("~/") ? `~/${double(value.slice(2))}` : double(value)
  return !literal && value.startsWith("~/") ? `~/'${value.slice(2).replaceAll("'", "'\\''")}'` : single
}

function double(value: string): string {
  const escapedText = value.replace(/["\\`]/g, "\\$&").replace(/\$(?!(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\}))/g, "\\$")
  return `"${escapedText}"`
}

function isBare(value: string): boolean {
  return /^(?:~\/)?(?:[\w.,:@%+/-]|\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})(?![\w[]))+$/.test(value)
}

function escaped(letter: string): string {
  const code = letter.charCodeAt(0)
  const known = Object.entries(escapes).find(([, each]) => each === letter)?.[0]
  return `\\${known ?? `x${code.toString(16).padStart(2, "0")}`}`
}
