import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type HookName, hookNames } from "../hookNames.ts"
import { block, blockIn, withBlock, withoutBlock } from "./block.ts"
import type { HookFile, HookState, Manager } from "./manager.ts"
import { addToScript, asideSuffix, type Caller, chainedScript, newScript, quoted, removeFromScript } from "./script.ts"

/** The scripts that git itself runs. @param folder absolute */
export function plainHooks(folder: string, caller: Caller): Manager {
  return { name: "git", files: hookNames.map((hook) => plainHook(folder, hook, caller)), notes: [] }
}

function plainHook(folder: string, hook: HookName, caller: Caller): HookFile {
  const path = join(folder, hook)
  const text = readText(path)
  const common = { path, text, executable: true }
  const wasAside = existsSync(path + asideSuffix)
  if (text === null || wasAside) {
    const installed = wasAside ? chainedScript(hook, caller) : newScript(hook, caller)
    const state = stateOf(text, installed, hook)
    return {
      ...common,
      hooks: [{ hook, state }],
      installed,
      removed: null,
      ...(wasAside ? { aside: path + asideSuffix } : {}),
    }
  }
  const installed = addToScript(text, hook, caller)
  if (installed === null) {
    const aside = path + asideSuffix
    return {
      ...common,
      hooks: [{ hook, state: "missing" }],
      installed: chainedScript(hook, caller),
      removed: text,
      aside,
    }
  }
  const state = stateOf(text, installed, hook)
  const kept = state === "by-hand" ? text : installed
  return { ...common, hooks: [{ hook, state }], installed: kept, removed: removeFromScript(text) }
}

function stateOf(text: string | null, installed: string, hook: HookName): HookState {
  if (text === null) return "missing"
  if (text === installed) return "installed"
  if (blockIn(text) !== undefined) return "stale"
  return callsHook(text, hook) ? "by-hand" : "missing"
}

/** Whether a line that is no comment calls cfgsync for a hook. */
function callsHook(text: string, hook: HookName): boolean {
  return new RegExp(`^[^#\n]*\\bcfgsync(?:\\.js)?['"]?\\s+hooks\\s+run\\s+${hook}\\b`, "m").test(text)
}

/**
 * husky runs the scripts in its folder with the project's commands on PATH.
 * @param byLintStaged lint-staged calls cfgsync already, so that pre-commit need not
 */
export function huskyHooks(folder: string, { options }: Caller, byLintStaged: boolean): Manager {
  const files = hookNames.map((hook): HookFile => {
    const path = join(folder, hook)
    const text = readText(path)
    const body = `${["cfgsync", "hooks", "run", hook, ...options].map(quoted).join(" ")} "$@"\n`
    const through = hook === "pre-commit" && byLintStaged
    const mine = text !== null && (through || callsHook(withoutBlock(text), hook))
    const installed = mine ? text : text === null ? block(body) : withBlock(text, body, (whole) => whole.length)
    const state = mine ? "by-hand" : stateOf(text, installed, hook)
    const rest = text === null ? null : withoutBlock(text)
    return {
      path,
      text,
      executable: false,
      hooks: [{ hook, state }],
      installed,
      removed: rest?.trim() === "" ? null : rest,
    }
  })
  return { name: "husky", files, notes: [] }
}

export function readText(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null
}
