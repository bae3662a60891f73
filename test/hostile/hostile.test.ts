import { mkdtempSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { check } from "../../src/app/check.ts"
import { openProject } from "../../src/app/project.ts"
import { casesByFormat } from "./casesByFormat.ts"

/** `npm run bench:hostile` runs every case as a process of its own and holds it to its time and memory; here it must end, and with the finding. */
const soon = 30_000
const room = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-hostile-")))
afterAll(() => rmSync(room, { recursive: true, force: true }))
const isRoot = process.getuid?.() === 0

describe.each([...casesByFormat])("%s", (what, cases) => {
  test("there are enough cases, each with a name of its own", () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
    expect(cases.length).toBeGreaterThanOrEqual(what === "rules" ? 30 : 60)
  })

  for (const { name, finds, lay, asNobody, refused } of cases) {
    test.skipIf(asNobody === true && isRoot)(
      name,
      async () => {
        const folder = mkdtempSync(join(room, "case-"))
        try {
          const path = lay(folder)
          const run = async () =>
            (await check(await openProject({ cwd: folder }), { paths: path === null ? [] : [path] })).findings
          if (refused !== undefined) return await expect(run()).rejects.toThrow(refused)
          const findings = await run()
          if (finds.length === 0) expect(findings.filter(({ severity }) => severity === "error")).toEqual([])
          else if (!finds.includes("cfgsync/"))
            expect(findings.map(({ rule }) => rule).filter((rule) => finds.includes(rule))).not.toEqual([])
          expect(Reflect.get({}, "polluted")).toBeUndefined()
        } finally {
          rmSync(folder, { recursive: true, force: true })
        }
      },
      soon,
    )
  }
})
