import { octal } from "../octal.ts"
import type { Project } from "../project.ts"
import { type FileStatus, type OnDisk, statusFrom } from "../status.ts"
import type { Monitor } from "./monitor.ts"

/** The same as `statusOf` of the whole project, where all is as it was accepted. @returns `undefined` where more must be looked at than a monitor knows */
export async function warmStatus(monitor: Monitor, project: Project): Promise<readonly FileStatus[] | undefined> {
  if (!(await monitor.refresh(undefined))) return undefined
  const { ledger } = monitor
  const there = ledger.paths().filter((path) => ledger.get(path)?.print !== "missing")
  return statusFrom(project, there, (path) => onDisk(ledger.get(path)?.print ?? ""))
}

/** From what tells a state of a file from others: its hash, then its permissions. */
function onDisk(print: string): OnDisk {
  const [, hash, mode] = /^([0-9a-f]{64}) (\d+)$/.exec(print) ?? []
  return hash === undefined || mode === undefined ? { hash: "" } : { hash, mode: octal(Number(mode)) }
}
