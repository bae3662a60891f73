import { describe, expect, test } from "vitest"
import { isSelfContained } from "./selfContained.ts"

describe("a program that says the same each time", () => {
  test.each([
    'import { defineConfig } from "cfgsync"\n\nexport default defineConfig({ files: ["a.json"] })\n',
    'import { defineConfig, type Config } from "cfgsync";\nconst config: Config = {}\nexport default defineConfig(config)\n',
    'import type { Config } from "cfgsync"\nexport default { files: ["**/*.json"] } satisfies Config\n',
    'export default { files: ["important/*.json", "processes.json"] }\n',
  ])("%s", (program) => expect(isSelfContained(program)).toBe(true))
})

describe("one that may say another thing each time", () => {
  test.each([
    'import { shared } from "./shared.ts"\nexport default shared\n',
    'import { defineConfig } from "cfgsync"\nimport shared from "./shared.json" with { type: "json" }\nexport default defineConfig(shared)\n',
    'export default { files: [process.env.WHAT ?? "a.json"] }\n',
    'export * from "./shared.ts"\n',
    'export { default } from "./shared.ts"\n',
    'export default { files: [await (await fetch("http://localhost")).text()] }\n',
    "export default { files: [String(new Date().getDay())] }\n",
    'export default { files: [[].constructor.constructor("return 1")()] }\n',
    "export default { files: [gl\\u006fbalThis.x] }\n",
    'module.exports = require("./shared.cjs")\n',
  ])("%s", (program) => expect(isSelfContained(program)).toBe(false))
})
