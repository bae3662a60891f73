import { spawn } from "node:child_process"

/** A command in a terminal of its own, as a person sees it. */
export interface Terminal {
  /** What was shown until now, without colours and movements. */
  readonly shown: () => string
  readonly type: (keys: string) => void
  /** @returns the exit code */
  readonly ended: Promise<number | null>
}

/** Needs `script` of util-linux, which every Debian has. @param argv words without quotes in them */
export function openTerminal(argv: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Terminal {
  const line = `stty cols 100 rows 30; exec ${argv.map((word) => `'${word}'`).join(" ")}`
  const child = spawn("script", ["-qec", line, "/dev/null"], { cwd, env, stdio: ["pipe", "pipe", "inherit"] })
  let text = ""
  child.stdout.on("data", (chunk) => (text += String(chunk)))
  return {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal is told by
    shown: () => text.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, ""),
    type: (keys) => child.stdin.write(keys),
    ended: new Promise((resolve, reject) => child.on("close", resolve).on("error", reject)),
  }
}
