import { findProgram } from "./program.ts"
import type { ZshJudge, ZshVerdict } from "./system.ts"

const mostMilliseconds = 5000
/** Of the processor, also for a zsh whose shell was ended: one that is left over ends too. */
const mostSeconds = 2
/** Characters of the texts whose verdicts are remembered, and of each that is asked of together with others. */
const mostRemembered = 8_000_000
const mostTogether = 64_000

/**
 * The zsh that is installed, looked for when it is first asked for. Nothing of a text is carried out, no start-up file of the user is read (`-f`), and
 * the environment holds nothing of the user. A zsh inside the project is no zsh to ask, nor is one on a relative PATH.
 */
export function findZsh(root: string, path: string): () => ZshJudge | undefined {
  let judge: ZshJudge | undefined | null = null
  return () => {
    if (judge === null) {
      const program = findProgram("zsh", path, root)
      judge = program === undefined ? undefined : remembering(program)
    }
    return judge
  }
}

function remembering(program: string): ZshJudge {
  const remembered = new Map<string, ZshVerdict | undefined>()
  let characters = 0
  const remember = (text: string, verdict: ZshVerdict | undefined) => {
    if (!remembered.has(text)) characters += text.length
    remembered.set(text, verdict)
    for (const old of remembered.keys()) {
      if (characters <= mostRemembered) break
      remembered.delete(old)
      characters -= old.length
    }
    return verdict
  }
  const judge = (text: string, forks?: boolean) =>
    remembered.has(text) ? remembered.get(text) : remember(text, ask(program, text, forks === true))
  const ahead = (texts: readonly string[]) => {
    const fit = [...new Set(texts)].filter(
      (text) => !remembered.has(text) && text.length <= mostTogether && !text.includes("\0"),
    )
    for (const [text, verdict] of askTogether(program, fit)) remember(text, verdict)
  }
  return Object.assign(judge, { ahead })
}

// Only for a file zsh says the line, and what Node gives to a program as its input is none that can be opened by a name; a pipe is.
const asFile = 'cat | exec "$0" -f -n /dev/stdin'
/**
 * Also with `-n` zsh starts a process for every command that it would look up. The body of a function it reads without looking anything up, and
 * nobody calls this one. The sign at the end keeps line breaks there.
 */
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell that puts a text in
const asFunction = "exec \"$0\" -f -c 'text=$(cat; print -rn -- .); functions[text]=${text%.}; (( $+functions[text] ))'"

/** The same of many, each read in a process of its own that is only forked: to start a zsh takes as long as to read twenty modules. */
const eachAsFunction =
  'exec "$0" -f -c \'while IFS= read -r -d "" text; do ( functions[text]=$text; (( $+functions[text] )) ) 2>&1; print -rN -- "" $?; done\''

/** @returns the verdicts that were to be had; none where zsh does not answer */
function askTogether(program: string, texts: readonly string[]): readonly (readonly [string, ZshVerdict])[] {
  if (texts.length === 0) return []
  const answers = (run(program, eachAsFunction, texts.map((text) => `${text}\0`).join("")).stdout ?? "").split("\0")
  // What is said of each, and how it ended.
  if (answers.length !== 2 * texts.length + 1) return []
  return texts.flatMap((text, index) => {
    const verdict = verdictOf(Number(answers[2 * index + 1]), answers[2 * index] ?? "")
    return verdict === undefined ? [] : [[text, verdict] as const]
  })
}

function ask(program: string, text: string, forks: boolean): ZshVerdict | undefined {
  const { status, stderr } = run(program, forks ? asFunction : asFile, text)
  return verdictOf(status, stderr ?? "")
}

function run(program: string, script: string, input: string) {
  // Loaded when first needed: most runs meet no zsh file.
  const { spawnSync } = process.getBuiltinModule("node:child_process")
  return spawnSync("/bin/sh", ["-c", `ulimit -t ${mostSeconds}; ${script}`, program], {
    input,
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
    encoding: "utf8",
    timeout: mostMilliseconds,
    killSignal: "SIGKILL",
  })
}

function verdictOf(status: number | null, said: string): ZshVerdict | undefined {
  if (status === 0) return { accepted: true }
  const found = /^(?:\/dev\/stdin|\S*zsh\S*):(\d+): (.*)$/m.exec(said)
  return found === null ? undefined : { accepted: false, line: Number(found[1]), message: found[2] ?? "" }
}
