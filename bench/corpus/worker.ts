import { parentPort } from "node:worker_threads"
import { checkPaths } from "../../src/app/check.ts"
import { resolveSettings } from "../../src/app/config.ts"
import { loadRules } from "../../src/app/loadRules.ts"
import type { Project } from "../../src/app/project.ts"
import { openRunWith } from "../../src/app/run.ts"
import { LineIndex } from "../../src/model/span.ts"
import { memorySystem } from "../../src/system/memory.ts"

/** A file to check, under the path that it has in its repository. */
export interface Task {
  readonly path: string
  readonly bytes: Uint8Array
}

export interface Seen {
  readonly rule: string
  readonly kind: string
  readonly severity: string
  readonly message: string
  /** From 1. */
  readonly line: number
}

export type Answer =
  | {
      readonly milliseconds: number
      readonly format: string | undefined
      /** Whether the readers of this file take comments. */
      readonly comments: boolean
      readonly findings: readonly Seen[]
    }
  | { readonly crash: string }

function projectOf(files: Readonly<Record<string, Uint8Array>>): Project {
  const system = memorySystem(files)
  return {
    root: system.root,
    cwd: system.root,
    configPath: null,
    config: {},
    settings: resolveSettings({}, undefined),
    environment: undefined,
    system,
    lastGood: () => undefined,
  }
}

const rules = await loadRules(projectOf({}))

async function check({ path, bytes }: Task): Promise<Answer> {
  const started = performance.now()
  try {
    const run = await openRunWith(rules, projectOf({ [path]: bytes }), [path])
    const { findings, sources } = await checkPaths(run, [path], new Map())
    const index = new LineIndex(sources.get(path)?.text ?? "")
    const seen = findings.map(({ rule, kind, severity, message, span }) => {
      return { rule, kind, severity, message, line: index.position(span.start).line }
    })
    const milliseconds = performance.now() - started
    const format = run.format(path)
    return { milliseconds, format: format?.name, comments: format?.comments(path) ?? false, findings: seen }
  } catch (error) {
    return { crash: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

parentPort?.on("message", async (task: Task) => parentPort?.postMessage(await check(task)))
