import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { expect, it } from "vitest"

const checkout = join(import.meta.dirname, "../..")
const { exports: entries, peerDependencies } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"))

/** The packages that the types at a path import, directly or through each other. */
function packagesIn(path: string, seen = new Set<string>()): ReadonlySet<string> {
  const found = new Set<string>()
  if (seen.has(path)) return found
  seen.add(path)
  const text = readFileSync(path, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "")
  for (const [, name = ""] of text.matchAll(/(?:from|import|import\()\s*"([^"]+)"/g)) {
    if (!name.startsWith(".")) found.add(name)
    else for (const each of packagesIn(join(dirname(path), name.replace(/\.ts$/, ".d.ts")), seen)) found.add(each)
  }
  return found
}

it.each([
  [".", []],
  ["./operators", []],
  ["./plugin", Object.keys(peerDependencies)],
])("the types of %s need no package that its users do not have", (entry, allowed) => {
  const packages = packagesIn(join(checkout, entries[entry].types))
  expect([...packages].filter((name) => !name.startsWith("node:") && !allowed.includes(name))).toEqual([])
})
