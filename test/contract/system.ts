import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { CfgsyncError } from "../../src/model/errors.ts"
import type { System } from "../../src/system/system.ts"

/** A system that holds the given files and nothing else. */
export interface MadeSystem {
  readonly system: System
  readonly dispose?: () => void
}

export type MakeSystem = (files: Readonly<Record<string, string>>) => MadeSystem

/** @returns code of the `CfgsyncError` that `run` throws; "" when it throws none. Anything else that it throws is a failure of the test. */
function codeOf(run: () => unknown): string {
  try {
    run()
    return ""
  } catch (error) {
    if (error instanceof CfgsyncError) return error.code
    throw error
  }
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function textOf(system: System, path: string): string | null {
  const found = system.read(path, 1_000_000)
  return found === null ? null : new TextDecoder().decode(found)
}

const files = {
  "opencode.json": "{}",
  "opencode.jsonc": "// c",
  ".mcp.json": "[]",
  "a/b/opencode.json": "1",
  "a/.hidden/x.yaml": "x: 1",
  "a/node_modules/p/package.json": "0",
  ".git/config.json": "0",
  "A.json": "A",
  "ä.json": "ä",
}

/** What every system keeps to. @param writable whether `write` changes it */
export function testSystem(name: string, make: MakeSystem, writable = true): void {
  describe(`${name} keeps to the contract of a system`, () => {
    let made: MadeSystem
    let system: System
    beforeEach(() => {
      made = make(files)
      system = made.system
    })
    afterEach(() => made.dispose?.())

    test("reads bytes, null for nothing, and refuses what is no file or too large", () => {
      expect(textOf(system, "opencode.json")).toBe("{}")
      expect(textOf(system, `${system.root}/opencode.json`)).toBe("{}")
      expect(textOf(system, "ä.json")).toBe("ä")
      expect(system.read("none.json", 10)).toBeNull()
      expect(system.read("a/none/none.json", 10)).toBeNull()
      expect(system.read("opencode.json/x", 10)).toBeNull()
      expect(codeOf(() => system.read("a", 10))).toBe("file-unreadable")
      expect(codeOf(() => system.read("opencode.json", 1))).toBe("file-unreadable")
      expect(system.read("opencode.json", 2)).toHaveLength(2)
    })

    test.each(["../x.json", "a/../../x.json", "", "a\0b"])("refuses the path %j", (path) => {
      expect(codeOf(() => system.read(path, 10))).toBe("path-invalid")
      expect(codeOf(() => system.stat(path))).toBe("path-invalid")
      if (writable) expect(codeOf(() => system.write([{ path, before: null, after: bytes("") }]))).toBe("path-invalid")
    })

    test("tells what a path is", () => {
      expect(system.stat("opencode.json")).toMatchObject({ kind: "file", size: 2, mode: 0o644, links: 1 })
      expect(system.stat("a")).toMatchObject({ kind: "directory" })
      expect(system.stat("none")).toBeNull()
    })

    test.each<[readonly string[], readonly string[], readonly string[]]>([
      [["opencode.json"], [], ["opencode.json"]],
      [["opencode.json{,c}"], [], ["opencode.json", "opencode.jsonc"]],
      [["{opencode,.mcp}.json"], [], [".mcp.json", "opencode.json"]],
      [["*.json"], [], [".mcp.json", "A.json", "opencode.json", "ä.json"]],
      [["**/opencode.json"], [], ["a/b/opencode.json", "opencode.json"]],
      [["**/*.yaml"], [], ["a/.hidden/x.yaml"]],
      [["a/**"], [], ["a/.hidden/x.yaml", "a/b/opencode.json"]],
      [["a/**", "opencode.json"], ["**/*.yaml"], ["a/b/opencode.json", "opencode.json"]],
      [["opencode.json{,c}"], ["*.jsonc"], ["opencode.json"]],
      [["a/b/opencode.json", "a/b/**"], ["a/**"], []],
      [["**/package.json"], [], []],
      [["a/node_modules/*/package.json"], [], ["a/node_modules/p/package.json"]],
      [["a/node_modules/p/package.json"], [], ["a/node_modules/p/package.json"]],
      [[".git/*.json"], [], [".git/config.json"]],
      [["none.json", "none/**", "a"], [], []],
      [["*.json", "!A.json"], [], [".mcp.json", "opencode.json", "ä.json"]],
      [["!./A.json", "*.json"], [], [".mcp.json", "opencode.json", "ä.json"]],
      [["a/**", "opencode.json", "!**/opencode.json"], [], ["a/.hidden/x.yaml"]],
      [["!A.json"], [], []],
      [["*.json"], ["!A.json"], [".mcp.json", "A.json", "opencode.json", "ä.json"]],
      [["!(o*).json"], [], [".mcp.json", "A.json", "ä.json"]],
      [[], [], []],
    ])("lists %j without %j", (patterns, ignore, expected) => {
      expect(system.list(patterns, ignore)).toEqual(expected)
    })

    test("finds commands and variables", () => {
      expect(system.onPath("sh")).toBe(true)
      expect(system.onPath("no-such-command")).toBe(false)
      expect(system.onPath("")).toBe(false)
      expect(system.environment("CFGSYNC_TEST")).toBe("yes")
      expect(system.environment("CFGSYNC_NO_SUCH")).toBeUndefined()
    })

    test("has nothing to recover", () => expect(system.recover()).toEqual([]))

    if (writable) testWriting(() => system)
    else
      test("refuses to be written", () => {
        expect(codeOf(() => system.write([{ path: "x", before: null, after: bytes("") }]))).toBe("write-refused")
        expect(system.read("x", 1)).toBeNull()
      })
  })
}

function testWriting(get: () => System): void {
  test("replaces, creates and removes", () => {
    const system = get()
    system.write([{ path: "opencode.json", before: bytes("{}"), after: bytes("{ }") }])
    expect(textOf(system, "opencode.json")).toBe("{ }")
    system.write([{ path: "new/deep/x.json", before: null, after: bytes("1"), mode: 0o600 }])
    expect(textOf(system, "new/deep/x.json")).toBe("1")
    expect(system.stat("new/deep/x.json")?.mode).toBe(0o600)
    system.write([{ path: "new/deep/x.json", before: bytes("1"), after: bytes("") }])
    expect(textOf(system, "new/deep/x.json")).toBe("")
    expect(system.stat("new/deep/x.json")?.mode).toBe(0o600)
    system.write([{ path: "new/deep/x.json", before: bytes(""), after: null }])
    expect(system.read("new/deep/x.json", 9)).toBeNull()
    system.write([])
  })

  test("writes several at once, also by absolute path", () => {
    const system = get()
    system.write([
      { path: "opencode.json", before: bytes("{}"), after: bytes("1") },
      { path: "A.json", before: bytes("A"), after: null },
      { path: `${system.root}/b.json`, before: null, after: bytes("2") },
    ])
    expect(system.list(["*.json"], [])).toEqual([".mcp.json", "b.json", "opencode.json", "ä.json"])
    expect([textOf(system, "opencode.json"), textOf(system, "b.json")]).toEqual(["1", "2"])
  })

  test.each<[string, string | null]>([
    ["opencode.json", "other"],
    ["opencode.json", null],
    ["none.json", "{}"],
    ["none/none.json", "{}"],
  ])("refuses %s from %j, and the whole transaction with it", (path, before) => {
    const system = get()
    const wrong = { path, before: before === null ? null : bytes(before), after: bytes("x") }
    const good = { path: "A.json", before: bytes("A"), after: bytes("B") }
    const fresh = { path: "fresh/x.json", before: null, after: bytes("B") }
    expect(codeOf(() => system.write([wrong]))).toBe("file-changed")
    expect(codeOf(() => system.write([good, fresh, wrong]))).toBe("file-changed")
    expect([textOf(system, "A.json"), textOf(system, "opencode.json")]).toEqual(["A", "{}"])
    expect([system.stat("fresh"), system.stat("none.json")]).toEqual([null, null])
  })

  test("refuses a folder, and one file under two names", () => {
    const system = get()
    expect(codeOf(() => system.write([{ path: "a", before: null, after: bytes("x") }]))).toBe("write-refused")
    const twice = ["A.json", "a/../A.json"].map((path) => ({ path, before: bytes("A"), after: bytes("B") }))
    expect(codeOf(() => system.write(twice))).toBe("write-refused")
    expect(textOf(system, "A.json")).toBe("A")
  })
}
