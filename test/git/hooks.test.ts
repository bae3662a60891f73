import { execFileSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { hooksStatus, installHooks, uninstallHooks } from "../../src/app/git/hooks/install.ts"
import { openProject } from "../../src/app/project.ts"
import { makeRepository, type Repository } from "./repository.ts"

let repository: Repository
const kept = { ...process.env }
beforeEach(() => {
  repository = makeRepository({ "cfgsync.config.json": "{}\n" })
  Object.assign(process.env, repository.environment)
})
afterEach(() => {
  process.env = { ...kept }
  repository.dispose()
})

const project = (folder = ".") => openProject({ cwd: join(repository.folder, folder) })
const install = async (mergeDriver = false) => installHooks(await project(), { mergeDriver })
const uninstall = async () => uninstallHooks(await project())
const states = async () => (await hooksStatus(await project())).hooks.map(({ state }) => state)
const hook = (name: string) => `.git/hooks/${name}`

/** Everything is as it was, with one file more or less. */
async function roundTrip(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) repository.write(path, text)
  const { written } = await install()
  expect(written.length).toBeGreaterThan(0)
  expect(await states()).toEqual(Array(5).fill("installed"))
  expect((await install()).written).toEqual([])
  await uninstall()
  expect(await states()).toEqual(Array(5).fill("missing"))
  for (const [path, text] of Object.entries(files)) expect(repository.read(path)).toBe(text)
}

