/**
 * `npm run bench:watch -- [1000|10000|50000] [--events N] [--only latency,repair,idle] [--contestants cfgsync,chokidar] [--idle SECONDS]`: from the
 * write of a file to the line that tells of it, beside other watchers on the same project, one after the other; from the write to the repair on
 * disk; 500 files at once; what it costs to watch when nothing happens. Absent a count: 1000.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { cfgsync, chokidar, contestants, Running, repairing } from "./watch/contestant.ts"
import { isGood, type Save, save, services, writeProject } from "./watch/project.ts"

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: "string", default: "200" },
    only: { type: "string", default: "latency,repair,idle" },
    contestants: { type: "string", default: "" },
    idle: { type: "string", default: "60" },
  },
})
const saves: readonly Save[] = ["plain", "atomic"]
const events = Number(values.events)
const state = mkdtempSync(join(tmpdir(), "cfgsync-watch-state-"))
const environment = { ...process.env, XDG_STATE_HOME: state }
const parts: Readonly<Record<string, (folder: string) => Promise<void>>> = { latency, repair, idle }

try {
  console.log(`Node ${process.versions.node}, ${availableParallelism()} cores, ${events} events of each kind.`)
  for (const count of positionals.length === 0 ? [1000] : positionals.map(Number)) {
    const folder = join(tmpdir(), `cfgsync-bench-watch-${count}`)
    writeProject(folder, count, 20_261_123)
    console.log(`\n## ${count} files`)
    try {
      for (const part of values.only.split(",")) await parts[part]?.(folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
} finally {
  rmSync(state, { recursive: true, force: true })
}

/** From the write to the line that tells of it, and 500 files at once. */
async function latency(folder: string): Promise<void> {
  const wanted = values.contestants.split(",")
  console.log("\n| | plain p50 | p99 | most | atomic p50 | p99 | most | 500 at once, plain | atomic | missed |")
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
  for (const contestant of contestants()) {
    if (values.contestants !== "" && !wanted.some((name) => contestant.name.includes(name))) continue
    const running = await Running.start(contestant, folder, environment)
    const cells: string[] = []
    let missed = 0
    for (const how of saves) {
      const { times, lost } = await eachInTurn(running, folder, how)
      cells.push(figure(part(times, 0.5)), figure(part(times, 0.99)), figure(part(times, 1)))
      missed += lost
    }
    for (const how of saves) {
      const { milliseconds, lost } = await allAtOnce(running, folder, how)
      cells.push(figure(milliseconds))
      missed += lost
    }
    await running.stop()
    console.log(`| ${contestant.name} | ${cells.join(" | ")} | ${missed} |`)
  }
}

async function eachInTurn(running: Running, folder: string, how: Save) {
  const times: number[] = []
  let lost = 0
  for (let event = 0; event < events; event++) {
    if (event % services.length === 0) await mend(running, folder)
    const path = services[event % services.length] ?? ""
    const at = save(folder, path, how, "drifted")
    const heard = await running.hears(() => running.heard(path) !== undefined, 5000)
    if (heard) times.push((running.heard(path) ?? 0) - at)
    else lost++
    await rest(10 + Math.random() * 20)
  }
  return { times: times.sort((a, b) => a - b), lost }
}

async function allAtOnce(running: Running, folder: string, how: Save) {
  await mend(running, folder)
  const at = performance.now()
  for (const path of services) save(folder, path, how, "drifted")
  await running.hears(() => services.every((path) => running.heard(path) !== undefined), 5000)
  const heard = services.flatMap((path) => running.heard(path) ?? [])
  return { milliseconds: Math.max(...heard) - at, lost: services.length - heard.length }
}

/** Put everything right again, and let that pass. */
async function mend(running: Running, folder: string): Promise<void> {
  for (const path of services) if (!isGood(folder, path)) save(folder, path, "plain", "good")
  await running.calm()
}

/** From the write to the repair on disk; a repair waits until the file has been quiet for 40 ms. */
async function repair(folder: string): Promise<void> {
  const running = await Running.start(repairing, folder, environment)
  // What was wrong at the start is repaired first, which may be silent for a while.
  await running.calm(10_000)
  console.log("\n| from the write to the repair on disk | p50 | p99 | most |")
  console.log("| --- | ---: | ---: | ---: |")
  for (const how of saves) {
    const times: number[] = []
    for (let event = 0; event < events; event++) {
      const path = services[event % services.length] ?? ""
      const at = save(folder, path, how, "drifted")
      while (!isGood(folder, path) && performance.now() - at < 10_000) await rest(1)
      times.push(performance.now() - at)
      await rest(20 + Math.random() * 40)
    }
    times.sort((a, b) => a - b)
    console.log(`| ${how} | ${[0.5, 0.99, 1].map((share) => figure(part(times, share))).join(" | ")} |`)
  }
  await running.stop()
}

/** What it costs to watch when nothing happens. */
async function idle(folder: string): Promise<void> {
  console.log(`\n| idle for ${values.idle} s | processor | memory | most |`)
  console.log("| --- | ---: | ---: | ---: |")
  for (const contestant of [cfgsync, chokidar]) {
    const running = await Running.start(contestant, folder, environment)
    await rest(5000)
    const [started, before] = [performance.now(), running.processor]
    await rest(Number(values.idle) * 1000)
    const share = (running.processor - before) / (performance.now() - started)
    const { now, most } = running.memory
    console.log(
      `| ${contestant.name} | ${(share * 100).toFixed(2)} % | ${now.toFixed(0)} MiB | ${most.toFixed(0)} MiB |`,
    )
    await running.stop()
  }
}

function part(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

function figure(milliseconds: number): string {
  return `${milliseconds.toFixed(1)} ms`
}

function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
