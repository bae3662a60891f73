import { sensitive } from "./secret.ts"

/** A secret as it stands in some text, with what it is. */
export interface KnownSecret {
  readonly kind: string
  readonly text: string
}

/** Takes secrets out of texts that are about to be shown. */
export class Redactor {
  /** Longest first, so that of two that share a beginning the whole one goes. */
  readonly #parts: readonly KnownSecret[]

  constructor(secrets: readonly KnownSecret[]) {
    const parts = new Map(secrets.flatMap((secret) => partsOf(secret).map((part) => [part.text, part] as const)))
    this.#parts = [...parts.values()].sort((a, b) => b.text.length - a.text.length)
  }

  /** Whether there is nothing to take out. */
  get idle(): boolean {
    return this.#parts.length === 0
  }

  /** The text of a file with stars for secrets, every other character where it was. */
  blank(text: string): string {
    return this.#parts.reduce(
      (shown, { kind, text: secret }) =>
        shown.replaceAll(secret, headOf(kind, secret) + "*".repeat(secret.length - headOf(kind, secret).length)),
      text,
    )
  }

  /** A text made for people or programs, secrets in it as they are, escaped as outputs do, or cut off before an ellipsis. */
  hide(text: string): string {
    return this.#parts.reduce((shown, { kind, text: secret }) => {
      const head = headOf(kind, secret)
      for (const form of formsOf(secret)) shown = withoutCut(shown.replaceAll(form, `${head}***`), form, head)
      return shown
    }, text)
  }
}

/** Shorter ones are no secret, and hiding them would hide much else. */
const shortest = 6
/** Of what its owner says is one. */
const shortestSensitive = 3

/** A key of several lines is hidden line by line: no report shows it whole. */
function partsOf({ kind, text }: KnownSecret): readonly KnownSecret[] {
  return text
    .split(/\r?\n|\\r|\\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= (kind === sensitive ? shortestSensitive : shortest) && !line.startsWith("-----"))
    .map((line) => ({ kind, text: line }))
}

/** Of a token its beginning, which says whose it is and no more. */
function headOf(kind: string, secret: string): string {
  const secretThroughout = /credential|connection|private key|sensitive|AWS/i.test(kind)
  return secretThroughout || secret.length < 20 ? "" : secret.slice(0, 4)
}

function formsOf(secret: string): ReadonlySet<string> {
  const json = JSON.stringify(secret).slice(1, -1)
  const xml = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
  const pointer = secret.replaceAll("~", "~0").replaceAll("/", "~1")
  return new Set([secret, json, xml, pointer, secret.replaceAll("%", "%25")])
}

/** Long texts are cut, perhaps in the middle of a secret. */
function withoutCut(text: string, secret: string, head: string): string {
  let shown = text
  for (let at = shown.indexOf("…"); at >= 0; at = shown.indexOf("…", at + 1)) {
    for (let length = Math.min(secret.length, at); length > shortest; length--) {
      if (!shown.endsWith(secret.slice(0, length), at)) continue
      shown = `${shown.slice(0, at - length)}${head}***${shown.slice(at)}`
      at = shown.indexOf("…", at - length)
      break
    }
  }
  return shown
}
