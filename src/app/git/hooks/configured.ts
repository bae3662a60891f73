import { basename } from "node:path"
import { editDocument } from "../../../engine/editDocument.ts"
import { defaultLimits, hasErrors } from "../../../model/document.ts"
import { CfgsyncError } from "../../../model/errors.ts"
import type { Operation } from "../../../model/operation.ts"
import { valueAt } from "../../../model/path.ts"
import { isArray, isObject, makeObject, type ObjectValue, type Value } from "../../../model/value.ts"
import { formatOf } from "../../formats.ts"
import { type HookName, hookNames } from "../hookNames.ts"
import type { HookState, Manager, ManagerName } from "./manager.ts"
import { quoted } from "./script.ts"
import { readText } from "./scripts.ts"

interface Edit {
  readonly hook: HookName
  readonly state: HookState
  readonly install: readonly Operation[]
  readonly remove: readonly Operation[]
}

/** A manager that keeps its hooks in a file of configuration, which is edited losslessly. */
async function configured(
  name: ManagerName,
  path: string,
  plan: (value: Value | undefined) => readonly Edit[],
  notes: readonly string[],
): Promise<Manager> {
  const text = readText(path) ?? ""
  const format = await formatOf(path)
  const source = { path: basename(path), text, bom: false }
  const parsed = format?.parse(source, defaultLimits)
  if (format === undefined || parsed === undefined || hasErrors(parsed)) {
    throw new CfgsyncError("file-invalid", `${path} cannot be read`, "mend it, then install the hooks")
  }
  const edits = plan(parsed.documents[0]?.value)
  const edited = (operations: readonly Operation[]): string => {
    if (operations.length === 0) return text
    const done = editDocument(
      format,
      source,
      operations.map((operation) => ({ document: 0, operation })),
      defaultLimits,
    )
    if (done.ok) return done.source.text
    throw new CfgsyncError("edit-refused", `${path} was not changed: ${done.reason}`)
  }
  return {
    name,
    notes,
    files: [
      {
        path,
        text,
        executable: false,
        hooks: edits.map(({ hook, state }) => ({ hook, state })),
        installed: edited(
          edits.filter(({ state }) => state === "missing" || state === "stale").flatMap(({ install }) => install),
        ),
        removed: edited(edits.flatMap(({ remove }) => remove)),
      },
    ],
  }
}

const command = (hook: HookName, options: readonly string[]) =>
  ["cfgsync", "hooks", "run", hook, ...options].map(quoted).join(" ")

/** What git gives to a hook, as lefthook calls it. */
const given: Readonly<Record<HookName, string>> = {
  "pre-commit": "",
  "pre-merge-commit": "",
  "post-merge": " {1}",
  "post-rewrite": " {1}",
  "post-checkout": " {1} {2} {3}",
}

export function lefthookHooks(path: string, options: readonly string[]): Promise<Manager> {
  const plan = (value: Value | undefined) =>
    hookNames.map((hook): Edit => {
      const run = command(hook, options) + given[hook]
      const there = valueAt(value, [hook, "commands", "cfgsync"])
      const state = there === undefined ? "missing" : valueAt(there, ["run"]) === run ? "installed" : "stale"
      const install: Operation =
        state === "stale"
          ? { op: "set", path: [hook, "commands", "cfgsync", "run"], value: run }
          : { op: "set", path: [hook, "commands", "cfgsync"], value: makeObject([["run", run]]) }
      return { hook, state, install: [install], remove: removals(value, hook) }
    })
  return configured("lefthook", path, plan, ["lefthook writes its scripts anew: npx lefthook install"])
}

/** Of a hook in which nothing but cfgsync is, all goes. */
function removals(value: Value | undefined, hook: HookName): readonly Operation[] {
  const own = valueAt(value, [hook])
  const commands = valueAt(value, [hook, "commands"])
  if (!isObject(commands) || commands.cfgsync === undefined) return []
  if (Object.keys(commands).length > 1) return [{ op: "remove", path: [hook, "commands", "cfgsync"] }]
  return [{ op: "remove", path: isObject(own) && Object.keys(own).length > 1 ? [hook, "commands"] : [hook] }]
}

export function preCommitHooks(path: string, options: readonly string[]): Promise<Manager> {
  const wanted = hookNames.map((hook) => preCommitHook(hook, options))
  const plan = (value: Value | undefined): readonly Edit[] => {
    const repos = valueAt(value, ["repos"])
    const list = isArray(repos) ? repos : []
    const at = list.findIndex((repo) => hooksOf(repo).some((each) => isOurs(each)))
    const there = at < 0 ? [] : hooksOf(list[at]).filter(isOurs)
    const stateOf = (hook: HookName): HookState => {
      const own = there.find((each) => isObject(each) && each.id === `cfgsync-${hook}`)
      if (own === undefined) return "missing"
      const entry = wanted.find(({ id }) => id === `cfgsync-${hook}`)?.entry
      return isObject(own) && own.entry === entry ? "installed" : "stale"
    }
    const states = hookNames.map((hook) => ({ hook, state: stateOf(hook) }))
    const repo = makeObject([
      ["repo", "local"],
      ["hooks", wanted],
    ])
    const whole: Operation =
      at >= 0
        ? { op: "set", path: ["repos", at, "hooks"], value: wanted }
        : isArray(repos)
          ? { op: "append", path: ["repos"], value: repo }
          : { op: "set", path: ["repos"], value: [repo] }
    const first = states.find(({ state }) => state === "missing" || state === "stale")?.hook
    return states.map(({ hook, state }) => ({
      hook,
      state,
      install: hook === first ? [whole] : [],
      remove: at >= 0 && hook === hookNames[0] ? [{ op: "remove", path: ["repos", at] }] : [],
    }))
  }
  const stages = hookNames.map((hook) => `--hook-type ${hook}`).join(" ")
  return configured("pre-commit", path, plan, [`pre-commit writes its scripts anew: pre-commit install ${stages}`])
}

function preCommitHook(hook: HookName, options: readonly string[]): ObjectValue {
  const before = hook.startsWith("pre-")
  return makeObject([
    ["id", `cfgsync-${hook}`],
    ["name", `cfgsync ${hook}`],
    ["entry", command(hook, options)],
    ["language", "system"],
    ["stages", [hook]],
    ["always_run", true],
    ["pass_filenames", false],
    ...(before ? [] : ([["verbose", true]] as const)),
  ])
}

function hooksOf(repo: Value | undefined): readonly Value[] {
  const hooks = valueAt(repo, ["hooks"])
  return valueAt(repo, ["repo"]) === "local" && isArray(hooks) ? hooks : []
}

function isOurs(hook: Value): boolean {
  return isObject(hook) && typeof hook.id === "string" && hook.id.startsWith("cfgsync-")
}