describe("git itself", () => {
  test("gets its scripts, before the first commit, and loses them again", async () => {
    await roundTrip({})
    expect(existsSync(join(repository.folder, hook("pre-commit")))).toBe(false)
  })

  test("keeps a script that is there, and runs it after cfgsync", async () => {
    const script = "#!/usr/bin/env bash\necho mine\nexit 0\n"
    await roundTrip({ [hook("pre-commit")]: script })
    chmodSync(join(repository.folder, hook("pre-commit")), 0o755)
    await install()
    expect(repository.read(hook("pre-commit")).replace(/# >>>[\s\S]*<<<\n/, "")).toBe(script)
    expect(
      execFileSync(join(repository.folder, hook("pre-commit")), { cwd: repository.folder, encoding: "utf8" }),
    ).toBe("mine\n")
  })

  test("keeps a hook in another language beside it", async () => {
    const script = "#!/usr/bin/env node\nconsole.log('mine', process.argv[2])\n"
    repository.write(hook("post-merge"), script)
    chmodSync(join(repository.folder, hook("post-merge")), 0o755)
    await install()
    expect((await install()).written).toEqual([])
    const ran = execFileSync(join(repository.folder, hook("post-merge")), ["0"], {
      cwd: repository.folder,
      encoding: "utf8",
    })
    expect(ran).toBe("mine 0\n")
    await uninstall()
    expect(repository.read(hook("post-merge"))).toBe(script)
    expect(existsSync(join(repository.folder, `${hook("post-merge")}.before-cfgsync`))).toBe(false)
  })

  test("tells a hook that an older cfgsync wrote, and renews it", async () => {
    await install()
    const text = repository.read(hook("pre-commit"))
    repository.write(hook("pre-commit"), text.replace("hooks run", "hook"))
    expect((await states())[0]).toBe("stale")
    expect((await install()).written).toEqual([hook("pre-commit")])
    expect(repository.read(hook("pre-commit"))).toBe(text)
    chmodSync(join(repository.folder, hook("pre-commit")), 0o644)
    await install()
    expect(statSync(join(repository.folder, hook("pre-commit"))).mode & 0o111).toBe(0o111)
  })

  test("knows a call that somebody wrote himself", async () => {
    repository.write(hook("pre-commit"), "#!/bin/sh\nnpx cfgsync hooks run pre-commit\n")
    expect((await states())[0]).toBe("by-hand")
    await install()
    expect(repository.read(hook("pre-commit"))).toBe("#!/bin/sh\nnpx cfgsync hooks run pre-commit\n")
  })

  test("has its hooks where core.hooksPath says, but not outside of the repository", async () => {
    repository.git("config", "core.hooksPath", ".githooks")
    await install()
    expect(existsSync(join(repository.folder, ".githooks/pre-commit"))).toBe(true)
    repository.git("config", "core.hooksPath", join(repository.folder, "../elsewhere"))
    await expect(install()).rejects.toThrow("outside of this repository")
  })

  test("shares them between worktrees, and has others in a submodule", async () => {
    repository.commit("first")
    repository.git("worktree", "add", "--quiet", "../side")
    await installHooks(await openProject({ cwd: join(repository.folder, "../side") }), { mergeDriver: false })
    expect(existsSync(join(repository.folder, hook("pre-commit")))).toBe(true)
    repository.git("submodule", "add", "--quiet", repository.folder, "sub")
    await installHooks(await openProject({ cwd: join(repository.folder, "sub") }), { mergeDriver: false })
    expect(existsSync(join(repository.folder, ".git/modules/sub/hooks/pre-commit"))).toBe(true)
  })

  test("calls a project below the top by its configuration", async () => {
    repository.write("app/it's/cfgsync.config.json", "{}")
    await installHooks(await project("app/it's"), { mergeDriver: false })
    expect(repository.read(hook("pre-commit"))).toContain("--config 'app/it'\\''s/cfgsync.config.json'")
    expect(
      execFileSync(join(repository.folder, hook("pre-commit")), { cwd: repository.folder, encoding: "utf8" }),
    ).toBe("")
  })
})

describe("managers", () => {
  test("husky", async () => {
    await roundTrip({ ".husky/pre-commit": "npm test\n", "package.json": '{ "devDependencies": { "husky": "9" } }' })
    await install()
    expect(repository.read(".husky/pre-commit")).toMatch(
      /^npm test\n# >>> cfgsync >>>.*\ncfgsync hooks run pre-commit "\$@"\n# <<</,
    )
    expect(existsSync(join(repository.folder, hook("pre-commit")))).toBe(false)
  })

  test("husky with lint-staged that calls cfgsync", async () => {
    repository.write(
      "package.json",
      '{ "devDependencies": { "husky": "9" }, "lint-staged": { "*.json": "cfgsync hooks run pre-commit" } }',
    )
    repository.write(".husky/pre-commit", "npx lint-staged\n")
    await install()
    expect(repository.read(".husky/pre-commit")).toBe("npx lint-staged\n")
    expect(await states()).toEqual(["by-hand", "installed", "installed", "installed", "installed"])
  })

  test.each([
    [
      "lefthook.yml",
      "# ours\npre-commit:\n  parallel: true # quick\n  commands:\n    lint:\n      run: npm run lint\n",
    ],
    ["lefthook.json", '{\n  "pre-commit": { "commands": { "lint": { "run": "npm run lint" } } }\n}\n'],
    ["lefthook.toml", '# ours\n[pre-commit.commands.lint]\nrun = "npm run lint"\n'],
    [
      ".pre-commit-config.yaml",
      "# ours\nrepos:\n  - repo: local\n    hooks:\n      - id: mine # mine\n        name: mine\n        entry: true\n        language: system\n",
    ],
  ])("%s, losslessly", async (path, text) => {
    await roundTrip({ [path]: text })
    await install()
    expect(repository.read(path)).toContain("hooks run post-checkout")
  })
})

test("the merge driver is registered, and taken out again", async () => {
  repository.write(".gitattributes", "*.json text\npackage-lock.json merge=ours\n")
  await install(true)
  const attribute = (path: string) => repository.git("check-attr", "merge", path)
  expect([attribute("a.yaml"), attribute("package-lock.json")]).toEqual([
    "a.yaml: merge: cfgsync",
    "package-lock.json: merge: ours",
  ])
  expect(repository.git("config", "merge.cfgsync.driver")).toMatch(/ merge --marker-size %L --path %P %O %A %B$/)
  expect((await install(true)).written).toEqual([])
  await uninstall()
  expect(repository.read(".gitattributes")).toBe("*.json text\npackage-lock.json merge=ours\n")
  expect(repository.ask(["config", "merge.cfgsync.driver"]).status).toBe(1)
  mkdirSync(join(repository.folder, "x"))
})
