import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Operation } from "../model/operation.ts"
import { type Path, startsWith, valueAt } from "../model/path.ts"
import { isArray, isObject, keysOf, makeObject, type Value } from "../model/value.ts"
import { applyOperation, byCodePoint, mapPath } from "./operations.ts"

const table: readonly (readonly [string, Value, Operation, Value | RegExp])[] = [
  ["set replaces", { a: 1 }, { op: "set", path: ["a"], value: 2 }, { a: 2 }],
  ["set makes parents", {}, { op: "set", path: ["a", "b"], value: 1 }, { a: { b: 1 } }],
  ["set at the end of a list adds", [1], { op: "set", path: [1], value: 2 }, [1, 2]],
  ["set beyond the end", [1], { op: "set", path: [2], value: 2 }, /no place 2/],
  ["set at a negative index", [1], { op: "set", path: [-1], value: 2 }, /no place -1/],
  ["set through a scalar", { a: 1 }, { op: "set", path: ["a", "b"], value: 2 }, /neither an object nor a list/],
  ["set of a key of a list", [1], { op: "set", path: ["a"], value: 2 }, /has no key "a"/],
  ["set of an element of nothing", {}, { op: "set", path: ["a", 0], value: 2 }, /no list here/],
  ["set of the root", 1, { op: "set", path: [], value: null }, null],
  ["remove of a key", { a: 1, b: 2 }, { op: "remove", path: ["a"] }, { b: 2 }],
  ["remove of an element", [1, 2, 3], { op: "remove", path: [1] }, [1, 3]],
  ["remove of what is absent", { a: 1 }, { op: "remove", path: ["b", "c"] }, { a: 1 }],
  ["remove of the root", { a: 1 }, { op: "remove", path: [] }, /whole document/],
  ["rename", { a: 1, b: 2 }, { op: "rename", path: ["a"], to: "c" }, { c: 1, b: 2 }],
  ["rename onto a key", { a: 1, b: 2 }, { op: "rename", path: ["a"], to: "b" }, /already there/],
  ["rename of what is absent", { b: 2 }, { op: "rename", path: ["a"], to: "b" }, { b: 2 }],
  ["rename of an element", [1], { op: "rename", path: [0], to: "b" }, /only a key/],
  ["append", { a: [1] }, { op: "append", path: ["a"], value: 2 }, { a: [1, 2] }],
  ["append makes the list", {}, { op: "append", path: ["a"], value: 2 }, { a: [2] }],
  ["append to an object", {}, { op: "append", path: [], value: 2 }, /not a list/],
  ["insert", [1, 3], { op: "insert", path: [1], value: 2 }, [1, 2, 3]],
  ["insert beyond the end", [1], { op: "insert", path: [2], value: 2 }, /no place 2/],
  ["move to a key", { a: 1 }, { op: "move", from: ["a"], path: ["b", "c"] }, { b: { c: 1 } }],
  ["move within a list", [1, 2, 3], { op: "move", from: [0], path: [2] }, [2, 3, 1]],
  ["move into itself", { a: {} }, { op: "move", from: ["a"], path: ["a", "b"] }, /into itself/],
  ["sort of numbers", [10, 9n, 1], { op: "sort", path: [] }, [1, 9n, 10]],
  ["sort of texts", ["\u{1F600}", "\uFF5E", "a"], { op: "sort", path: [] }, ["a", "\uFF5E", "\u{1F600}"]],
  ["sort of mixed elements", [1, "a"], { op: "sort", path: [] }, /strings or of numbers/],
]

test.each(table)("%s", (_, root, operation, expected) => {
  const applied = applyOperation(root, operation)
  if (expected instanceof RegExp) expect(applied).toMatchObject({ ok: false, reason: expect.stringMatching(expected) })
  else expect(applied).toEqual({ ok: true, value: expected })
})

test("rename keeps the place and sort orders the keys, numbers among them", () => {
  const object = makeObject([
    ["b", 1],
    ["10", 2],
    ["a", 3],
  ])
  const keys = (operation: Operation) => {
    const applied = applyOperation(object, operation)
    return applied.ok && isObject(applied.value) ? keysOf(applied.value) : []
  }
  expect(keys({ op: "rename", path: ["10"], to: "9" })).toEqual(["b", "9", "a"])
  expect(keys({ op: "sort", path: [] })).toEqual(["10", "a", "b"])
})

