/** Text of ours in a file of somebody else, between two marks. */
const begin = "# >>> cfgsync >>> written by `cfgsync hooks install`, which also renews it"
const end = "# <<< cfgsync <<<"
const found = /^# >>> cfgsync >>>[^\n]*\n[\s\S]*?^# <<< cfgsync <<<[^\n]*(?:\n|$)/m

export function block(body: string): string {
  return `${begin}\n${body}${end}\n`
}

export function blockIn(text: string): string | undefined {
  return found.exec(text)?.[0]
}

/** Everything else stays as it is. */
export function withoutBlock(text: string): string {
  return text.replace(found, "")
}

/** The block in the place of an older one; else where `at` says. Lines end as those of the text do. */
export function withBlock(text: string, body: string, at: (text: string) => number): string {
  const mine = text.includes("\r\n") ? block(body).replaceAll("\n", "\r\n") : block(body)
  if (found.test(text)) return text.replace(found, () => mine)
  const offset = at(text)
  const before = text.slice(0, offset)
  const gap = before === "" || before.endsWith("\n") ? "" : "\n"
  return before + gap + mine + text.slice(offset)
}
