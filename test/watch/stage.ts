import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { onTestFinished } from "vitest"
import { check } from "../../src/app/check.ts"
import { Monitor, type MonitorOptions } from "../../src/app/monitor/monitor.ts"
import { openProject } from "../../src/app/project.ts"
import type { MonitorEvent } from "../../src/model/monitorEvent.ts"
import { toPointer } from "../../src/model/path.ts"

/** Rules of every kind of dependency: on the file alone, on one by name, on some by a glob, on permissions, with a repair and without. */
const rules = `rule own/port "the port is a number" {
  why "the server compares it"
  severity error
  files "*.json"
  where $.port is present
  require $.port is number
  fix safe "take the usual one" { set $.port = 80 }
}
rule own/name "the name is the one of the team" {
  why "others look it up"
  severity warning
  files "*.json"
  where $.team is present
  require $.team == doc("team/name.json").name
}
rule own/size "the size is enough" {
  why "nobody knows which one would be"
  severity error
  files "*.json"
  where $.size is present
  require $.size > 1000
}
rule own/mode "nobody else may write" {
  why "it is read at start"
  severity warning
  files "*.json"
  require file.mode != "0666"
}
`

/** Its files are those of `conf`, `team` and one by name. */
export const config = {
  files: ["conf/**/*.{json,yaml}", "single.json", "team/*.json"],
  rules: ["own.rule"],
}

/** A project in a folder of its own, which is removed afterwards. */
export function stage(files: Readonly<Record<string, string>>, settings: unknown = config): string {
  const root = mkdtempSync(join(tmpdir(), "cfgsync-watch-"))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(projectFiles(files, settings))) put(root, path, text)
  return root
}

/** With what makes a project of them. */
export function projectFiles(files: Readonly<Record<string, string>>, settings: unknown = config) {
  return { "cfgsync.config.json": JSON.stringify(settings), "own.rule": rules, ...files }
}

export function put(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

export interface Watched {
  readonly monitor: Monitor
  readonly events: MonitorEvent[]
  /** The next event that is wanted, from those that were not taken yet. */
  readonly next: <K extends MonitorEvent["kind"]>(
    kind: K,
    patience?: number,
  ) => Promise<Extract<MonitorEvent, { readonly kind: K }>>
}

export async function watch(root: string, options: Partial<MonitorOptions> = {}): Promise<Watched> {
  const events: MonitorEvent[] = []
  let taken = 0
  const open = (fresh?: string) => openProject({ cwd: root, ...(fresh === undefined ? {} : { fresh }) })
  const monitor = await Monitor.open({
    project: await open(),
    reopen: open,
    fix: false,
    recording: {
      actor: { kind: "watch", name: "test", evidence: [] },
      command: "watch",
      tell: () => {},
      on: true,
      patience: 0,
    },
    tell: (event) => events.push(event),
    failed: (error) => {
      throw error
    },
    ...options,
  })
  await monitor.begin()
  onTestFinished(() => monitor.stop("the test is over"))
  return {
    monitor,
    events,
    next: async <K extends MonitorEvent["kind"]>(kind: K, patience = 20_000) => {
      const isWanted = (event: MonitorEvent): event is Extract<MonitorEvent, { readonly kind: K }> =>
        event.kind === kind
      const end = performance.now() + patience
      for (;;) {
        const found = events.slice(taken).find(isWanted)
        if (found !== undefined) {
          taken = events.indexOf(found) + 1
          return found
        }
        if (performance.now() > end) throw new Error(`no ${kind} among ${JSON.stringify(events.slice(-5))}`)
        await rest(5)
      }
    },
  }
}

export function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** What a check of the disk finds that knows nothing of before. */
export async function freshFindings(root: string): Promise<readonly string[]> {
  const { findings } = await check(await openProject({ cwd: root }), {})
  return findings.map(({ file, rule, path, message }) => [file, rule, toPointer(path), message].join(" ")).sort()
}

function toldFindings({ monitor }: Watched): readonly string[] {
  return monitor.findings.map(({ file, rule, pointer, message }) => [file, rule, pointer, message].join(" ")).sort()
}

/** Waits until what was told of is what there is. @throws Error when it is not so in time */
export async function settled(root: string, watched: Watched, patience: number): Promise<void> {
  const end = performance.now() + patience
  for (;;) {
    await watched.monitor.idle()
    const [told, fresh] = [toldFindings(watched), await freshFindings(root)]
    if (JSON.stringify(told) === JSON.stringify(fresh)) return
    if (performance.now() > end) {
      const stale = [...told.filter((each) => !fresh.includes(each)).map((each) => `told: ${each}`)]
      const missed = fresh.filter((each) => !told.includes(each)).map((each) => `there: ${each}`)
      throw new Error(`after ${patience} ms not what there is\n${[...stale, ...missed].slice(0, 20).join("\n")}`)
    }
    await rest(50)
  }
}
