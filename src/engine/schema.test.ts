import { describe, expect, test } from "vitest"
import { CfgsyncError } from "../model/errors.ts"
import { formatPath } from "../model/path.ts"
import { DateTime, makeObject, type Value } from "../model/value.ts"
import { checkSchema, loadSchema, type SchemaReader } from "./schema.ts"

const server = {
  local: {
    type: "object",
    properties: {
      type: { const: "local" },
      command: { type: "array", items: { type: "string" } },
      environment: { type: "object", additionalProperties: { type: "string" } },
      enabled: { type: "boolean", default: true },
    },
    required: ["type", "command"],
    additionalProperties: false,
  },
  remote: {
    type: "object",
    properties: { type: { const: "remote" }, url: { type: "string", format: "uri" }, enabled: { type: "boolean" } },
    required: ["type", "url"],
    additionalProperties: false,
  },
}
const opencode: Value = {
  $schema: "http://json-schema.org/draft-07/schema#",
  definitions: server,
  type: "object",
  properties: {
    $schema: { type: "string" },
    model: { type: "string" },
    mode: { enum: ["auto", "manual"] },
    theme: { anyOf: [{ const: "dark" }, { const: "light" }, { type: "null" }] },
    port: { type: "integer", minimum: 1, maximum: 65535 },
    tools: { anyOf: [{ type: "array", items: { type: "string" }, uniqueItems: true }, { type: "boolean" }] },
    version: { type: "string", pattern: "^\\d+\\.\\d+$", default: "1.0" },
    mcp: {
      type: "object",
      additionalProperties: { anyOf: [{ $ref: "#/definitions/local" }, { $ref: "#/definitions/remote" }] },
    },
  },
  additionalProperties: false,
}

async function check(schema: Value, value: Value): Promise<readonly string[]> {
  return checkSchema(await loadSchema(schema), value).map((violation) =>
    [
      `${formatPath(violation.path)}${violation.atKey ? " (key)" : ""}: ${violation.message}`,
      ...violation.operations.map(({ safety, operation }) => {
        const { op, path, ...rest } = operation
        return `${safety} ${op} ${formatPath(path)} ${JSON.stringify(rest)}`
      }),
    ].join(" | "),
  )
}

