// Loaded before a program: at its end, say what it held at most. Node asks the system itself, so this works where there is no /usr/bin/time.
const { writeSync } = require("node:fs")
process.on("exit", () => writeSync(2, `\npeak ${process.resourceUsage().maxRSS} KiB\n`))
