import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { check } from "./check.ts"
import { addSchema, updateSchemas } from "./copySchemas.ts"
import { openProject } from "./project.ts"

let answer: (request: IncomingMessage, response: ServerResponse) => void = () => {}
let server: Server
let origin = ""
let folder = ""

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response))
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cfgsync-schemas-"))
  write("cfgsync.config.json", '{ "files": ["*.json"], "rules": [] }\n')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
const read = (name: string) => readFileSync(join(folder, name), "utf8")
const project = () => openProject({ cwd: folder })
const serve = (text: string) => {
  answer = (_, response) => response.end(text)
}
const schema = (...keys: readonly string[]) =>
  JSON.stringify({ type: "object", properties: Object.fromEntries(keys.map((key) => [key, { type: "number" }])) })

describe("add", () => {
  test("copies what a URL gives, remembers it, and lays it on files in the configuration", async () => {
    serve(schema("port"))
    const added = await addSchema(await project(), { source: `${origin}/app.json`, glob: "app.json" })
    expect(added).toEqual({ name: ".cfgsync/schemas/app.json", configuration: "edited" })
    expect(read(".cfgsync/schemas/app.json")).toBe(schema("port"))
    expect(JSON.parse(read("cfgsync.config.json")).schemas).toEqual({ "app.json": ".cfgsync/schemas/app.json" })
    write("app.json", '{ "port": "x" }')
    const { findings } = await check(await project(), { paths: [join(folder, "app.json")] })
    expect(findings.map(({ rule }) => rule)).toEqual(["schema/.cfgsync/schemas/app.json"])
    const again = await addSchema(await project(), { source: `${origin}/app.json`, glob: "app.json" })
    expect(again.configuration).toBe("said")
  })
  test("a file that names the URL is held against the copy", async () => {
    serve(schema("port"))
    await addSchema(await project(), { source: `${origin}/app.json` })
    write("x.json", JSON.stringify({ $schema: `${origin}/app.json`, port: "x" }))
    const { findings } = await check(await project(), { paths: [join(folder, "x.json")] })
    expect(findings.map(({ message }) => message)).toEqual(["must be a number, not a string"])
  })
  test("copies a file to where it is told, and lays a shipped one on files without a copy", async () => {
    write("own.json", schema("a"))
    expect(await addSchema(await project(), { source: "own.json", to: "schemas/own.json" })).toEqual({
      name: "schemas/own.json",
      configuration: "unasked",
    })
    expect(read("schemas/own.json")).toBe(schema("a"))
    const shipped = await addSchema(await project(), { source: "cfgsync:opencode", glob: "manifest.json" })
    expect(shipped).toEqual({ name: "cfgsync:opencode", configuration: "edited" })
  })
  test("a program is not edited: a person is told what to write", async () => {
    rmSync(join(folder, "cfgsync.config.json"))
    write("cfgsync.config.mjs", "export default {}\n")
    const added = await addSchema(await project(), { source: "cfgsync:opencode", glob: "x.json" })
    expect(added.configuration).toBe("needed")
    expect(read("cfgsync.config.mjs")).toBe("export default {}\n")
  })
  test("never replaces a file that it did not put there", async () => {
    write("mine.json", "{}")
    write("own.json", schema("a"))
    await expect(addSchema(await project(), { source: "own.json", to: "mine.json" })).rejects.toThrow(
      /is there already/,
    )
    expect(read("mine.json")).toBe("{}")
  })
})

test.each<readonly [string, () => string, typeof answer, RegExp]>([
  ["no JSON", () => origin, (_, response) => response.end("<html>"), /no JSON/],
  ["JSON that is no schema", () => origin, (_, response) => response.end('{"type":"strnig"}'), /cannot be used/],
  ["a missing page", () => origin, (_, response) => response.writeHead(404).end(), /the answer is 404/],
  [
    "an endless answer",
    () => origin,
    (_, response) => {
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(65536))) {}
      }
      response.on("drain", more)
      more()
    },
    /more than 5242880 bytes/,
  ],
  [
    "a circle of redirects",
    () => origin,
    (_, response) => response.writeHead(302, { location: "/" }).end(),
    /more than 3 times/,
  ],
  [
    "a redirect out of https",
    () => origin,
    (_, response) => response.writeHead(302, { location: "http://x.test/" }).end(),
    /only https/,
  ],
  ["a broken connection", () => origin, (_, response) => response.destroy(), /nothing was fetched/],
  ["plain http elsewhere", () => "http://x.test/a.json", () => {}, /only https/],
  ["a password in the URL", () => "https://a:b@x.test/a.json", () => {}, /holds a password/],
])("%s is refused, and nothing is written", async (_, source, given, message) => {
  answer = given
  await expect(addSchema(await project(), { source: source() })).rejects.toThrow(message)
  expect(existsSync(join(folder, ".cfgsync"))).toBe(false)
})

test("update says what changed, and keeps the copy of what cannot be had", async () => {
  serve(schema("a", "b"))
  await addSchema(await project(), { source: `${origin}/app.json` })
  const source = `${origin}/app.json`
  const path = ".cfgsync/schemas/app.json"
  expect(await updateSchemas(await project())).toEqual([{ path, source, outcome: "same", detail: "" }])
  serve(schema("a", "c"))
  expect(await updateSchemas(await project())).toEqual([{ path, source, outcome: "changed", detail: "+c -b" }])
  serve("oops")
  expect(await updateSchemas(await project())).toEqual([
    { path, source, outcome: "failed", detail: expect.stringContaining("no JSON") },
  ])
  expect(read(path)).toBe(schema("a", "c"))
})
