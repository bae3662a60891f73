import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"

/** One write, from the files before it to the files after it. Contents are long enough to be torn. */
export interface Scenario {
  readonly before: Readonly<Record<string, string>>
  readonly after: Readonly<Record<string, string>>
}

const text = (letter: string): string => `${letter.repeat(99)}\n`.repeat(500)

const replace: Scenario = {
  before: { "a.json": text("a"), "b.json": "b" },
  after: { "a.json": text("A"), "b.json": "b" },
}

/** `naive…`: how one would write without care; the harness must object to them. */
export const scenarios = {
  replace,
  create: { before: { "b.json": "b" }, after: { "b.json": "b", "new/deep/a.json": text("A") } },
  transaction: {
    before: { "a.json": text("a"), "sub/b.json": text("b"), "c.json": text("c") },
    after: { "a.json": text("A"), "sub/b.json": text("B"), "new/d.json": text("D") },
  },
  naiveInPlace: replace,
  naiveTemporary: replace,
} as const satisfies Readonly<Record<string, Scenario>>

export type ScenarioName = keyof typeof scenarios

/** Writes files below a folder. */
export function lay(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
}

/** The files that lie below a folder; an empty folder is shown as `name/`. */
function filesIn(root: string, below = ""): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of readdirSync(join(root, below)).sort()) {
    const path = below === "" ? name : `${below}/${name}`
    if (!statSync(join(root, path)).isDirectory()) {
      found[path] = readFileSync(join(root, path), "utf8")
      continue
    }
    const inner = filesIn(root, path)
    Object.assign(found, Object.keys(inner).length === 0 ? { [`${path}/`]: "" } : inner)
  }
  return found
}

export type State = "old" | "new" | "torn"

/** What of a scenario lies in a folder. @param strict temporary files count too */
export function stateOf(root: string, { before, after }: Scenario, strict: boolean): State {
  const all = Object.entries(filesIn(root))
  const named = new Set([...Object.keys(before), ...Object.keys(after)])
  const found = all.filter(([path]) => strict || named.has(path))
  if (isSame(found, before)) return "old"
  return isSame(found, after) ? "new" : "torn"
}

function isSame(found: readonly (readonly [string, string])[], files: Readonly<Record<string, string>>): boolean {
  return found.length === Object.keys(files).length && found.every(([path, content]) => files[path] === content)
}
