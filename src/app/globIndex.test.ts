import fc from "fast-check"
import { expect, test } from "vitest"
import { matcher } from "../engine/glob.ts"
import { GlobIndex } from "./globIndex.ts"

const name = fc.constantFrom("a", "b", "c.json", "d.yaml")
const wild = fc.constantFrom("a", "b", "*", "**", "*.json", "{a,b}", "?", "[ab]", "@(a|b)", "c.json", "!(a)")
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"))
const start = fc.constantFrom("", "./", "/", "../")
const glob = fc
  .tuple(start, fc.array(wild, { minLength: 1, maxLength: 4 }))
  .map(([before, parts]) => before + parts.join("/"))

test("who asks for a path is the same as when each glob is held against it", () => {
  const asked = fc.array(fc.tuple(glob, fc.constantFrom("x", "y", "z")), { maxLength: 12 })
  fc.assert(
    fc.property(asked, fc.nat(11), path, (pairs, gone, at) => {
      const index = new GlobIndex()
      for (const [each, file] of pairs) index.add(each, file)
      const left = pairs.filter(([each, file]) => each !== pairs[gone]?.[0] || file !== pairs[gone]?.[1])
      if (pairs[gone] !== undefined) index.take(...pairs[gone])
      const expected = left.flatMap(([each, file]) => (matcher([`./${each}`])(at) ? [file] : []))
      expect([...new Set(index.matching(at))].sort()).toEqual([...new Set(expected)].sort())
    }),
    { numRuns: Number(process.env.CFGSYNC_CASES ?? 2000) },
  )
})
