import { enableCompileCache } from "node:module"

// Before the rest is loaded, so that from the second start on it is loaded as compiled code.
enableCompileCache()

const { run } = await import("./run.ts")
process.exitCode = await run()