describe("one violation for one mistake", () => {
  test.each<readonly [string, Value, readonly string[]]>([
    ["nothing wrong", { model: "x", mcp: { a: { type: "remote", url: "https://x.test" } } }, []],
    [
      "an unknown key that is near two",
      { modle: "x" },
      [
        '$.modle (key): unknown key "modle": did you mean "model"? | unsafe rename $.modle {"to":"model"} | unsafe remove $.modle {}',
      ],
    ],
    [
      "a near key that is there",
      { model: "x", modle: "y" },
      ['$.modle (key): unknown key "modle": did you mean "model"? | unsafe remove $.modle {}'],
    ],
    [
      "a misspelt enum member",
      { mode: "atuo" },
      ['$.mode: must be one of "auto", "manual", not "atuo": did you mean "auto"? | safe set $.mode {"value":"auto"}'],
    ],
    [
      "alternatives that are constants",
      { theme: "drak" },
      ['$.theme: must be one of "dark", "light", not "drak": did you mean "dark"? | safe set $.theme {"value":"dark"}'],
    ],
    [
      "a number as text",
      { port: "8080" },
      ['$.port: must be a whole number, not a string | safe set $.port {"value":8080}'],
    ],
    ["a number that is no port", { port: 0 }, ["$.port: must be at least 1"]],
    [
      "one text for a list",
      { tools: "bash" },
      ['$.tools: must be a list or true or false, not a string | safe set $.tools {"value":["bash"]}'],
    ],
    [
      "a repeated element",
      { tools: ["a", "b", "a"] },
      ["$.tools: the elements 0 and 2 are the same | safe remove $.tools[2] {}"],
    ],
    ["a pattern", { version: "x" }, ["$.version: must match ^\\d+\\.\\d+$"]],
    [
      "a command as text",
      { mcp: { a: { type: "local", command: "npx" } } },
      ['$.mcp.a.command: must be a list, not a string | safe set $.mcp.a.command {"value":["npx"]}'],
    ],
    [
      "a misspelt discriminator",
      { mcp: { a: { type: "locl", command: ["npx"] } } },
      [
        '$.mcp.a.type: must be one of "local", "remote", not "locl": did you mean "local"? | safe set $.mcp.a.type {"value":"local"}',
      ],
    ],
    [
      "a key of another client",
      { mcp: { a: { type: "local", command: ["x"], env: {} } } },
      [
        '$.mcp.a.env (key): unknown key "env"; allowed: "type", "command", "environment", "enabled" | unsafe remove $.mcp.a.env {}',
      ],
    ],
    [
      "a missing key of the right branch",
      { mcp: { a: { type: "remote", enabled: true } } },
      ['$.mcp.a: the key "url" is missing'],
    ],
    [
      "a misspelt required key",
      { mcp: { a: { type: "local", comand: ["x"] } } },
      [
        '$.mcp.a.comand (key): unknown key "comand": did you mean "command"? | safe rename $.mcp.a.comand {"to":"command"} | unsafe remove $.mcp.a.comand {}',
      ],
    ],
    ["no object at all", { mcp: { a: "npx" } }, ["$.mcp.a: must be an object, not a string"]],
    ["a format", { mcp: { a: { type: "remote", url: "no url" } } }, ["$.mcp.a.url: must be a valid uri"]],
    [
      "two mistakes",
      { model: 1, mcp: { a: { type: "local" }, b: { type: "remote", url: "https://x.test", x: 1 } } },
      [
        '$.model: must be a string, not a number | safe set $.model {"value":"1"}',
        '$.mcp.a: the key "command" is missing',
        '$.mcp.b.x (key): unknown key "x"; allowed: "type", "url", "enabled" | unsafe remove $.mcp.b.x {}',
      ],
    ],
  ])("%s", async (_, value, expected) => {
    expect(await check(opencode, value)).toEqual(expected)
  })
})

const name = { type: "object", properties: { name: { type: "string" }, version: { type: "string", default: "0.0.0" } } }

test.each<readonly [string, Value, Value, readonly string[]]>([
  [
    "a default",
    { ...name, required: ["version"] },
    {},
    ['$: the key "version" is missing | safe set $.version {"value":"0.0.0"}'],
  ],
  [
    "a missing key misspelt",
    { ...name, required: ["name"] },
    { nmae: "x" },
    ['$: the key "name" is missing: is "nmae" meant to be it? | safe rename $.nmae {"to":"name"}'],
  ],
  [
    "2020-12",
    {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      prefixItems: [{ type: "string" }],
      unevaluatedItems: false,
    },
    ["a", 1],
    ["$: must have at most 1 element"],
  ],
  [
    "2019-09",
    { $schema: "https://json-schema.org/draft/2019-09/schema", ...name, unevaluatedProperties: false },
    { nam: "x" },
    ['$.nam (key): unknown key "nam": did you mean "name"? | safe rename $.nam {"to":"name"} | unsafe remove $.nam {}'],
  ],
  [
    "draft 4",
    {
      $schema: "http://json-schema.org/draft-04/schema#",
      id: "x",
      properties: { id: { type: "string" }, n: { minimum: 1, exclusiveMinimum: true } },
    },
    { n: 1 },
    ["$.n: must be more than 1"],
  ],
  [
    "names of keys",
    { propertyNames: { pattern: "^[a-z]+$" } },
    { "A B": 1 },
    ['$["A B"] (key): must match ^[a-z]+$, but the key is "A B"'],
  ],
  [
    "two patterns",
    { properties: { a: { pattern: "^a" }, b: { pattern: "^b" } } },
    { a: "a", b: "a" },
    ["$.b: must match ^b"],
  ],
  ["look-ahead", { pattern: "^(?!x)" }, "xa", ["$: must match ^(?!x)"]],
  [
    "oneOf that fits twice",
    { oneOf: [{ type: "number" }, { minimum: 1 }] },
    2,
    ["$: fits several of the allowed forms; it must fit exactly one"],
  ],
  [
    "if and then",
    { if: { required: ["a"] }, ["then" as string]: { required: ["b"] } },
    { a: 1 },
    ['$: the key "b" is missing'],
  ],
  [
    "keys of Object.prototype",
    { type: "object", additionalProperties: false, properties: { a: {} } },
    makeObject([
      ["__proto__", 1],
      ["toString", 2],
    ]),
    [
      '$.__proto__ (key): unknown key "__proto__"; allowed: "a" | unsafe remove $.__proto__ {}',
      '$.toString (key): unknown key "toString"; allowed: "a" | unsafe remove $.toString {}',
    ],
  ],
  [
    "what is missing in spite of Object.prototype",
    { required: ["toString"] },
    {},
    ['$: the key "toString" is missing'],
  ],
  [
    "dates and big integers",
    { properties: { d: { type: "string", format: "date" }, n: { type: "integer" } } },
    { d: new DateTime("2024-01-02"), n: 9007199254740993n },
    [],
  ],
  [
    "a list in a nested choice",
    {
      anyOf: [
        { type: "string" },
        { type: "array", items: { anyOf: [{ type: "string" }, { type: "object", required: ["x"] }] } },
      ],
    },
    [{}],
    ['$[0]: the key "x" is missing'],
  ],
])("%s", async (_, schema, value, expected) => {
  expect(await check(schema, value)).toEqual(expected)
})

