import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { memorySystem } from "../system/memory.ts"
import { installedAt, installedFor, installedSchemas, projectSchema } from "./installedSchemas.ts"
import { packageFolder } from "./package.ts"

test.each<readonly [string, string | undefined, string | undefined]>([
  ["biome.json", undefined, "biome"],
  ["packages/a/.oxlintrc.json", undefined, "oxlint"],
  [".changeset/config.json", undefined, "changesets"],
  ["config.json", undefined, undefined],
  ["lint.json", "https://biomejs.dev/schemas/2.6.8/schema.json", "biome"],
  ["lint.json", "https://x.test/schema.json", undefined],
])("%s with the $schema %s is of %s", (path, url, name) => {
  expect(installedFor(path, url)?.name).toBe(name)
})

test("the nearest installed package counts, and none is no schema", () => {
  const biome = installedSchemas.find(({ name }) => name === "biome")
  if (biome === undefined) throw new Error("no biome")
  const system = memorySystem({
    "node_modules/@biomejs/biome/configuration_schema.json": "{}",
    "apps/a/node_modules/@biomejs/biome/configuration_schema.json": "{}",
  })
  const at = (path: string) => installedAt(system, path, biome)
  expect(at("biome.json")).toBe("node_modules/@biomejs/biome/configuration_schema.json")
  expect(at("apps/a/src/biome.json")).toBe("apps/a/node_modules/@biomejs/biome/configuration_schema.json")
  expect(at("/elsewhere/biome.json")).toBe(undefined)
  expect(installedAt(memorySystem({}), "biome.json", biome)).toBe(undefined)
})

test.each<readonly [string, string | undefined]>([
  ["./node_modules/x/schema.json", "conf/node_modules/x/schema.json"],
  ["../schemas/own.json#", "schemas/own.json"],
  ["../../outside.json", undefined],
  ["gone.json", undefined],
  ["https://x.test/schemas/own.json", undefined],
  ["/schemas/own.json", undefined],
  ["a.json", undefined],
  [`../${"x".repeat(5000)}.json`, undefined],
  ["../schemas/own.json\0", undefined],
])("%s in conf/a.json is the schema %s", (url, place) => {
  const files = { "conf/a.json": "{}", "schemas/own.json": "{}", "conf/node_modules/x/schema.json": "{}" }
  expect(projectSchema(memorySystem(files), "conf/a.json", url)).toBe(place)
})

test.each(
  installedSchemas
    .filter(({ package: name }) => existsSync(join(packageFolder, "node_modules", name)))
    .map((schema) => [schema.package, schema.file] as const),
)("%s does bring %s along", (name, file) => {
  expect(JSON.parse(readFileSync(join(packageFolder, "node_modules", name, file), "utf8"))).toHaveProperty("$schema")
})

test("docs/schemas.md lists them as they are", () => {
  const page = readFileSync(join(packageFolder, "docs", "schemas.md"), "utf8")
  const rows = installedSchemas.map(
    ({ package: name, file, files, severity }) =>
      `| \`${name}\` | \`${file}\` | ${files.map((glob) => `\`${glob}\``).join(" ")} | ${severity} |`,
  )
  expect(page.split("\n").filter((line) => rows.includes(line))).toEqual(rows)
})
