import { findProgram } from "./program.ts"
import type { ZshVerdict } from "./system.ts"

const mostMilliseconds = 5000
/** Of the processor, also for a zsh whose shell was ended: one that is left over ends too. */
const mostSeconds = 2
const mostRemembered = 64

/**
 * Asks the zsh that is installed whether it could read a text. Nothing of the text is carried out (`-n`), no start-up file of the user is read
 * (`-f`), and the environment holds nothing of the user. A zsh inside the project is no zsh to ask, nor is one on a relative PATH.
 * @returns a function that gives `undefined` where there is no zsh, or it has no answer
 */
export function askZsh(root: string, path: string): (text: string) => ZshVerdict | undefined {
  let program: string | undefined | null = null
  const remembered = new Map<string, ZshVerdict | undefined>()
  return (text) => {
    program = program === null ? findProgram("zsh", path, root) : program
    if (program === undefined) return undefined
    if (remembered.has(text)) return remembered.get(text)
    const verdict = ask(program, text)
    remembered.set(text, verdict)
    for (const old of remembered.keys()) {
      if (remembered.size <= mostRemembered) break
      remembered.delete(old)
    }
    return verdict
  }
}

function ask(program: string, text: string): ZshVerdict | undefined {
  // Loaded when first needed: most runs meet no zsh file.
  const { spawnSync } = process.getBuiltinModule("node:child_process")
  // Only for a file zsh says the line, and what Node gives to a program as its input is none that can be opened by a name; a pipe is.
  const done = spawnSync("/bin/sh", ["-c", `ulimit -t ${mostSeconds}; cat | exec "$0" -f -n /dev/stdin`, program], {
    input: text,
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
    encoding: "utf8",
    timeout: mostMilliseconds,
    killSignal: "SIGKILL",
  })
  if (done.status === 0) return { accepted: true }
  const found = /^\/dev\/stdin:(\d+): (.*)$/m.exec(done.stderr ?? "")
  return found === null ? undefined : { accepted: false, line: Number(found[1]), message: found[2] ?? "" }
}
