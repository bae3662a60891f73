import { existsSync, mkdirSync, rmSync } from "node:fs"
import { dirname } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { writePrivateFile } from "../store/privateFile.ts"
import { inWords } from "../system/failure.ts"
import { findProgram } from "../system/program.ts"
import type { Service } from "../system/serviceFile.ts"

type Environment = Readonly<Record<string, string | undefined>>

/** What the service manager refused, in its own words; `null`: it did as it was told. */
type Refusal = string | null

/** Write the file of a service and begin it. @throws CfgsyncError `write-failed` */
export function installService(service: Service, root: string, environment: Environment): Refusal {
  try {
    mkdirSync(dirname(service.file), { recursive: true })
    writePrivateFile(service.file, service.text)
  } catch (error) {
    throw inWords(error, "write-failed", service.file)
  }
  return runAll(service.begin, root, environment)
}

/** End a service and remove its file. @returns `undefined` where there is none */
export function uninstallService(service: Service, root: string, environment: Environment): Refusal | undefined {
  if (!existsSync(service.file)) return undefined
  const refusal = runAll(service.end, root, environment)
  try {
    rmSync(service.file)
  } catch (error) {
    throw inWords(error, "write-failed", service.file)
  }
  return refusal
}

function runAll(commands: Service["begin"], root: string, environment: Environment): Refusal {
  const { spawnSync } = process.getBuiltinModule("node:child_process")
  for (const [name = "", ...args] of commands) {
    const program = findProgram(name, environment.PATH ?? "", root)
    if (program === undefined) return `${name} is not on PATH`
    const { status, error, stderr } = spawnSync(program, args, { env: environment, encoding: "utf8", timeout: 60_000 })
    if (status !== 0) return `${[name, ...args].join(" ")}: ${error?.message ?? stderr.trim()}`
  }
  return null
}

/** @throws CfgsyncError `usage` for what a monitor that somebody sees to cannot be */
export function refuseVolatile(program: string): void {
  if (/[\\/]_npx[\\/]/.test(program))
    throw new CfgsyncError(
      "not-possible-here",
      `${program} is a copy that npx keeps for a while`,
      "install cfgsync, then run it from there",
    )
}