describe("what the reader does with unknown keys", () => {
  const told = async (unknown: SchemaReader["unknown"], value: Value) =>
    checkSchema(await loadSchema(opencode), value, { name: "OpenCode", unknown }).map(
      ({ path, message, idle }) => `${idle ? "idle " : ""}${formatPath(path)}: ${message}`,
    )

  test("it ignores them: they have no effect", async () => {
    expect(await told("ignores", { modle: "x", xyz: 1 })).toEqual([
      'idle $.modle: the key "modle" has no effect: OpenCode does not know it; did you mean "model"?',
      'idle $.xyz: the key "xyz" has no effect: OpenCode does not know it; allowed: "$schema", "model", "mode", "theme", "port", "tools", "version", "mcp"',
    ])
    expect(await told("ignores", { _comment: "x", "//": "y", _launch: true, xyz: 1 })).toEqual([
      expect.stringContaining('the key "_launch" has no effect'),
      expect.stringContaining('the key "xyz" has no effect'),
    ])
  })
  test("it keeps them: nothing is told of them, and all else is", async () => {
    expect(await told("keeps", { modle: "x", port: 0 })).toEqual(["$.port: must be at least 1"])
  })
  test("a branch that breaks only by them fits best", async () => {
    const server = { type: "local", command: ["x"], a: 1, b: 2 }
    expect(await told("ignores", { mcp: { s: server } })).toEqual([
      'idle $.mcp.s.a: the key "a" has no effect: OpenCode does not know it; allowed: "type", "command", "environment", "enabled"',
      'idle $.mcp.s.b: the key "b" has no effect: OpenCode does not know it; allowed: "type", "command", "environment", "enabled"',
    ])
    expect(await told("keeps", { mcp: { s: server } })).toEqual([])
  })
  test("what is missing counts more than the unknown key that was meant", async () => {
    expect(await told("ignores", { mcp: { s: { type: "local", comand: ["x"] } } })).toEqual([
      '$.mcp.s: the key "command" is missing: is "comand" meant to be it?',
    ])
  })
})

