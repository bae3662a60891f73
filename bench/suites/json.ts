import { readdirSync, readFileSync } from "node:fs"
import json from "../../plugins/json/index.ts"
import type { Value } from "../../src/model/value.ts"
import { suitesFolder } from "./folder.ts"
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
  secondReader,
  exceptions: {},
}

function secondReader(text: string): readonly Value[] | undefined {
  try {
    return [JSON.parse(text, exact)]
  } catch {
    return undefined
  }
}

/** Integers in full; objects as they are. */
function exact(this: unknown, _key: string, value: Value, context?: { readonly source?: string }): Value {
  const source = context?.source ?? ""
  if (typeof value !== "number" || !/^-?[0-9]{16,}$/.test(source)) return value
  return Number.isFinite(value) && BigInt(value) === BigInt(source) ? value : BigInt(source)
}
