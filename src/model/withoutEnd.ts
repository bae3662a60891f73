/**
 * A text without the last of its characters that are among these.
 * The pattern `[…]+$` would be tried from each of them wherever they stand, which takes the square of their number.
 */
export function withoutEnd(text: string, characters: string): string {
  let end = text.length
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--
  return text.slice(0, end)
}
