import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { expect } from "vitest"
import { memorySystem } from "../../src/system/memory.ts"
import { readOnly } from "../../src/system/readOnly.ts"
import { openSystem } from "../../src/system/real.ts"
import { type MadeSystem, type MakeSystem, testSystem } from "./system.ts"

const environment = { CFGSYNC_TEST: "yes", PATH: "/usr/bin:/bin" }

const real: MakeSystem = (files) => {
  const root = mkdtempSync(join(tmpdir(), "cfgsync-contract-"))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text, { mode: 0o644 })
  }
  const dispose = () => {
    const left = readdirSync(root, { recursive: true }).filter((name) => String(name).includes("cfgsync"))
    rmSync(root, { recursive: true })
    expect(left).toEqual([])
  }
  return { system: openSystem(root, { environment }), dispose }
}

const memory: MakeSystem = (files) => ({ system: memorySystem(files, { environment, commands: ["sh"] }) })

testSystem("the real disk", real)
testSystem("memory", memory)
testSystem("a read-only disk", (files) => readOnlyOf(real(files)), false)
testSystem("a read-only memory", (files) => readOnlyOf(memory(files)), false)

function readOnlyOf(made: MadeSystem): MadeSystem {
  return { ...made, system: readOnly(made.system) }
}
