import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { clients } from "../clients/clients.ts"
import { memorySystem } from "../system/memory.ts"
import { clientReading, installedVersion, learnVersion, versionsHere } from "./clientVersions.ts"
import { mayBeRead } from "./upgradeText.ts"

let folder = ""
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-versions-")))
  mkdirSync(join(folder, "bin"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function lay(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
  chmodSync(join(folder, name), 0o755)
}

const here = (files: Readonly<Record<string, string>> = {}) =>
  memorySystem(files, { environment: { PATH: join(folder, "bin") } })
const clientOf = (id: string) => {
  const client = clients.find((each) => each.id === id)
  if (client === undefined) throw new Error(`no client ${id}`)
  return client
}
const versionOf = (id: string) => installedVersion(here(), clientOf(id))
const learn = (version: string) => learnVersion(clientOf("opencode"), join(folder, "bin/opencode"), version)

test("the version is that of the package, or of the folder that is named for it", () => {
  lay("lib/opencode-linux-x64/package.json", '{ "name": "opencode-linux-x64", "version": "1.18.33" }')
  lay("lib/opencode-linux-x64/bin/opencode", "")
  symlinkSync(join(folder, "lib/opencode-linux-x64/bin/opencode"), join(folder, "bin/opencode"))
  lay("share/claude/versions/2.1.197", "")
  symlinkSync(join(folder, "share/claude/versions/2.1.197"), join(folder, "bin/claude"))
  lay("Cellar/codex/0.169.0/bin/codex", "")
  symlinkSync(join(folder, "Cellar/codex/0.169.0/bin/codex"), join(folder, "bin/codex"))
  expect(["opencode", "claude", "codex", "gemini"].map(versionOf)).toEqual(["1.18.33", "2.1.197", "0.169.0", undefined])
})

test("a program that says no version has none, nor has one in a package that is not its own", () => {
  lay("package.json", '{ "name": "my-dotfiles", "version": "1.0.0" }')
  lay("bin/opencode", "")
  lay("bin/package.json", "{")
  expect(versionOf("opencode")).toBeUndefined()
})

test("the version of whoever manages versions is not that of the client", () => {
  vi.stubEnv("CFGSYNC_CACHE", join(folder, "cache"))
  try {
    lay("Cellar/mise/2025.1.2/bin/mise", "")
    mkdirSync(join(folder, "shims"))
    symlinkSync(join(folder, "Cellar/mise/2025.1.2/bin/mise"), join(folder, "shims/opencode"))
    symlinkSync(join(folder, "shims/opencode"), join(folder, "bin/opencode"))
    lay(".nvm/versions/node/v22.3.0/bin/codex", "")
    symlinkSync(join(folder, ".nvm/versions/node/v22.3.0/bin/codex"), join(folder, "bin/codex"))
    lay("Cellar/gemini-cli/0.61.0/libexec/gemini", "")
    symlinkSync(join(folder, "Cellar/gemini-cli/0.61.0/libexec/gemini"), join(folder, "bin/gemini"))
    expect(["opencode", "codex", "gemini"].map(versionOf)).toEqual([undefined, undefined, "0.61.0"])
    // It looks the same whichever version it starts, so what it said is not kept either.
    learn("1.18.12")
    expect(versionOf("opencode")).toBeUndefined()
    rmSync(join(folder, "bin/opencode"))
    lay("asdf/shims/opencode", "#!/bin/sh")
    symlinkSync(join(folder, "asdf/shims/opencode"), join(folder, "bin/opencode"))
    learn("1.18.12")
    expect(versionOf("opencode")).toBeUndefined()
  } finally {
    vi.unstubAllEnvs()
  }
})

test("one that says its version when it is asked has that for as long as it looks the same", () => {
  vi.stubEnv("CFGSYNC_CACHE", join(folder, "cache"))
  try {
    lay("bin/opencode", "one")
    expect(versionOf("opencode")).toBeUndefined()
    learn("1.18.12")
    expect(versionOf("opencode")).toBe("1.18.12")
    lay("bin/opencode", "another")
    expect(versionOf("opencode")).toBeUndefined()
    learn("1.18.33")
    expect(versionOf("opencode")).toBe("1.18.33")
    lay("cache/client-versions.json", '{ "a": 1 }')
    expect(versionOf("opencode")).toBeUndefined()
  } finally {
    vi.unstubAllEnvs()
  }
})

test("only clients that have a file here are asked", () => {
  lay("Cellar/codex/0.169.0/bin/codex", "")
  symlinkSync(join(folder, "Cellar/codex/0.169.0/bin/codex"), join(folder, "bin/codex"))
  expect(versionsHere(here({ "opencode.json": "{}" }))).toEqual({})
  expect(versionsHere(here({ ".codex/config.toml": "" }))).toEqual({ codex: "0.169.0" })
})

test("every file that a client reads may be one", () => {
  for (const glob of clients.flatMap((client) => [...client.files, ...client.beside]))
    expect([glob, mayBeRead(glob)]).toEqual([glob, true])
  const files = [...clients.flatMap((client) => client.files), ".opencode/agent/a.md", ".opencode/commands/b/c.md"]
  for (const file of files)
    expect([file, mayBeRead(file), clientReading(file) !== undefined]).toEqual([file, true, true])
  for (const file of ["package.json", "sub/opencode.json", "docs/a.md"]) expect(clientReading(file)).toBeUndefined()
})