const key = fc.constantFrom("a", "b", "c", "__proto__", "10")
const { value: tree } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Value>(null, true, 1, 2, "x", "y", 12345678901234567890n),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.constantFrom<Value>(3, 1, 2), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map(makeObject),
  ),
}))

function pathsOf(value: Value, path: Path = []): readonly Path[] {
  const steps = isArray(value) ? [...value.keys()] : isObject(value) ? keysOf(value) : []
  return [path, ...steps.flatMap((step) => pathsOf(valueAt(value, [step]) as Value, [...path, step]))]
}

const cases = tree.chain((root) => {
  const path = fc.oneof(fc.constantFrom(...pathsOf(root)), fc.array(fc.oneof(key, fc.nat(4)), { maxLength: 3 }))
  const operation: fc.Arbitrary<Operation> = fc.oneof(
    fc.record({ op: fc.constantFrom("set", "append", "insert"), path, value: tree }),
    fc.record({ op: fc.constantFrom("remove", "sort"), path }),
    fc.record({ op: fc.constant("rename"), path, to: key }),
    fc.record({ op: fc.constant("move"), from: path, path }),
  )
  return fc.tuple(fc.constant(root), operation)
})

describe("on random trees", () => {
  const runs = { numRuns: Number(process.env.CFGSYNC_CASES ?? 500) }

  test("the given value is left alone, and all that the operation does not name keeps its value", () => {
    fc.assert(
      fc.property(cases, ([root, operation]) => {
        const before = structuredClone(root)
        const applied = applyOperation(root, operation)
        expect(root).toEqual(before)
        if (!applied.ok) return
        const named = (path: Path) =>
          [operation.path, ...(operation.op === "move" ? [operation.from] : [])].some((each) =>
            path.every((step, index) => index >= each.length || step === each[index]),
          )
        for (const path of pathsOf(root)) {
          if (named(path)) continue
          const followed = mapPath(path, operation, root)
          expect(followed).toBeDefined()
          // The target of a move counts after the taking.
          if (operation.op === "move" && startsWith(operation.path, followed ?? [])) continue
          expect(valueAt(applied.value, followed ?? [])).toEqual(valueAt(root, path))
        }
      }),
      runs,
    )
  })

  test("no two nodes are followed to one place", () => {
    fc.assert(
      fc.property(cases, ([root, operation]) => {
        const applied = applyOperation(root, operation)
        if (!applied.ok || operation.op === "move") return
        const places = pathsOf(root).flatMap((path) => {
          const followed = mapPath(path, operation, root)
          return followed === undefined ? [] : [JSON.stringify(followed)]
        })
        expect(new Set(places).size).toBe(places.length)
      }),
      runs,
    )
  })
})

test.each<[string, Value, Operation, Path, Path | undefined]>([
  ["a later element moves up", [1, 2, 3], { op: "remove", path: [0] }, [2], [1]],
  ["a removed element is gone", [1, 2], { op: "remove", path: [0] }, [0], undefined],
  ["what is in a removed element is gone", [{ a: 1 }], { op: "remove", path: [0] }, [0, "a"], undefined],
  ["nothing is removed", { a: [1] }, { op: "remove", path: ["a", 5] }, ["a", 0], ["a", 0]],
  ["a later element moves down", [1, 2], { op: "insert", path: [1], value: 0 }, [1], [2]],
  ["under a renamed key", { a: { x: 1 } }, { op: "rename", path: ["a"], to: "b" }, ["a", "x"], ["b", "x"]],
  ["nothing is renamed", {}, { op: "rename", path: ["a"], to: "b" }, ["a"], ["a"]],
  ["a moved element", [1, 2, 3], { op: "move", from: [0], path: [2] }, [0], [2]],
  ["beside a moved element", [1, 2, 3], { op: "move", from: [0], path: [2] }, [2], [1]],
  ["the second of two equal elements", [2, 1, 2], { op: "sort", path: [] }, [2], [2]],
])("a finding is followed: %s", (_, root, operation, path, expected) => {
  expect(mapPath(path, operation, root)).toEqual(expected)
})

test("code points, not UTF-16 units, order texts", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
      const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b))
      expect(Math.sign(byCodePoint(a, b))).toBe(bytes)
    }),
  )
})
