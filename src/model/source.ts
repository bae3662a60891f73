/** The text of one file as read; everything else is derived from it. */
export interface Source {
  /** Relative to the project root, forward slashes. */
  readonly path: string
  /** Decoded UTF-8 without the BOM. */
  readonly text: string
  /** Whether a UTF-8 byte order mark stood before the text; it is written back. */
  readonly bom: boolean
}

export type Decoded =
  | { readonly ok: true; readonly source: Source }
  | { readonly ok: false; readonly reason: string; readonly offset: number }

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/**
 * Decode a file strictly: what is not UTF-8 is refused, never replaced.
 * @returns on failure a reason for people and the byte offset of the first bad byte; the length of the file where its last character is cut off.
 */
export function decode(path: string, bytes: Uint8Array): Decoded {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { ok: false, reason: "the file is UTF-16; convert it to UTF-8", offset: 0 }
  }
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  try {
    return { ok: true, source: { path, text: utf8.decode(bom ? bytes.subarray(3) : bytes), bom } }
  } catch {
    const offset = firstBadByte(bytes)
    const byte = bytes[offset]
    const where =
      byte === undefined
        ? "it ends in the middle of a character"
        : `byte 0x${byte.toString(16).padStart(2, "0")} at offset ${offset}`
    return { ok: false, reason: `the file is not valid UTF-8: ${where}`, offset }
  }
}

/** The inverse of {@link decode}. A lone surrogate cannot be written as UTF-8 and is refused by throwing. */
export function encode(text: string, bom: boolean): Uint8Array {
  if (!text.isWellFormed()) throw new RangeError("text holds a lone surrogate, which UTF-8 cannot say")
  return new TextEncoder().encode(bom ? `\uFEFF${text}` : text)
}

/** The longest decodable prefix ends at the first bad byte; found by halving, because the decoder does not tell. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0
  let bad = bytes.length
  while (good < bad) {
    const middle = (good + bad + 1) >> 1
    if (decodes(bytes.subarray(characterStart(bytes, good), middle))) good = middle
    else bad = middle - 1
  }
  return good
}

/** Of the character that ends at an offset, or is cut off there. */
function characterStart(bytes: Uint8Array, offset: number): number {
  let start = offset
  while (start > 0 && ((bytes[start - 1] ?? 0) & 0xc0) === 0x80) start--
  return Math.max(0, start - 1)
}

function decodes(bytes: Uint8Array): boolean {
  try {
    // Streaming, so that a character cut off at the end of the prefix is not taken for a bad one.
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}
