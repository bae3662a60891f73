import { join } from "node:path"
import { openSystem } from "../system/real.ts"
import { buildGroup } from "./loadRules.ts"
import { packageFolder } from "./package.ts"
import { ruleGroups, shippedPacks } from "./ruleSources.ts"

// Run by the build: compile the shipped packs, together and one by one, into the cache that the package brings along.
process.env.CFGSYNC_CACHE = join(packageFolder, "dist", "cache")
const system = openSystem(packageFolder)
for (const pack of ["recommended", ...shippedPacks()]) {
  for (const group of ruleGroups([`cfgsync:${pack}`], system)) {
    const { problems } = await buildGroup(group)
    if (problems.some(({ severity }) => severity === "error"))
      throw new Error(`cfgsync:${pack} does not compile: ${JSON.stringify(problems)}`)
  }
}
