import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { parse } from "yaml"
import { cfgsync, service } from "./project.ts"
import { makeRepository, type Repository } from "./repository.ts"

/** `action.yml`, played as GitHub plays it: each script in bash, with the inputs and what a job gives in variables. */
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>
  readonly runs: {
    readonly using: string
    readonly steps: readonly {
      readonly shell: string
      readonly "working-directory": string
      readonly env: Readonly<Record<string, string>>
      readonly run: string
    }[]
  }
}

const action: Action = parse(readFileSync(join(import.meta.dirname, "../../action.yml"), "utf8"))
const rule = `rule t/port "the port is free to use" {
  files   "*.json"
  require $.port > 1000
}
`
const config = '{ "files": ["**/*.json", "!cfgsync.config.json"], "rules": ["own.rule"] }\n'
const good = service(true, 2000)
const bad = service(true, 80)

let repository: Repository
beforeEach(() => {
  repository = makeRepository()
  project(".")
})
afterEach(() => repository.dispose())

/** A project with cfgsync installed. */
function project(folder: string): void {
  repository.write(`${folder}/cfgsync.config.json`, config)
  repository.write(`${folder}/own.rule`, rule)
  repository.write(".gitignore", "node_modules\n")
  mkdirSync(join(repository.folder, folder, "node_modules/.bin"), { recursive: true })
  symlinkSync(cfgsync, join(repository.folder, folder, "node_modules/.bin/cfgsync"))
}

/** @throws Error for an input that the action does not have */
function play(inputs: Readonly<Record<string, string>> = {}) {
  const unknown = Object.keys(inputs).find((name) => !(name in action.inputs))
  if (unknown !== undefined) throw new Error(`no input ${unknown}`)
  const fill = (text: string) =>
    text.replace(
      /\$\{\{ inputs\.([\w-]+) \}\}/g,
      (_, name: string) => inputs[name] ?? action.inputs[name]?.default ?? "?",
    )
  const said = { status: 0, stdout: "", stderr: "" }
  for (const step of action.runs.steps) {
    expect(step.shell).toBe("bash")
    // An input in the text of a script could be a program.
    expect(step.run).not.toContain("${{")
    const script = join(repository.folder, "..", "step.sh")
    writeFileSync(script, step.run)
    const { status, stdout, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
      cwd: join(repository.folder, fill(step["working-directory"])),
      env: {
        ...repository.environment,
        PATH: `${join(process.execPath, "..")}:${repository.environment.PATH}`,
        CI: "true",
        GITHUB_ACTIONS: "true",
        GITHUB_WORKSPACE: repository.folder,
        ...Object.fromEntries(Object.entries(step.env).map(([name, value]) => [name, fill(value)])),
      },
      encoding: "utf8",
    })
    Object.assign(said, { status, stdout: said.stdout + stdout, stderr: said.stderr + stderr })
    if (status !== 0) break
  }
  return said
}

describe("the action", () => {
  test("is composite, and silent where all is well", () => {
    expect(action.runs.using).toBe("composite")
    repository.write("a.json", good)
    expect(play()).toEqual({ status: 0, stdout: "", stderr: "" })
  })

  test("shows findings beside the lines, and fails", () => {
    repository.write("a.json", bad)
    const { status, stdout } = play()
    expect(status).toBe(1)
    expect(stdout).toMatch(/^::error file=a\.json,line=7,endLine=7,col=\d+,endColumn=\d+,title=t\/port::/)
  })

  test("counts paths from the repository where the project is a folder of it", () => {
    project("app")
    repository.write("app/conf/a.json", bad)
    const { status, stdout } = play({ "working-directory": "app" })
    expect([status, stdout.split(",")[0]]).toEqual([1, "::error file=app/conf/a.json"])
  })

  test("tells with `since` only what came in", () => {
    repository.write("a.json", bad)
    repository.commit("first")
    repository.git("branch", "base")
    repository.write("b.json", good)
    repository.commit("second")
    expect(play({ since: "base" })).toMatchObject({ status: 0, stdout: "" })
    repository.write("b.json", bad)
    repository.commit("third")
    const { status, stdout } = play({ since: "base" })
    expect([status, stdout.trim().split("\n").length]).toEqual([1, 1])
    expect(stdout).toContain("file=b.json")
  })

  test("says what is wrong with the checkout", () => {
    repository.write("a.json", good)
    repository.commit("first")
    const { status, stderr } = play({ since: "origin/main" })
    expect(status).toBe(2)
    expect(stderr).toContain("fetch-depth: 0")
  })

  test("writes SARIF with the same findings, and fails then", () => {
    repository.write("a.json", bad)
    expect(play({ sarif: "out.sarif" }).status).toBe(1)
    const [run] = JSON.parse(repository.read("out.sarif")).runs
    expect(run.results.map(({ ruleId }: { readonly ruleId: string }) => ruleId)).toEqual(["t/port"])
    repository.write("a.json", good)
    expect(play({ sarif: "out.sarif" }).status).toBe(0)
    expect(JSON.parse(repository.read("out.sarif")).runs[0].results).toEqual([])
  })

  test("stops where the check itself cannot run, also for SARIF", () => {
    repository.write("own.rule", "rule {")
    const { status, stdout } = play({ sarif: "out.sarif" })
    expect([status, stdout]).toEqual([2, ""])
  })

  test("takes paths of any name, each on a line, and none of them as a program", () => {
    repository.write("a b.json", bad)
    repository.write("-c.json", bad)
    repository.write("d.json", bad)
    const { status, stdout } = play({ paths: "a b.json\n-c.json\n" })
    expect([status, stdout.match(/file=[^,]*/g)]).toEqual([1, ["file=-c.json", "file=a b.json"]])
    play({ paths: "$(touch ran)\n`touch ran`; touch ran", since: "$(touch ran)" })
    expect(existsSync(join(repository.folder, "ran"))).toBe(false)
  })

  test("fails from the severity on that is asked for", () => {
    repository.write("own.rule", rule.replace("files ", "severity warning\n  files "))
    repository.write("a.json", bad)
    expect(play().status).toBe(1)
    expect(play({ severity: "error" })).toMatchObject({ status: 0, stdout: "" })
  })
})
