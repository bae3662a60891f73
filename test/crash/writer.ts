/** The process that is killed: `node writer.ts ROOT SCENARIO`. Exit code 3: refused with a `CfgsyncError`. */
import { renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { CfgsyncError } from "../../src/model/errors.ts"
import { openSystem } from "../../src/system/real.ts"
import { type Scenario, type ScenarioName, scenarios } from "./scenarios.ts"

const [root = "", name = ""] = process.argv.slice(2)

try {
  run(name as ScenarioName, scenarios[name as ScenarioName])
} catch (error) {
  if (!(error instanceof CfgsyncError)) throw error
  process.stdout.write(`${error.code}: ${error.message}\n`)
  process.exitCode = 3
}

function run(which: ScenarioName, { before, after }: Scenario): void {
  const target = join(root, "a.json")
  if (which === "naiveInPlace") {
    writeFileSync(target, after["a.json"] ?? "")
    return
  }
  if (which === "naiveTemporary") {
    writeFileSync(`${target}.tmp`, after["a.json"] ?? "")
    renameSync(`${target}.tmp`, target)
    return
  }
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (path) => before[path] !== after[path],
  )
  const encode = (text: string | undefined): Uint8Array | null => (text === undefined ? null : Buffer.from(text))
  openSystem(root).write(paths.map((path) => ({ path, before: encode(before[path]), after: encode(after[path]) })))
}
