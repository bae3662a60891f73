import { createHash } from "node:crypto"
import fc from "fast-check"
import { expect, test } from "vitest"
import { readFingerprint } from "./fingerprint.ts"
import { isOf, momentOf, readChangeLog, readInventory, readMetadata } from "./index.ts"

test.each([
  ["20300131_120000", "2030-01-31T12:00:00.000Z"],
  ["2030-01-31_12-00-00", "2030-01-31T12:00:00.000Z"],
  ["2030-01-31T12:00:00.5", "2030-01-31T12:00:00.000Z"],
  ["2030-01-31T12:00:00+0200", "2030-01-31T10:00:00.000Z"],
  ["snapshot-20300131", "2030-01-31T00:00:00.000Z"],
  ["1896091200", "2030-01-31T12:00:00.000Z"],
  [1896091200, "2030-01-31T12:00:00.000Z"],
  [1896091200000, "2030-01-31T12:00:00.000Z"],
])("%o is a time", (written, time) => {
  expect(new Date(momentOf(written) ?? Number.NaN).toISOString()).toBe(time)
})

test.each(["latest", "", "20301331_120000", "123456789012345678", 1e300, -1, null])("%o is none", (written) => {
  expect(momentOf(written)).toBeUndefined()
})

test("an inventory as its script writes it, with what a command did not say", () => {
  const text = `{\n "discovered": 1896000000,\n "configs": [\n {\n "name": "a",\n "path": "/p/a.json",\n "priority": "critical",\n "size": ,\n "hash": "",\n "modified": \n}\n ]\n}`
  expect(readInventory(text)).toEqual({
    ok: true,
    remarks: ["it is no JSON as it stands: a value has no quotes or is missing"],
    value: { taken: 1896000000000, files: [{ name: "a", path: "/p/a.json", priority: "critical" }] },
  })
})

test("other shapes of the same: a list, a list by name, texts", () => {
  const files = (text: string) => {
    const read = readInventory(text)
    return read.ok ? read.value.files.map(({ name, path, priority }) => [name, path, priority]) : read.problem
  }
  expect(files('[{"path":"a.json","priority":"HIGH"},"b.json"]')).toEqual([
    ["a.json", "a.json", "high"],
    ["b.json", "b.json", undefined],
  ])
  expect(files('{"files":{"a":{"path":"x/a.json"}}}')).toEqual([["a", "x/a.json", undefined]])
  expect(files('{"a":1}')).toMatch(/no list of files/)
  expect(files("")).toMatch(/no JSON/)
})

test("what is told of what is no JSON quotes nothing of it", () => {
  const secret = '{"timestamp": 20300131_120000, "token": sk-abcdefghijklmnop}'
  expect(readInventory(secret)).toEqual({
    ok: false,
    problem: expect.stringMatching(/^it is no JSON(?: at character \d+)?$/),
  })
  const { problems } = readChangeLog('{"token": sk-abcdefghijklmnop}')
  expect(problems).toEqual([{ line: 1, problem: "it is no JSON" }])
})

test("metadata: hashes in the list of files, beside it, or of the one file", () => {
  const hash = "a".repeat(64)
  const found = (value: unknown) => {
    const read = readMetadata(JSON.stringify(value))
    if (!read.ok) throw new Error(read.problem)
    return { files: read.value.files, whole: read.value.fingerprint }
  }
  const fingerprint = { algorithm: "sha256", hex: hash }
  expect(found({ files: [{ name: "a", sha256: hash }] }).files).toEqual([{ name: "a", fingerprint }])
  expect(found({ hashes: { a: `sha256:${hash}` } }).files).toEqual([{ name: "a", fingerprint }])
  expect(found({ file: "a.json", hash }).files).toEqual([{ name: "a.json", path: "a.json", fingerprint }])
  expect(found({ hash }).whole).toEqual(fingerprint)
})

test("a hash is believed only of what it is the hash of", () => {
  const content = Buffer.from("x")
  for (const name of ["sha256", "sha1", "sha512", "md5"]) {
    const hex = createHash(name).update(content).digest("hex")
    expect(isOf(readFingerprint(hex.toUpperCase()), content)).toBe(true)
    expect(isOf(readFingerprint(`${name}:${hex}`), Buffer.from("y"))).toBe(false)
  }
  expect(isOf(readFingerprint("crc:12"), content)).toBe(false)
})

test("a damaged line of the log costs itself alone", () => {
  const { changes, problems } = readChangeLog('{"file":"a","type":"modified"}\n{"fi\n\n[]\n{"file":"b"}')
  expect(changes.map(({ line, name, what }) => [line, name, what])).toEqual([
    [1, "a", "modified"],
    [5, "b", "changed"],
  ])
  expect(problems.map(({ line }) => line)).toEqual([2, 4])
})

test("no text and no value makes a reader fail", () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((text) => text.slice(0, text.length / 2)),
  )
  const shaped = fc
    .record({ configs: fc.jsonValue(), files: fc.jsonValue(), timestamp: fc.jsonValue() })
    .map((each) => JSON.stringify(each))
  fc.assert(
    fc.property(fc.oneof(anything, shaped), (text) => {
      for (const read of [readInventory(text), readMetadata(text)]) expect(typeof read.ok).toBe("boolean")
      readChangeLog(text)
    }),
    { numRuns: Number(process.env.CFGSYNC_CASES ?? 500) },
  )
})
