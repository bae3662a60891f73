import { expect, test } from "vitest"
import type { Value } from "../model/value.ts"
import { valueChanges } from "./valueChanges.ts"

const cases: readonly (readonly [string, Value | undefined, Value | undefined, unknown])[] = [
  ["nothing", { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
  ["key order is no change", { a: 1, b: 2 }, { b: 2, a: 1 }, []],
  ["a changed value, deep down", { a: { b: 1 } }, { a: { b: 2 } }, [{ path: ["a", "b"], before: 1, after: 2 }]],
  ["an added key", {}, { a: null }, [{ path: ["a"], after: null }]],
  ["a removed key", { a: null }, {}, [{ path: ["a"], before: null }]],
  ["another kind of container", { a: [1] }, { a: {} }, [{ path: ["a"], before: [1], after: {} }]],
  ["an element in front", [1, 2], [0, 1, 2], [{ path: [0], after: 0 }]],
  ["an element taken from the middle", [1, 2, 3], [1, 3], [{ path: [1], before: 2 }]],
  ["an element that repeats", [1, 1], [1, 1, 1], [{ path: [2], after: 1 }]],
  ["inside an element", [{ a: 1, b: 1 }], [{ a: 2, b: 1 }], [{ path: [0, "a"], before: 1, after: 2 }]],
  ["keys of prototypes", JSON.parse('{"__proto__":1}'), {}, [{ path: ["__proto__"], before: 1 }]],
  ["a document that is new", undefined, 1, [{ path: [], after: 1 }]],
]

test.each(cases)("%s", (_, before, after, changes) => {
  expect(valueChanges(before, after)).toEqual(changes)
})
