import { enableCompileCache } from "node:module"

// Before the rest is loaded, so that from the second start on it is loaded as compiled code.
enableCompileCache()

const [{ main }, { processIo }] = await Promise.all([import("./main.ts"), import("./io.ts")])
process.exitCode = await main(process.argv.slice(2), processIo())
