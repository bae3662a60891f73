/** What one file becomes; `text` absent: that cannot be told beforehand. */
export interface Write {
  readonly file: string
  readonly text?: string
}

type Read = (file: string) => string | undefined

const marks = /^\*\*\* (Add File|Update File|Delete File|Move to): (.+)$/

/** What a patch in the form that OpenCode's `apply_patch` takes makes of files. */
export function patchWrites(patch: string, read: Read): readonly Write[] {
  const writes: Write[] = []
  const lines = patch.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line))
  for (let at = 0; at < lines.length; ) {
    const [, kind, file = ""] = marks.exec(lines[at] ?? "") ?? []
    at++
    const start = at
    while (at < lines.length && !/^\*\*\* (?:Add|Update|Delete|End)/.test(lines[at] ?? "")) at++
    const body = lines.slice(start, at)
    if (kind === "Add File")
      writes.push({ file, text: body.flatMap((line) => (line.startsWith("+") ? [`${line.slice(1)}\n`] : [])).join("") })
    if (kind === "Update File") writes.push(updated(file, body, read))
  }
  return writes
}

function updated(file: string, body: readonly string[], read: Read): Write {
  const [, , moved] = marks.exec(body[0] ?? "") ?? []
  const target = moved ?? file
  const before = read(file)
  const after =
    before === undefined ? undefined : applied(before.split("\n"), moved === undefined ? body : body.slice(1))
  return after === undefined ? { file: target } : { file: target, text: after }
}

/** @returns `undefined` where a hunk does not fit in just one place: OpenCode is more tolerant then. */
function applied(lines: readonly string[], body: readonly string[]): string | undefined {
  let text = lines
  for (const hunk of hunksOf(body)) {
    const old = hunk.flatMap((line) => (line.startsWith("+") ? [] : [line.slice(1)]))
    const fresh = hunk.flatMap((line) => (line.startsWith("-") ? [] : [line.slice(1)]))
    const places = text.flatMap((_, at) =>
      old.length > 0 && old.every((line, index) => text[at + index] === line) ? [at] : [],
    )
    const [place, ...others] = places
    if (place === undefined || others.length > 0) return undefined
    text = text.toSpliced(place, old.length, ...fresh)
  }
  return text.join("\n")
}

function hunksOf(body: readonly string[]): readonly (readonly string[])[] {
  const hunks: string[][] = []
  for (const line of body) {
    if (line.startsWith("@@")) hunks.push([])
    else if (/^[ +-]/.test(line)) (hunks.at(-1) ?? newIn(hunks)).push(line)
  }
  return hunks.filter((hunk) => hunk.length > 0)
}

function newIn(hunks: string[][]): string[] {
  const hunk: string[] = []
  hunks.push(hunk)
  return hunk
}
