import { parentPort } from "node:worker_threads"
import { checkPaths, type Seen as Walked } from "../../src/app/check.ts"
import { resolveSettings } from "../../src/app/config.ts"
import { Dependents } from "../../src/app/dependents.ts"
import { planRun } from "../../src/app/fix.ts"
import { loadRules } from "../../src/app/loadRules.ts"
import type { Project } from "../../src/app/project.ts"
import { openRunWith, type Run } from "../../src/app/run.ts"
import { defaultLimits } from "../../src/model/document.ts"
import type { Severity } from "../../src/model/finding.ts"
import type { Path } from "../../src/model/path.ts"
import { LineIndex } from "../../src/model/span.ts"
import { toJson, type Value } from "../../src/model/value.ts"
import { memorySystem } from "../../src/system/memory.ts"

/** A file to check, under the path that it has in its repository. */
export interface Task {
  readonly path: string
  readonly bytes: Uint8Array
  /** What else is in the project, by path. */
  readonly others: Readonly<Record<string, string>>
  /** `schemas` and `severity` of the configuration. */
  readonly schemas: Readonly<Record<string, string>>
  readonly severity: Readonly<Record<string, Severity>>
  /** Whether to repair it too. */
  readonly repair: boolean
}

export interface Seen {
  readonly rule: string
  readonly kind: string
  readonly severity: string
  readonly message: string
  readonly path: Path
  /** Where the mistake itself is, at or below `path`. */
  readonly about: Path
  /** From 1. */
  readonly line: number
}

/** A text, and what it says; no value where it does not parse. */
export interface Version {
  readonly text: string
  readonly value: Value | undefined
  readonly comments: readonly string[]
}

export interface Repaired extends Version {
  readonly changed: boolean
  /** What is still wrong. */
  readonly left: readonly Seen[]
}

export interface Checked {
  readonly milliseconds: number
  readonly format: string | undefined
  /** Whether the readers of this file take comments. */
  readonly comments: boolean
  readonly findings: readonly Seen[]
  readonly before: Version
  readonly safe: Repaired | undefined
  readonly unsafe: Repaired | undefined
}

export type Answer = Checked | { readonly crash: string }

function projectOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  { schemas, severity }: Pick<Task, "schemas" | "severity">,
): Project {
  const system = memorySystem(files)
  return {
    root: system.root,
    cwd: system.root,
    configPath: null,
    config: {},
    settings: resolveSettings({ schemas, severity }, undefined),
    environment: undefined,
    system,
    lastGood: () => undefined,
  }
}

const rules = await loadRules(projectOf({}, { schemas: {}, severity: {} }))

async function check({ path, bytes, others, repair, ...settings }: Task): Promise<Answer> {
  try {
    const started = performance.now()
    const run = await openRunWith(
      { rules, links: [], verdicts: {} },
      projectOf({ ...others, [path]: bytes }, settings),
      [path],
    )
    const walked = await checkPaths(run, [path], new Map())
    const milliseconds = performance.now() - started
    const format = run.format(path)
    const text = new TextDecoder("utf-8", { ignoreBOM: false }).decode(bytes)
    return {
      milliseconds,
      format: format?.name,
      comments: format?.comments(path) ?? false,
      findings: seen(walked, path),
      before: version(run, path, text),
      safe: repair ? await repaired(run, path, text, walked, false) : undefined,
      unsafe: repair ? await repaired(run, path, text, walked, true) : undefined,
    }
  } catch (error) {
    return { crash: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

async function repaired(run: Run, path: string, text: string, walked: Walked, unsafe: boolean): Promise<Repaired> {
  const { plan, findings } = await planRun(run, walked.findings, new Dependents(walked.dependencies), { unsafe })
  const file = plan.files.find((each) => each.path === path)
  const after = file?.after.text ?? text
  const left = seen({ findings, sources: new Map([[path, { path, text: after, bom: false }]]) }, path)
  return { ...version(run, path, after), changed: after !== text, left }
}

function seen({ findings, sources }: Pick<Walked, "findings" | "sources">, path: string): readonly Seen[] {
  const index = new LineIndex(sources.get(path)?.text ?? "")
  return findings
    .filter(({ file }) => file === path)
    .map(({ rule, kind, severity, message, span, path: at, about = at }) => {
      return { rule, kind, severity, message, path: at, about, line: index.position(span.start).line }
    })
}

function version(run: Run, path: string, text: string): Version {
  const document = run.format(path)?.parse({ path, text, bom: false }, defaultLimits).documents[0]
  return {
    text,
    value: document === undefined ? undefined : toJson(document.value),
    comments: document?.comments().map((comment) => comment.text) ?? [],
  }
}

parentPort?.on("message", async (task: Task) => parentPort?.postMessage(await check(task)))
