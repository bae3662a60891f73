import { expect, test } from "vitest"
import { Agenda, plain } from "./agenda.ts"

test("what somebody told of is looked at before what only a scan found, whatever was first", async () => {
  const taken: string[] = []
  const agenda: Agenda = new Agenda({
    work: async () => {
      for (let next = agenda.take(); next !== undefined; next = agenda.take()) taken.push(next[0])
    },
    failed: (error) => {
      throw error
    },
  })
  for (const path of ["a", "b", "c"]) agenda.add(path, { ...plain, scanned: true, listed: true })
  agenda.add("told", plain)
  agenda.add("b", plain)
  agenda.add("told", { ...plain, scanned: true })
  await agenda.idle()
  expect(taken).toEqual(["told", "b", "a", "c"])
})
