import { join } from "node:path"
import { packageFolder } from "../package.ts"

/** The program of the scanning thread: a file of its own also in the bundle. */
export function scanProgram(): string {
  return import.meta.filename.endsWith(".ts")
    ? join(packageFolder, "src/app/monitor/scanWorker.ts")
    : join(packageFolder, "dist/scanWorker.js")
}
