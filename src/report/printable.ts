/** C0 and C1 controls, line and paragraph separators, and the marks that reorder text or hide in it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g

/**
 * Text from a file or a rule, made safe to show in a terminal: no escape sequence, line break or direction mark gets through.
 * C0 controls become their pictures (␛), everything else that cannot be seen becomes U+FFFD.
 */
export function printable(text: string): string {
  return text.toWellFormed().replace(unprintable, (character) => {
    const code = character.charCodeAt(0)
    if (code < 0x20) return String.fromCharCode(0x2400 + code)
    return code === 0x7f ? "\u2421" : "\ufffd"
  })
}

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\ufe0f|\p{Emoji_Presentation}/u
const zero = /^[\p{M}\p{Cf}]+$/u

/** Columns that one grapheme takes in a terminal: 0, 1 or 2. */
export function columns(grapheme: string): number {
  if (grapheme.length === 1 && grapheme < "\u0300") return 1
  if (wide.test(grapheme)) return 2
  return zero.test(grapheme) ? 0 : 1
}
