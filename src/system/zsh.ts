import { findProgram } from "./program.ts"
import type { ZshJudge, ZshVerdict } from "./system.ts"

const mostMilliseconds = 5000
/** Of the processor, also for a zsh whose shell was ended: one that is left over ends too. */
const mostSeconds = 2
const mostRemembered = 64

/**
 * The zsh that is installed, looked for when it is first asked for. Nothing of a text is carried out, no start-up file of the user is read (`-f`), and
 * the environment holds nothing of the user. A zsh inside the project is no zsh to ask, nor is one on a relative PATH.
 */
export function findZsh(root: string, path: string): () => ZshJudge | undefined {
  let judge: ZshJudge | undefined | null = null
  return () => {
    if (judge === null) {
      const program = findProgram("zsh", path, root)
      judge = program === undefined ? undefined : remembering((text, forks) => ask(program, text, forks === true))
    }
    return judge
  }
}

function remembering(judge: ZshJudge): ZshJudge {
  const remembered = new Map<string, ZshVerdict | undefined>()
  return (text, forks) => {
    if (remembered.has(text)) return remembered.get(text)
    const verdict = judge(text, forks)
    remembered.set(text, verdict)
    for (const old of remembered.keys()) {
      if (remembered.size <= mostRemembered) break
      remembered.delete(old)
    }
    return verdict
  }
}

// Only for a file zsh says the line, and what Node gives to a program as its input is none that can be opened by a name; a pipe is.
const asFile = 'cat | exec "$0" -f -n /dev/stdin'
/**
 * Also with `-n` zsh starts a process for every command that it would look up. The body of a function it reads without looking anything up, and
 * nobody calls this one. The sign at the end keeps line breaks there.
 */
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell that puts a text in
const asFunction = "exec \"$0\" -f -c 'text=$(cat; print -rn -- .); functions[text]=${text%.}; (( $+functions[text] ))'"

function ask(program: string, text: string, forks: boolean): ZshVerdict | undefined {
  // Loaded when first needed: most runs meet no zsh file.
  const { spawnSync } = process.getBuiltinModule("node:child_process")
  const done = spawnSync("/bin/sh", ["-c", `ulimit -t ${mostSeconds}; ${forks ? asFunction : asFile}`, program], {
    input: text,
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
    encoding: "utf8",
    timeout: mostMilliseconds,
    killSignal: "SIGKILL",
  })
  if (done.status === 0) return { accepted: true }
  const found = /^(?:\/dev\/stdin|\S*zsh\S*):(\d+): (.*)$/m.exec(done.stderr ?? "")
  return found === null ? undefined : { accepted: false, line: Number(found[1]), message: found[2] ?? "" }
}
