// Loaded before a program: at its end, say what it held at most. Node asks the system itself, so this works where there is no /usr/bin/time.
const { writeSync } = require("node:fs")
process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  writeSync(2, `\nworked ${Math.round((userCPUTime + systemCPUTime) / 1000)} ms\npeak ${maxRSS} KiB\n`)
})
