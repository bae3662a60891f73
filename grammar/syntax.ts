import { EOF, type IRecognitionException, type IToken } from "chevrotain"
import { type Fault, fault } from "./fault.ts"
import * as t from "./lexer.ts"
import { suggest } from "./nearest.ts"

/** What the parser stumbled over, in words. @param last the last token of the statement. */
export function syntaxFault(error: IRecognitionException, last: IToken): Fault {
  const { token } = error
  const ended = token.tokenType === EOF
  const at = ended ? last : token
  const span = { start: ended ? t.endOf(at) - 1 : at.startOffset, end: t.endOf(at) }
  const found = ended ? "the text ends here" : `found \`${shorten(token.image)}\``
  return fault("syntax", span, `${found}, expected ${error.message}`, hintFor(error))
}

function shorten(image: string): string {
  const line = image.split(/[\n\r]/)[0] ?? ""
  return line.length > 40 || line.length < image.length ? `${line.slice(0, 40)}…` : line
}

function hintFor(error: IRecognitionException): string | undefined {
  const { token } = error
  return suggest(token.image, t.words)
}
