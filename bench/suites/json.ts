import { readdirSync, readFileSync } from "node:fs"
import json from "../../plugins/json/index.ts"
import { suitesFolder } from "./folder.ts"
import { jsonReader } from "./jsonReader.ts"
import type { Suite, SuiteCase } from "./measure.ts"

const folder = new URL("json/", suitesFolder)
const verdicts = { y: "valid", n: "invalid", i: "either" } as const

/** nst/JSONTestSuite; the second reader is JSON.parse. */
export const suite: Suite = {
  format: json,
  cases: readdirSync(folder)
    .filter((name) => /^[yni]_.*\.json$/.test(name))
    .sort()
    .map(
      (name): SuiteCase => ({
        name,
        path: name,
        bytes: readFileSync(new URL(encodeURIComponent(name), folder)),
        verdict: verdicts[name[0] as keyof typeof verdicts],
      }),
    ),
  ...jsonReader,
  exceptions: {},
}
