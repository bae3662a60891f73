/** Where a word of `source` leads, as far as that can be told without running anything. */
export interface Target {
  /**
   * `~/…` counts from the home folder, `/…` from the root of the disk, `?/…` from a folder that only the shell knows, anything else from where the
   * shell stands. Globs are worded as ours: `{a,b}` for `(a|b)`.
   */
  readonly path: string
  readonly glob: boolean
  /** Part of it is computed, and `*` stands for that: it may mean less than it says. */
  readonly guessed: boolean
}

/** What the words of a file are read with. */
export interface Setting {
  /** The folder of the file, absolute. */
  readonly folder: string
  /** The folder of the start-up files, absolute: `$ZDOTDIR` unless it is set. */
  readonly start: string
  /** Texts of variables, expanded. */
  readonly variables: ReadonlyMap<string, string>
}

/** The words that a `for` goes through, as they stand in the text, and the name it gives them. */
export interface Loop {
  readonly name: string
  readonly words: readonly string[]
}

/** Only the shell knows what stands here. */
const unknown = "\0"
const mostWords = 200
const longest = 1000
const deepest = 10

/** What a word of `source` means: several targets where a loop goes through them. */
export function targetsOf(word: string, setting: Setting, loop?: Loop): readonly Target[] {
  if (loop === undefined || !mentions(word, loop.name)) return [target(expand(word, setting))]
  return loop.words.slice(0, mostWords).map((each) => {
    const variables = new Map(setting.variables).set(loop.name, expand(each, setting))
    return target(expand(word, { ...setting, variables }))
  })
}

function mentions(word: string, name: string): boolean {
  return word.includes(`$${name}`) || word.includes(`\${${name}`)
}

/** A word without its quotes, with what is known of its variables put in; what is not known is a NUL. */
export function expand(word: string, setting: Setting, depth = 0): string {
  if (word.length > longest || depth > deepest) return unknown
  let text = ""
  for (let at = 0; at < word.length; ) {
    const letter = word[at] ?? ""
    if (letter === "$" || letter === "`") {
      const end = letter === "$" ? endOfDollar(word, at) : endOf(word, at + 1, "`")
      text += dollar(word.slice(at, end), setting, depth)
      at = end
    } else if (letter === "\\") {
      text += word[at + 1] ?? ""
      at += 2
    } else {
      if (letter !== '"' && letter !== "'") text += letter
      at++
    }
  }
  return text.slice(0, longest)
}

function endOf(word: string, from: number, closing: string): number {
  const end = word.indexOf(closing, from)
  return end < 0 ? word.length : end + 1
}

function endOfDollar(word: string, at: number): number {
  const opening = word[at + 1] ?? ""
  const closing = { "{": "}", "(": ")" }[opening]
  if (closing === undefined) return at + 1 + (/^(?:\w+|[@*#?!-])/.exec(word.slice(at + 1))?.[0].length ?? 0)
  let open = 0
  for (let here = at + 1; here < word.length; here++) {
    if (word[here] === opening) open++
    else if (word[here] === closing && --open === 0) return here + 1
  }
  return word.length
}

/** `${0:A:h}`, `${${(%):-%x}:h}`, `${0%/*}`, `$(dirname "$0")`: the folder of the file itself. */
const ownFolder =
  /^\$(?:\{(?:0|\$\{\(%\):-%[xN]\}|\(%\):-%[xN])(?:(?::[aAP])*:h(?::[aAP])*|%\/\*)\}|\(dirname (?:-- )?"?\$(?:0|\{0(?::[aAP])*\}|\{\(%\):-%[xN]\})"?\))$/

function dollar(piece: string, setting: Setting, depth: number): string {
  if (ownFolder.test(piece)) return setting.folder
  const found = /^\$(?:(\w+)|\{(\w+)(?::?[-=]([\s\S]*))?\})$/.exec(piece)
  const name = found?.[1] ?? found?.[2]
  if (name === undefined) return unknown
  const known = setting.variables.get(name)
  if (known !== undefined) return known
  if (name === "HOME") return "~"
  if (name === "ZDOTDIR") return setting.start
  return found?.[3] === undefined ? unknown : expand(found[3], setting, depth + 1)
}

function target(expanded: string): Target {
  // Signs that say which of the files are meant, such as `(N)`; one of them may run a program.
  const qualifiers = /(?<=.)\((?!#i)(?:[^()|'":]|\[[^\]]*\])*\)$/.exec(expanded)?.[0] ?? ""
  const rest = expanded.slice(0, expanded.length - qualifiers.length)
  const filtered = /\([^()]*:[^()]*\)$/.test(rest)
  const leading = rest.startsWith(unknown)
  const body = rest.slice(leading ? 1 : 0).replace(/\([^()]*:[^()]*\)$/, "")
  const excluded = body.search(/(?<=.)~|(?<!\[)\^|#/)
  const plain = excluded < 0 ? body : body.slice(0, excluded)
  const path = plain
    .replaceAll(unknown, "*")
    .replaceAll(/\(([^()]*)\)/g, "{$1}")
    .replaceAll("|", ",")
    .replaceAll(/<\d*-\d*>/g, "*")
    .replaceAll("[^", "[!")
  const from = leading ? (path.startsWith("/") ? "?" : "?/*") : ""
  return {
    path: `${from}${path}`,
    glob: /[*?[{]/.test(from === "" ? path : `${from.slice(1)}${path}`),
    guessed: filtered || excluded >= 0 || plain.includes(unknown) || from === "?/*",
  }
}
