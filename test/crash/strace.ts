import { execFile, spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { lay, type ScenarioName, scenarios } from "./scenarios.ts"

const writer = fileURLToPath(new URL("writer.ts", import.meta.url))

/** The calls by which a process changes or looks at files. */
const traced = [
  ..."openat open creat read pread64 readv write pwrite64 writev fsync fdatasync ftruncate fallocate copy_file_range".split(
    " ",
  ),
  ..."chmod fchmod fchmodat chown fchown fchownat rename renameat renameat2 link linkat unlink unlinkat symlink".split(
    " ",
  ),
  ..."mkdir mkdirat rmdir close getdents64 statx newfstatat fstat lstat stat access faccessat faccessat2 readlink readlinkat".split(
    " ",
  ),
]

/** The calls that change something, `openat` among them because it creates. */
export const changing = /^(openat|write|pwrite64|fsync|f?chmod|f?chown|rename|link|unlink|mkdir|rmdir)/

/** `true` when this machine can inject faults into system calls. */
export function canInject(): boolean {
  return spawnSync("strace", ["-f", "-o", "/dev/null", "-e", "inject=fsync:error=EIO", "true"]).status === 0
}

/** The n-th call of one name by the main thread, from 1. */
export interface Call {
  readonly name: string
  readonly nth: number
  /** As strace shows it. */
  readonly line: string
}

export interface Run {
  /** `null`: killed, and strace with it. */
  readonly status: number | null
  readonly output: string
  readonly calls: readonly Call[]
  /** The fault hit the call it was meant for, and that call touched the folder. */
  readonly struck: boolean
}

/** A folder laid out as before the scenario; the caller removes it. */
export function fresh(scenario: ScenarioName): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-crash-")))
  lay(root, scenarios[scenario].before)
  return root
}

/** Runs the writer under strace. @param fault as in `strace -e inject=` after the name: `signal=KILL`, `error=EIO` */
export function runTraced(root: string, scenario: ScenarioName, at?: Call, fault?: string): Promise<Run> {
  const log = `${root}.strace`
  const inject = at === undefined ? [] : ["-e", `inject=${at.name}:${fault}:when=${at.nth}`]
  // Quicker, but with it strace 6.1 delivers no signals.
  const quick = fault?.startsWith("signal") ? [] : ["--seccomp-bpf"]
  const trace = `trace=${traced.map((name) => `?${name}`).join(",")}`
  const arguments_ = ["-f", ...quick, "-qq", "-y", "-s", "64", "-o", log, "-e", trace, ...inject]
  return new Promise((resolve) => {
    const child = execFile(
      "strace",
      [...arguments_, process.execPath, writer, root, scenario],
      // With -o, strace blocks every signal that can be blocked.
      { timeout: 30_000, killSignal: "SIGKILL" },
      (error, stdout, stderr) => {
        const text = readFileSync(log, "utf8")
        rmSync(log)
        const status = error === null ? 0 : child.exitCode
        resolve({
          status,
          output: stdout + stderr,
          calls: callsIn(text, root),
          struck: at !== undefined && hasStruck(text, root, at),
        })
      },
    )
  })
}

function hasStruck(log: string, root: string, { name, nth }: Call): boolean {
  const main = /^\d+/.exec(log)?.[0]
  const hit = callsIn(log, root).find((call) => call.name === name && call.nth === nth)
  return (
    hit !== undefined &&
    (hit.line.includes("INJECTED") || new RegExp(`^${main} +\\+{3} killed by SIGKILL`, "m").test(log))
  )
}

/** Calls of the main thread that touch the folder, numbered among all of their name. */
function callsIn(log: string, root: string): readonly Call[] {
  const main = /^\d+/.exec(log)?.[0]
  const counts = new Map<string, number>()
  const calls: Call[] = []
  for (const line of log.split("\n")) {
    const [, pid, name] = /^(\d+) +(\w+)\(/.exec(line) ?? []
    if (pid !== main || name === undefined) continue
    const nth = (counts.get(name) ?? 0) + 1
    counts.set(name, nth)
    if (line.includes(root) || line.includes("/proc/self/fd/")) calls.push({ name, nth, line })
  }
  return calls
}
