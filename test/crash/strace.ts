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

/** A call of the main thread that touches the folder. */
export interface Call {
  readonly name: string
  /** Among all calls of its name by that thread, from 1: what strace counts. Node's own calls between are not the same in every run. */
  readonly nth: number
  /** Among those of its name that touch the folder, from 0: the same in every run. */
  readonly place: number
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

/** A fault, and by how many calls to aim beside the one that it is meant for. */
export interface Aim {
  readonly call: Call
  /** As in `strace -e inject=` after the name: `signal=KILL`, `error=EIO`. */
  readonly fault: string
  readonly beside: number
}

/** Runs the writer under strace. */
export function runTraced(root: string, scenario: ScenarioName, aim?: Aim): Promise<Run> {
  const log = `${root}.strace`
  const fault = aim?.fault
  const nth = Math.max(1, (aim?.call.nth ?? 0) + (aim?.beside ?? 0))
  const inject = aim === undefined ? [] : ["-e", `inject=${aim.call.name}:${fault}:when=${nth}`]
  // Quicker, but with it strace 6.1 delivers no signals.
  const quick = fault?.startsWith("signal") ? [] : ["--seccomp-bpf"]
  const trace = `trace=${traced.map((name) => `?${name}`).join(",")}`
  const arguments_ = ["-f", ...quick, "-qq", "-y", "-s", "64", "-o", log, "-e", trace, ...inject]
  return new Promise((resolve) => {
    const child = execFile(
      "strace",
      [...arguments_, process.execPath, "--single-threaded", writer, root, scenario],
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
          struck: aim !== undefined && hasStruck(text, root, aim.call, status),
        })
      },
    )
  })
}

/** strace counts by thread, so a helper of Node may be hit as well, which aborts the process. */
function hasStruck(log: string, root: string, { name, place }: Call, status: number | null): boolean {
  const main = /^\d+/.exec(log)?.[0]
  const calls = callsIn(log, root).filter((call) => call.name === name)
  if (new RegExp(`^${main} +\\+{3} killed by SIGKILL`, "m").test(log)) return calls.at(-1)?.place === place
  const injected = log.split("\n").filter((line) => line.includes("(INJECTED)"))
  return calls[place]?.line.includes("(INJECTED)") === true && (status !== null || injected.length === 1)
}

/** Calls of the main thread that touch the folder. */
function callsIn(log: string, root: string): readonly Call[] {
  const main = /^\d+/.exec(log)?.[0]
  const counts = new Map<string, { all: number; here: number }>()
  const calls: Call[] = []
  for (const line of log.split("\n")) {
    const [, pid, name] = /^(\d+) +(\w+)\(/.exec(line) ?? []
    if (pid !== main || name === undefined) continue
    const count = counts.get(name) ?? { all: 0, here: 0 }
    counts.set(name, count)
    count.all++
    if (line.includes(root) || line.includes("/proc/self/fd/"))
      calls.push({ name, nth: count.all, place: count.here++, line })
  }
  return calls
}
