import { spawnSync } from "node:child_process"
import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { HostileCase } from "../test/hostile/case.ts"
import { casesByFormat } from "../test/hostile/casesByFormat.ts"

/**
 * `npm run bench:hostile [-- FORMAT [TEXT]] [--all]`: check every case of `test/hostile` with the built command, each as a process of its own, and
 * print those that take more than a second or 200 MiB, Node's own start and memory among both, or that do not find what they should.
 * The time is from start to end, or that of the processor where this is less: a machine that does other things besides keeps a process waiting.
 * A case counts by the best of up to three runs.
 */
const mostMilliseconds = 1000
const mostMemory = 200
const rounds = 3
/** Then it hangs. */
const patience = 120_000

const command = join(import.meta.dirname, "..", "dist", "cfgsync.js")
const hook = join(import.meta.dirname, "peers", "peakMemory.cjs")
const isRoot = process.getuid?.() === 0
const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

interface Outcome {
  readonly milliseconds: number
  readonly memory: number
  /** What is wrong besides time and memory. */
  readonly fault?: string
}

const [format, text] = process.argv.slice(2).filter((each) => !each.startsWith("--"))
const all = process.argv.includes("--all")

let failed = 0
for (const [name, cases] of casesByFormat) {
  if (format !== undefined && format !== name) continue
  const outcomes: Outcome[] = []
  for (const each of cases.filter((each) => text === undefined || each.name.includes(text))) {
    const outcome = measure(each)
    outcomes.push(outcome)
    const good = isGood(outcome)
    if (!good) failed++
    if (!good || all) console.log(`${good ? "ok  " : "FAIL"} ${name}: ${each.name}: ${inWords(outcome)}`)
  }
  const worst = (key: "milliseconds" | "memory") => Math.max(...outcomes.map((each) => each[key])).toFixed(0)
  const ended = outcomes.filter(isGood).length
  console.log(
    `${name}: ${ended} of ${outcomes.length} cases; at most ${worst("milliseconds")} ms and ${worst("memory")} MiB`,
  )
}
process.exitCode = failed > 0 ? 1 : 0

function isGood({ milliseconds, memory, fault }: Outcome): boolean {
  return fault === undefined && milliseconds <= mostMilliseconds && memory <= mostMemory
}

function inWords({ milliseconds, memory, fault }: Outcome): string {
  return `${milliseconds.toFixed(0)} ms, ${memory.toFixed(0)} MiB${fault === undefined ? "" : `, ${fault}`}`
}

function measure(hostile: HostileCase): Outcome {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-hostile-")))
  try {
    chmodSync(folder, 0o755)
    const path = hostile.lay(folder)
    let best = start(hostile, folder, path)
    for (let round = 1; round < rounds && best.fault === undefined && !isGood(best); round++) {
      const next = start(hostile, folder, path)
      best = {
        ...next,
        milliseconds: Math.min(best.milliseconds, next.milliseconds),
        memory: Math.min(best.memory, next.memory),
      }
    }
    return best
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function start(hostile: HostileCase, folder: string, path: string | null): Outcome {
  const own = [
    process.execPath,
    "--require",
    hook,
    command,
    "check",
    "--format",
    "json",
    ...(path === null ? [] : [path]),
  ]
  const [file = "", ...args] = hostile.asNobody === true && isRoot ? [...asNobody, ...own] : own
  const before = performance.now()
  const { status, signal, stdout, stderr } = spawnSync(file, args, {
    cwd: folder,
    encoding: "utf8",
    timeout: patience,
    killSignal: "SIGKILL",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "pipe"],
  })
  const milliseconds = performance.now() - before
  const worked = Number(/worked (\d+) ms/.exec(stderr)?.[1])
  const memory = Number(/peak (\d+) KiB\s*$/.exec(stderr)?.[1]) / 1024
  const fault = signal !== null ? `ended by ${signal}` : faultOf(hostile, status, stdout, stderr)
  return { milliseconds: Math.min(milliseconds, worked), memory, ...(fault === undefined ? {} : { fault }) }
}

function faultOf(
  { finds, refused }: HostileCase,
  status: number | null,
  stdout: string,
  stderr: string,
): string | undefined {
  if (refused !== undefined)
    return status === 2 && refused.test(stderr) ? undefined : `exit code ${status}: ${stderr.slice(0, 300)}`
  if (status === null || status > 1) return `exit code ${status}: ${stderr.slice(0, 300)}`
  const { findings } = JSON.parse(stdout) as { findings: readonly { rule: string; severity: string }[] }
  const told = [...new Set(findings.map(({ rule }) => rule))].join(", ")
  if (finds.length > 0)
    return findings.some(({ rule }) => finds.includes(rule)) ? undefined : `found ${told || "nothing"}`
  return findings.some(({ severity }) => severity === "error") ? `found ${told}` : undefined
}
