// `node loadGeminiSettings.mjs PROGRAM`: what Gemini CLI's own code makes of the settings here, as JSON. It has no command that prints them.
import { readdirSync, readFileSync, realpathSync } from "node:fs"
import { dirname, join } from "node:path"

const folder = dirname(realpathSync(process.argv[2] ?? ""))
const name = readdirSync(folder).find(
  (each) =>
    each.startsWith("chunk-") && /\n {2}loadSettings,\n/.test(readFileSync(join(folder, each), "utf8").slice(-20_000)),
)
const { loadSettings } = await import(join(folder, name ?? ""))
const { merged, isTrusted, errors } = loadSettings(process.cwd())
process.stdout.write(`settings: ${JSON.stringify({ merged, isTrusted, errors })}\n`)
process.exit(0)
