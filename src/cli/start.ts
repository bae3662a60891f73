import { enableCompileCache } from "node:module"

// Before the rest is loaded, so that from the second start on it is loaded as compiled code.
enableCompileCache()

const { askMonitor } = await import("./ask.ts")
const answered = await askMonitor()
process.exitCode = answered ?? (await (await import("./run.ts")).run())
