import { blockIn, withBlock, withoutBlock } from "./block.ts"

/** How cfgsync is called where the hook is installed, and where it is looked for when it is there no longer. */
export interface Caller {
  /** Absolute paths of Node.js and of cfgsync. */
  readonly node: string
  readonly command: string
  /** Words between `hooks run HOOK` and what git gives. */
  readonly options: readonly string[]
}

const shells = /^#!.*\b(?:ba|da|k|z|a)?sh\b/

/** @returns the script with cfgsync in it; `null` for one that is no shell script, in which nothing can be put */
export function addToScript(text: string, hook: string, caller: Caller): string | null {
  if (text.startsWith("#!") && !shells.test(text)) return null
  // Before what is there: a script may end with `exec` or `exit`.
  const afterFirstLine = (whole: string) => (whole.startsWith("#!") ? whole.indexOf("\n") + 1 || whole.length : 0)
  return withBlock(text, scriptBody(hook, caller), afterFirstLine)
}

export function newScript(hook: string, caller: Caller): string {
  return addToScript("#!/bin/sh\n", hook, caller) ?? ""
}

/** A script that runs a hook of another language, which stands beside it under another name, after cfgsync. */
export function chainedScript(hook: string, caller: Caller): string {
  return `${newScript(hook, caller)}exec "$(dirname "$0")/${hook}${asideSuffix}" "$@"\n`
}

export const asideSuffix = ".before-cfgsync"

/** @returns `null` when nothing is left that was not cfgsync's. */
export function removeFromScript(text: string): string | null {
  if (blockIn(text) === undefined) return text
  const rest = withoutBlock(text)
  return rest
    .replace(/^#!.*\n/, "")
    .replace(/^exec "\$\(dirname "\$0"\)\/[\w-]+\.before-cfgsync" "\$@"\n/, "")
    .trim() === ""
    ? null
    : rest
}

/** Hooks before the fact stop git; those after it never do. */
function scriptBody(hook: string, { node, command, options }: Caller): string {
  const words = ["hooks", "run", hook, ...options].map(quoted).join(" ")
  const stop = hook.startsWith("pre-") ? " || exit $?" : " || :"
  return `if [ -x ${quoted(node)} ] && [ -f ${quoted(command)} ]; then
  ${quoted(node)} ${quoted(command)} ${words} "$@"${stop}
elif [ -x node_modules/.bin/cfgsync ]; then
  node_modules/.bin/cfgsync ${words} "$@"${stop}
elif command -v cfgsync >/dev/null 2>&1; then
  cfgsync ${words} "$@"${stop}
else
  echo "cfgsync: not found, so that nothing was checked" >&2
fi
`
}

/** A word for `sh`. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
