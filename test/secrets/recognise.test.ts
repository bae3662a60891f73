import { rules } from "@secretlint/secretlint-rule-preset-recommend"
import { describe, expect, test } from "vitest"
import { recognise } from "../../src/secrets/recognise.ts"
import { samples } from "./samples.ts"

/** Those of the library's rules that look at a file's name, or at comments, know no text as such. */
const notOfTexts = ["gcp", "filter-comments"]

test("there is a sample for every rule of the library, so that an upgrade cannot bring one that the quick look beforehand misses", () => {
  const known = rules.map(({ meta }) => meta.id.replace("@secretlint/secretlint-rule-", ""))
  expect([...new Set(samples(1).flatMap(({ rule }) => rule ?? [])), ...notOfTexts].sort()).toEqual(known.sort())
})

describe.each([1, 2, 3])("secrets drawn with seed %i", (seed) => {
  test.each(samples(seed))("$kind $name", async ({ kind, text, name }) => {
    const line = name === undefined ? `see ${text}` : `${name}=${text}`
    const found = await recognise(`before\n${line}\nafter`)
    expect(found.map(({ start, end }) => `before\n${line}\nafter`.slice(start, end))).toEqual([text])
    expect(found[0]?.kind).toMatch(kind)
  })
})

test.each([
  "token: your-api-key-here",
  `TOKEN=${"{GITHUB_TOKEN}"}`,
  "token: {env:GITHUB_TOKEN}",
  "apiKey: $API_KEY",
  "secret: op://vault/item/field1a2b3c4d5e",
  "token: XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
  `token: ghp_${"x".repeat(36)}`,
  `token: ghp_${"X".repeat(36)}`,
  "token: 123e4567-e89b-42d3-a456-426614174000",
  "integrity: sha512-9Kd82nVq0TzLw4xRb7mYcE5sHj3fPgA1UoXi9Kd82nVq0TzLw4xRb7mYcE5sHj3f==",
  "password: correct-horse-battery-staple",
  "PUBLIC_KEY_TOKEN: q9Zk4T3xw8LmP2vRb7NcY5sDfG1hJ6kQ",
  "max_tokens: 200000",
  "secret_name: projects/acme/secrets/api/versions/12",
  `token: ${"{{ secrets.GITHUB_TOKEN }}"}`,
  "postgres://user:password@db.acme.io/app",
  "https://user:XXXXXXXX@git.acme.io/x.git",
  "aws_access_key_id: AKIAIOSFODNN7EXAMPLE",
  "-----BEGIN PUBLIC KEY-----",
])("%s is no secret", async (text) => {
  expect(await recognise(text)).toEqual([])
})

test("a comment cannot switch the scanner off", async () => {
  const secret = samples(1).find(({ open }) => open === "ghp_")?.text ?? ""
  expect(await recognise(`# secretlint-disable\n# ${secret}`)).toHaveLength(1)
})

test("texts made to keep a pattern busy take no time", async () => {
  const started = performance.now()
  for (const piece of [
    "token ",
    "token=",
    "secret: \t",
    "://a",
    "https://",
    "mongodb://u:",
    "SG.a.",
    "xoxb-1-",
    "-----BEGIN PRIVATE KEY-----\nMI",
  ])
    await recognise(piece.repeat(20_000))
  expect(performance.now() - started).toBeLessThan(10_000)
})
