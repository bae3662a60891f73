import type { Format, Limits, Parsed, Problem } from "../../src/model/document.ts"
import type { Source } from "../../src/model/source.ts"
import { ZshDocument } from "./document.ts"
import { readGrammar } from "./grammar.ts"
import { scan } from "./scan.ts"

export { loadGrammar } from "./grammar.ts"

/**
 * Start-up files and modules of zsh, read and never run. Two readers look at each text: the grammar of bash, and a scanner of its own that
 * knows zsh's short forms. What both read alike can be edited; what only the scanner finds is told and left alone.
 */
const zsh: Format = {
  name: "zsh",
  files: ["*.zsh", "*.zsh-theme", "{.,,dot_}{zshrc,zshenv,zprofile,zlogin,zlogout,zpreztorc}"],
  comments: () => true,
  dates: false,
  judge: "zsh",
  parse: parseOnce,
}

export default zsh

const remembered = new Map<string, Parsed>()
const mostRemembered = 4

/** A check, a proof and an edit ask for the same few texts again and again, and the grammar takes its time. */
function parseOnce(source: Source, limits: Limits): Parsed {
  const known = source.text.length <= limits.size ? remembered.get(source.text) : undefined
  if (known !== undefined) return known
  const parsed = parse(source, limits)
  remembered.set(source.text, parsed)
  for (const text of remembered.keys()) {
    if (remembered.size <= mostRemembered) break
    remembered.delete(text)
  }
  return parsed
}

/** Longer texts are no configuration; reading one would take seconds. */
const longest = 2 * 1024 * 1024
const mostProblems = 20

function parse({ text }: Source, limits: Limits): Parsed {
  const size = Math.min(limits.size, longest)
  if (text.length > size) return { documents: [], problems: [tooLarge(text, size)] }
  const scanned = scan(text)
  const reading = readGrammar(text)
  const document = new ZshDocument(text, scanned, reading)
  const flaws = scanned.flaws.map(
    ({ message, start, end }): Problem => ({ code: "syntax", severity: "warning", message, span: { start, end } }),
  )
  const [unread] = reading?.opaque ?? [{ start: 0, end: 0 }]
  const repeated = document.repeated().map(
    ({ group, key = "", keySpan, word }): Problem => ({
      code: "duplicate-key",
      severity: "warning",
      message: `\`${key}\` is given another value further down, so this one is lost`,
      span: keySpan ?? word,
      path: [group, key],
    }),
  )
  return {
    documents: [document],
    problems: [
      ...(flaws.length > 0 ? flaws.slice(0, mostProblems) : unread ? [notRead(unread)] : []),
      ...repeated.slice(0, mostProblems),
    ],
  }
}

function notRead(span: Problem["span"]): Problem {
  return {
    code: "unread",
    severity: "warning",
    message:
      "the grammar cannot read what stands here, so it is left as it is; this is either a mistake or zsh of its own kind",
    span,
  }
}

function tooLarge(text: string, size: number): Problem {
  return {
    code: "too-large",
    severity: "error",
    message: `the file is longer than the ${size} characters that are read of zsh`,
    span: { start: 0, end: Math.min(1, text.length) },
  }
}
