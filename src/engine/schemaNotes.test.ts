import { expect, test } from "vitest"
import type { Value } from "../model/value.ts"
import { checkSchema, loadSchema } from "./schema.ts"
import type { SchemaReader } from "./schemaReader.ts"

const reader: SchemaReader = { name: "Client", unknown: "ignores" }

async function told(schema: Value, value: Value) {
  return checkSchema(await loadSchema(schema), value, reader)
}

const closed = { type: "object", properties: { model: { type: "string" } }, additionalProperties: false }

test("an unknown key does what its object says, key by key, else what the reader does elsewhere", async () => {
  const schema = {
    ...closed,
    "x-unknown": { "*": "rejects", theme: "ignores" },
    properties: { inner: closed, kept: { ...closed, "x-unknown": "keeps" } },
  }
  const found = await told(schema, { zebra: 1, theme: 1, inner: { quagga: 1 }, kept: { okapi: 1 } })
  expect(found.map(({ path, idle }) => [path.join("."), idle])).toEqual([
    ["zebra", false],
    ["theme", true],
    ["inner.quagga", true],
  ])
})

test("words on an unknown key take the place of the nearest known one", async () => {
  const words = {
    theme: { why: "it moved to tui.json" },
    models: { says: "write model", to: "model" },
  }
  const found = await told({ ...closed, "x-words": words }, { theme: 1, models: 1 })
  expect(found.map(({ message }) => message)).toEqual([
    'the key "theme" has no effect: it moved to tui.json',
    "write model",
  ])
  expect(found.map(({ operations }) => operations.map(({ safety, operation }) => [safety, operation.op]))).toEqual([
    [["unsafe", "remove"]],
    // Its reader goes on without it, so that it need not be lost.
    [["unsafe", "rename"]],
  ])
})

test("a key that is there already is not renamed to", async () => {
  const schema = { ...closed, "x-words": { models: { why: "no", to: "model" } } }
  const [found] = await told(schema, { models: 1, model: "m" })
  expect(found?.operations.map(({ operation }) => operation.op)).toEqual(["remove"])
})

test("what is refused can be taken out as a last resort, but only of a known reader's file, and never the whole file", async () => {
  const [found] = await told(closed, { model: {} })
  expect(found?.operations).toMatchObject([{ safety: "unsafe", operation: { op: "remove", path: ["model"] } }])
  const compiled = await loadSchema(closed)
  expect(checkSchema(compiled, { model: {} })[0]?.operations).toEqual([])
  expect(checkSchema(compiled, [], reader)[0]?.operations).toEqual([])
})

const action = { type: "string", enum: ["ask", "allow", "deny"], "x-strictest": ["deny", "ask", "allow"] }

test.each([
  [{ "*": "ask", "git *": "allow" }, "ask"],
  [{ a: "allow", b: "deny" }, "deny"],
  [["allow"], "deny"],
  ["prompt", "deny"],
])("a permission of %j is mended by its strictest word, %s", async (edit, word) => {
  const [found, ...more] = await told({ properties: { edit: action } }, { edit })
  expect(more).toEqual([])
  expect(found?.operations).toMatchObject([{ safety: "unsafe", operation: { op: "set", path: ["edit"], value: word } }])
})

test.each(["ask", "allow", "deny"])("one word for everything, %j, is that word", async (word) => {
  const [found] = await told({ properties: { edit: action } }, { edit: { "*": word } })
  expect(found?.operations).toMatchObject([{ safety: "safe", operation: { op: "set", path: ["edit"], value: word } }])
})

test.each<[Value]>([[{ "*": "prompt" }], [{ "src/**": "ask" }], [{}]])("%j is no such word", async (edit) => {
  const [found] = await told({ properties: { edit: action } }, { edit })
  expect(found?.operations).toMatchObject([{ safety: "unsafe" }])
})

test("a word in the place of an object is spread over its keys; over everything that is what it meant", async () => {
  const spread = (keys: readonly string[]) => ({ properties: { permission: { type: "object", "x-spread": keys } } })
  const value = { permission: "allow" }
  expect((await told(spread(["*"]), value))[0]?.operations).toMatchObject([
    { safety: "safe", operation: { op: "set", value: { "*": "allow" } } },
  ])
  expect((await told(spread(["edit", "bash"]), value))[0]?.operations).toMatchObject([
    { safety: "unsafe", operation: { op: "set", value: { edit: "allow", bash: "allow" } } },
  ])
})

test("a part says in its own words what is wrong with it", async () => {
  const [found] = await told(
    { properties: { permissions: { not: {}, "x-says": "it is refused" } } },
    { permissions: 1 },
  )
  expect(found?.message).toBe("it is refused")
})

test("of alternatives the one is meant whose fixed value the entry names, though another takes it and drops the rest", async () => {
  const schema: Value = {
    anyOf: [
      {
        ...closed,
        properties: { type: { const: "local" }, command: { type: "array" } },
        required: ["type", "command"],
      },
      { ...closed, properties: { type: { const: "remote" }, url: { type: "string" } }, required: ["type", "url"] },
      { ...closed, properties: { enabled: { type: "boolean" } }, required: ["enabled"] },
    ],
  }
  const named = await told(schema, { type: "local", command: "npx", enabled: true })
  expect(named.map(({ path, idle }) => [path.join("."), idle])).toEqual([
    ["enabled", true],
    ["command", false],
  ])
  const nameless = await told(schema, { url: "https://x.test", enabled: true })
  expect(nameless.map(({ path, idle }) => [path.join("."), idle])).toEqual([["url", true]])
})

test.each([[["Read", "Bash", "read"]], ["Read, Bash"]])(
  "names of tools (%j) are the only ones that stay on",
  async (tools) => {
    const schema = { properties: { tools: { type: "object", "x-switches": true } } }
    const [found] = await told(schema, { tools })
    expect(found?.operations).toMatchObject([
      { safety: "unsafe", operation: { op: "set", path: ["tools"], value: { "*": false, read: true, bash: true } } },
    ])
  },
)

test("what is no list of names is no list of switches", async () => {
  const schema = { properties: { tools: { type: "object", "x-switches": true } } }
  for (const tools of [3, ["a b"], [1], [], ""])
    expect((await told(schema, { tools }))[0]?.operations).toMatchObject([{ operation: { op: "remove" } }])
})
