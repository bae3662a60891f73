import { expect, test } from "vitest"
import { loadLenses } from "../../src/app/lenses.ts"
import { Cage } from "../../src/clients/cage.ts"
import { clients } from "../../src/clients/index.ts"
import { askClients, installClients } from "./install.ts"

/** `npm run test:clients`. The real client holds to the list beside its servers that a link switches them off in. */
const programs = askClients ? installClients() : new Map<string, string>()

test.each(["claude", "gemini"])(
  "%s does not start what is listed as off",
  { timeout: 200_000, skip: programs.size === 0 },
  async (id) => {
    const client = clients.find((each) => each.id === id)
    const [program, offList] = [programs.get(id), (await loadLenses()).lens(`mcp/${id}`).offList]
    if (client === undefined || program === undefined || offList === undefined) throw new Error(`there is no ${id}`)
    const cage = new Cage()
    try {
      const server = (index: number) => {
        const [command, ...args] = cage.canary(index)
        return { command, args }
      }
      const [key = ""] = client.at
      const list = { [key]: { off: server(0), on: server(1) } }
      const said = offList.at.reduceRight<unknown>((inner, step) => ({ [step]: inner }), ["off"])
      const files =
        offList.of === offList.file
          ? [[offList.of, { ...list, ...Object(said) }]]
          : [
              [offList.of, list],
              [offList.file, said],
            ]
      for (const [file, value] of files) cage.put(`project/${file}`, JSON.stringify(value))
      await cage.run(program, client.start(cage.project), {})
      expect(cage.calls(1).length).toBeGreaterThan(0)
      expect(cage.calls(0)).toEqual([])
    } finally {
      cage.close()
    }
  },
)
