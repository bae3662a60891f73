import { askMonitor } from "./ask.ts"

const asked = await askMonitor()
if (asked.code === undefined) {
  // Before the rest is loaded, so that from the second start on it is loaded as compiled code.
  process.getBuiltinModule("node:module").enableCompileCache()
  const { run } = await import("./run.ts")
  process.exitCode = await run(asked.stdin)
} else process.exitCode = asked.code
