import { expect, test } from "vitest"
import type { Path } from "../../model/path.ts"
import type { Value } from "../../model/value.ts"
import { listsOfSchema } from "./listsOfSchema.ts"

const set = { kind: "set" }
const keyed = (...keys: readonly string[]) => ({ kind: "keyed", keys: keys.map((key) => ({ path: [key] })) })

function at(schema: Value, path: Path, others: Readonly<Record<string, Value>> = {}) {
  return listsOfSchema(schema, (url) => others[url])(path)
}

const unique = { uniqueItems: true }

test.each<[string, Value, Path]>([
  ["the whole document", unique, []],
  ["a member", { properties: { a: unique } }, ["a"]],
  ["any other member", { properties: { b: {} }, additionalProperties: unique }, ["a"]],
  ["a member by its pattern", { patternProperties: { "^a+$": unique } }, ["aa"]],
  ["an element", { items: { properties: { a: unique } } }, [7, "a"]],
  ["an element by its place", { prefixItems: [{}, unique], items: {} }, [1]],
  ["an element by its place, as older drafts say it", { items: [{}, unique] }, [1]],
  ["an element behind those", { items: [{}], additionalItems: unique }, [4]],
  ["an alternative", { properties: { a: { oneOf: [{ type: "string" }, { type: "array", ...unique }] } } }, ["a"]],
  ["a condition", { if: {}, else: { properties: { a: unique } } }, ["a"]],
  ["a reference", { properties: { a: { $ref: "#/$defs/b~1c" } }, $defs: { "b/c": unique } }, ["a"]],
  ["a name", { properties: { a: { $ref: "#here" } }, $defs: { b: { $anchor: "here", ...unique } } }, ["a"]],
  ["itself", { properties: { a: { $ref: "#" }, b: unique } }, ["a", "a", "b"]],
  ["another schema", { $ref: "https://x.test/other#/b" }, []],
  ["Kubernetes", { properties: { a: { "x-kubernetes-list-type": "set" } } }, ["a"]],
])("uniqueItems is known through %s", (_, schema, path) => {
  expect(at(schema, path, { "https://x.test/other": { b: unique } })).toEqual([set])
})

test("Kubernetes names the keys, of which an element may leave out what has a default", () => {
  const port = { properties: { port: {}, protocol: { default: "TCP" } } }
  const schema = (words: Value) => ({ $defs: { port }, items: { $ref: "#/$defs/port" }, ...(words as object) })
  const [port_, protocol] = [{ path: ["port"] }, { path: ["protocol"], default: "TCP" }]
  const map = { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["port", "protocol"] }
  expect(at(schema(map), [])).toEqual([{ kind: "keyed", keys: [port_, protocol] }])
  expect(at(schema({ "x-kubernetes-patch-merge-key": "port" }), [])).toEqual([keyed("port")])
  expect(at(schema({ ...map, "x-kubernetes-list-type": "atomic" }), [])).toEqual([{ kind: "atomic" }])
  expect(at({ properties: { a: { "x-kubernetes-map-type": "atomic" } } }, ["a"])).toEqual([{ kind: "atomic" }])
  expect(at({ properties: { a: { "x-kubernetes-map-type": "granular" } } }, ["a"])).toEqual([])
})

test.each<[string, Value, Path]>([
  ["nothing", {}, ["a"]],
  ["another member", { properties: { b: unique } }, ["a"]],
  ["a member, so that others do not count", { properties: { a: {} }, additionalProperties: unique }, ["a"]],
  ["what is no schema", { properties: [1], items: 3, allOf: {} }, ["a"]],
  ["what is not there", { $ref: "#/nowhere" }, []],
  ["what is not at hand", { $ref: "https://y.test/other" }, []],
  ["a circle", { $ref: "#" }, ["a"]],
  ["what is no pattern", { patternProperties: { "(": unique } }, ["a"]],
])("%s says nothing", (_, schema, path) => {
  expect(at(schema, path)).toEqual([])
})
