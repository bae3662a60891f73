import { describe, expect, test } from "vitest"
import lenses, { differences } from "../../plugins/mcp/index.ts"
import type { Writing } from "../../src/model/lens.ts"
import { servers } from "./servers.ts"

/** Why each client refuses what it refuses; everything else it takes, and gives back. */
describe.each(lenses.map((lens) => [lens.title, lens] as const))("%s", (_, lens) => {
  const written = Object.entries(servers).map(([name, server]): readonly [string, Writing] => [
    name,
    lens.write(server, undefined),
  ])

  test("every server is read back equal, or refused with a reason", () => {
    expect(written.length).toBeGreaterThanOrEqual(30)
    for (const [name, writing] of written) {
      if (!writing.ok) {
        expect(writing.cannot.join(), name).not.toBe("")
        continue
      }
      const read = lens.read(writing.entry)
      const server = servers[name]
      if (!read.ok || server === undefined) throw new Error(`${name}: ${read.ok ? "" : read.problem}`)
      const noted = writing.notes.length > 0 ? ["timeouts", "transport"] : []
      expect(
        differences(read.server, server).filter((what) => !noted.includes(what)),
        name,
      ).toEqual([])
    }
  })

  test("most can be said, and what is refused is known", () => {
    const refused = written.flatMap(([name, writing]) => (writing.ok ? [] : [name]))
    expect(refused).toMatchSnapshot()
    expect(written.length - refused.length).toBeGreaterThanOrEqual(20)
  })
})