describe("a reader to whom keys of one's own are normal", () => {
  const schema: Value = {
    properties: { scripts: { type: "object" }, type: {}, types: {}, timeout: {} },
    additionalProperties: false,
    "x-words": { script: { why: "npm calls it scripts", to: "scripts" } },
  }
  const plain: Value = { properties: { scripts: {}, type: {}, types: {}, timeout: {} }, additionalProperties: false }
  const told = async (of: Value, value: Value) =>
    checkSchema(await loadSchema(of), value, { name: "npm", unknown: "misspelt" }).map(
      ({ message, idle, guess, operations }) => [message, idle, guess, operations.map(({ operation }) => operation.op)],
    )

  test("is told of a slip, which is renamed and never removed", async () => {
    expect(await told(plain, { scirpts: {} })).toEqual([
      ['unknown key "scirpts": did you mean "scripts"?', false, true, ["rename"]],
    ])
  })
  test("of few letters another word is as near as a slip", async () => {
    const words = (...names: string[]) => ({
      properties: Object.fromEntries(names.map((name) => [name, {}])),
      additionalProperties: false,
    })
    const safeties = async (of: Value, value: Value) =>
      checkSchema(await loadSchema(of), value).flatMap(({ operations }) =>
        operations.flatMap(({ safety, operation }) => (operation.op === "rename" ? [safety] : [])),
      )
    expect(await safeties(words("cwd"), { cmd: 1 })).toEqual(["unsafe"])
    expect(await safeties(words("cwd"), { cdw: 1 })).toEqual(["safe"])
    expect(await safeties(words("port"), { prt: 1 })).toEqual(["safe"])
  })
  test.each<readonly [string, Value]>([
    ["nothing near", { eslint: {} }],
    ["the right key is there too", { scripts: {}, script: {} }],
    ["it says more", { timeoutMs: 1 }],
  ])("%s: nothing", async (_, value) => {
    expect(await told(plain, value)).toEqual([])
  })
  test("what is known of a key is told", async () => {
    expect(await told(schema, { script: {} })).toEqual([
      ['unknown key "script": npm calls it scripts', false, true, ["rename"]],
    ])
  })
})

describe("schemas that refer to others", () => {
  const port: Value = {
    $id: "https://x.test/port.json",
    definitions: { port: { type: "integer" } },
    anyOf: [{ $ref: "#/definitions/port" }, { type: "object", properties: { at: { $ref: "more.json" } } }],
  }
  const at = (url: string): Value | undefined =>
    ({ "https://x.test/port.json": port, "https://x.test/more.json": { enum: ["a", "b"] } })[url]

  test("are resolved among those at hand, and what breaks in them is told as elsewhere", async () => {
    const schema = await loadSchema({ properties: { port: { $ref: "https://x.test/port.json" } } }, at)
    const told = (value: Value) =>
      checkSchema(schema, value).map(({ path, message }) => `${formatPath(path)}: ${message}`)
    expect(told({ port: 1 })).toEqual([])
    expect(told({ port: "1" })).toEqual(["$.port: must be a whole number or an object, not a string"])
    expect(told({ port: { at: "c" } })).toEqual(['$.port.at: must be one of "a", "b", not "c"'])
  })
  test("a chain without an end is refused", async () => {
    let made = 0
    const endless = () => ({ $ref: `https://x.test/${++made}.json` })
    await expect(loadSchema({ $ref: "https://x.test/0.json" }, endless)).rejects.toThrow(/which is not in it/)
    expect(made).toBeLessThan(100)
  })
})

test.each<readonly [string, Value, RegExp]>([
  ["a remote reference", { $ref: "https://x.test/s.json" }, /refers to https:\/\/x\.test\/s\.json, which is not in it/],
  ["a local one that is not there", { $ref: "#/definitions/x" }, /cannot be used|not in it/],
  ["a wrong keyword", { type: "strnig" }, /cannot be used/],
  ["a pattern that is none", { pattern: "(" }, /cannot be used/],
  ["a list", [], /a JSON Schema is an object/],
])("%s is refused", async (_, schema, message) => {
  const failure = await loadSchema(schema).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(CfgsyncError)
  expect(failure).toMatchObject({ code: "config-invalid", message: expect.stringMatching(message) })
})

test("patterns are matched in linear time, and violations are bounded", async () => {
  const start = performance.now()
  expect(await check({ pattern: "^(a+)+$" }, `${"a".repeat(10_000)}b`)).toHaveLength(1)
  expect(await check({ pattern: "^(?=a)(a+)+$" }, `${"a".repeat(10_000)}b`)).toEqual([])
  expect(
    await check(
      { items: { type: "string" } },
      Array.from({ length: 10_000 }, () => 1),
    ),
  ).toHaveLength(100)
  expect(performance.now() - start).toBeLessThan(5000)
})
