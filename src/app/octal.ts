/** Permission bits as they are kept: four octal digits. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0")
}
