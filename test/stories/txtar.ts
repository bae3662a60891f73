/**
 * A story: what it claims, what is done, and the files it starts with. In the format of Go's testscript: comment lines that start with `#`
 * and commands, then `-- name --` before each file.
 */
export interface Txtar {
  /** The comment before the first command, as one line. */
  readonly claim: string
  readonly script: string
  readonly files: readonly { readonly name: string; readonly text: string }[]
}

export function parseTxtar(archive: string): Txtar {
  const [script = "", ...rest] = archive.split(/^-- (.+) --\n/m)
  const files: { name: string; text: string }[] = []
  for (let i = 0; i < rest.length; i += 2) files.push({ name: rest[i] ?? "", text: rest[i + 1] ?? "" })
  const claim = script
    .split("\n")
    .slice(
      0,
      script.split("\n").findIndex((line) => !line.startsWith("#")),
    )
    .map((line) => line.slice(1).trim())
    .join(" ")
  return { claim, script, files }
}
