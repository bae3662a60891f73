import { describe, expect, test } from "vitest"
import { loadLenses } from "../../src/app/lenses.ts"
import { caseOf } from "../../src/app/verify.ts"
import { clients, prove, versionOf } from "../../src/clients/index.ts"
import { askClients, installClients, packages } from "./install.ts"
import { servers } from "./servers.ts"

/** `npm run test:clients`. Every projection is put before the real client, which starts canaries from it: docs/clients.md says what that proves. */
const programs = askClients ? installClients() : new Map<string, string>()

/** Of the servers; each lens refuses the others, with a reason. */
const taken: Readonly<Record<string, number>> = { opencode: 40, claude: 37, codex: 32, gemini: 37 }

describe.each(clients.map((client) => [client.title, client] as const))("%s", (_, client) => {
  const program = programs.get(client.id)
  const [file = ""] = client.files

  test.skipIf(program === undefined)("it is the version that the proof is about", { timeout: 60_000 }, async () => {
    const wanted = Object.entries(packages).find(([id]) => id === client.id)?.[1]
    expect(wanted).toContain(`@${await versionOf(program ?? "")}`)
  })

  test.skipIf(program === undefined)(
    "it takes every projection, starts it and asks it as meant",
    { timeout: 400_000 },
    async () => {
      const lens = (await loadLenses()).lens(client.lens)
      const empty = { client, lens, file, content: new Uint8Array(), beside: new Map() }
      const { worded } = await caseOf(empty)
      const { content, leftOut } = worded(new Map(Object.entries(servers)))
      const given = await caseOf({ ...empty, content: new TextEncoder().encode(content) })
      expect([...given.untaken]).toEqual([])
      expect(given.servers.size + leftOut.size).toBe(Object.keys(servers).length)
      const results = await prove(client, program ?? "", given, 4)
      expect(given.servers.size).toBe(taken[client.id])
      expect(results.map(({ level, outcome, problems }) => [level, outcome, ...problems])).toEqual([
        [1, "passed"],
        [2, "passed"],
        [3, "passed"],
        [4, "passed"],
      ])
    },
  )
})
