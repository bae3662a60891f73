import { execFileSync } from "node:child_process"
import { chmodSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { Readable, Writable } from "node:stream"
import fc from "fast-check"
import { expect, test } from "vitest"
import { build } from "../../src/app/monitor/place.ts"
import { folderMark } from "../../src/app/monitor/wire.ts"
import type { Io, Output } from "../../src/cli/io.ts"
import { main } from "../../src/cli/main.ts"
import { answer } from "../../src/cli/serve.ts"
import { put, rest, stage, type Watched, watch } from "./stage.ts"

interface Said {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function output(): { readonly stream: Output; readonly text: () => string } {
  const chunks: string[] = []
  const stream = new Writable({
    write: (chunk, _, done) => {
      chunks.push(String(chunk))
      done()
    },
  })
  return { stream, text: () => chunks.join("") }
}

/** How long it took is no part of an answer. */
const timeless = (text: string) => text.replace(/\([\d.]+ m?s\)|"milliseconds": [\d.]+/g, "")

const environment = () => {
  const { GIT_DIR: _, GIT_INDEX_FILE: __, ...rest } = process.env
  return { ...rest, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" }
}

async function byItself(root: string, argv: readonly string[], stdin: string): Promise<Said> {
  const [stdout, stderr] = [output(), output()]
  const io: Io = {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: environment(),
    cwd: root,
    isTTY: false,
  }
  const code = await main(argv, io)
  return { code, stdout: timeless(stdout.text()), stderr: timeless(stderr.text()) }
}

/** @returns the reason where it leaves it to the asker */
async function byMonitor(watched: Watched, root: string, argv: readonly string[], stdin: string) {
  const given = await answer(
    {
      kind: "run",
      build,
      root: folderMark(statSync(root)),
      argv,
      cwd: root,
      environment: environment(),
      streams: { stdinTTY: false, stdoutTTY: false, stderrTTY: false },
      stdin: Buffer.from(stdin).toString("base64"),
    },
    { monitor: watched.monitor, main, stop: () => {} },
  )
  if (given.kind === "ran") return { code: given.code, stdout: timeless(given.stdout), stderr: timeless(given.stderr) }
  return given.kind === "cold" ? given.reason : "?"
}

const git = (root: string, ...args: readonly string[]) =>
  execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.org", ...args], {
    cwd: root,
    env: environment(),
    stdio: "pipe",
  })

const texts = [
  '{ "port": 1 }\n',
  '{ "port": "1", "team": "x" }\n',
  '{ "team": "red" }\n',
  '{ "port": 1, }\n',
  "{",
  '{ "port": "{env:NOWHERE}" }\n',
]
const paths = ["conf/a.json", "conf/deep/b.json", "conf/c.yaml", "single.json", "team/name.json"]
const rule = `rule own/other "another" {
  files "*.json"
  severity error
  require $.port != 1
}
`

type Step =
  | { readonly kind: "write"; readonly path: string; readonly text: string; readonly staged: boolean }
  | { readonly kind: "remove" | "stage"; readonly path: string }
  | { readonly kind: "commit" | "open" | "rule" | "ignore" | "hooks"; readonly staged: boolean }

const path = fc.constantFrom(...paths)
const staged = fc.boolean()
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("write" as const), path, text: fc.constantFrom(...texts), staged }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("remove" as const, "stage" as const), path }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("commit" as const, "open" as const, "rule" as const, "ignore" as const, "hooks" as const),
      staged,
    }),
  },
)

function play(root: string, each: Step): void {
  if (each.kind === "write") put(root, each.path, each.text)
  if (each.kind === "remove") rmSync(join(root, each.path), { force: true })
  if (each.kind === "open") {
    put(root, "single.json", "{}\n")
    chmodSync(join(root, "single.json"), 0o666)
  }
  if (each.kind === "rule") put(root, "own.rule", rule)
  if (each.kind === "ignore") put(root, ".gitignore", "conf/deep/\n")
  if (each.kind === "hooks")
    put(
      root,
      "cfgsync.config.json",
      '{ "files": ["conf/**/*.{json,yaml}", "*.json", "!cfgsync.*"], "rules": ["own.rule"], "hooks": { "standing": "block" } }',
    )
  if (each.kind === "commit") git(root, "commit", "--quiet", "--no-verify", "--allow-empty", "-m", "next")
  if (each.kind === "stage" || ("staged" in each && each.staged)) git(root, "add", "--all", ".")
}

const questions: readonly (readonly [argv: readonly string[], stdin?: string])[] = [
  [["check", "--format", "json"]],
  [["check"]],
  [["check", "conf", "--severity", "error"]],
  [["check", "--stdin-filename", "conf/a.json"], '{ "port": "no", "team": "blue" }\n'],
  [["status"]],
  [["hooks", "run", "pre-commit"]],
  [["hooks", "run", "pre-commit", "--format", "json"]],
  [["hooks", "run", "pre-commit", "conf/a.json"]],
  [["hooks", "run", "pre-commit", "--policy", "warn"]],
]

const runs = Math.ceil(Number(process.env.CFGSYNC_CASES ?? 0) / 2000) || 2

test(`a monitor says what cfgsync says without one, in ${runs} histories`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 8 }), async (steps) => {
      const root = stage({ "conf/a.json": texts[0] ?? "", "team/name.json": '{ "name": "red" }\n' })
      git(root, "init", "--quiet")
      git(root, "add", "--all", ".")
      git(root, "commit", "--quiet", "-m", "first")
      const watched = await watch(root)
      try {
        // Where nothing is unusual it does answer.
        for (const argv of [["check"], ["hooks", "run", "pre-commit"]])
          expect(await byMonitor(watched, root, argv, "")).toEqual(await byItself(root, argv, ""))
        for (const each of steps) {
          play(root, each)
          for (const [argv, stdin = ""] of questions) {
            const warm = await byMonitor(watched, root, argv, stdin)
            const own = await byItself(root, argv, stdin)
            if (typeof warm !== "string") expect([argv, warm]).toEqual([argv, own])
          }
        }
      } finally {
        await watched.monitor.stop("over")
      }
    }),
    { numRuns: runs, endOnFailure: true },
  )
})

test("what writes, or asks in another world, is left to the asker", async () => {
  const root = stage({ "conf/a.json": '{ "port": "80" }\n' })
  git(root, "init", "--quiet")
  git(root, "add", "--all", ".")
  const watched = await watch(root)
  const asks = (...argv: readonly string[]) => byMonitor(watched, root, argv, "")
  expect(await asks("fix")).toBe("it writes")
  expect(await asks("hooks", "install")).toBe("it writes")
  expect(await asks("check", "--accept-existing")).toBe("it writes")
  expect(await asks("hooks", "run", "pre-commit", "--policy", "fix")).toBe("it writes")
  expect(await asks("hooks", "run", "post-merge")).toBe("it writes")
  expect(await asks("check", "--nonsense")).toBe("it cannot be done here")
  expect(await asks("check", "--env", "other")).toBe("another configuration is asked for")
  put(root, "own.rule", rule)
  expect(await asks("hooks", "run", "pre-commit")).toMatch(/configuration/)
})

test("it tells the status of many files, where all are as they were accepted", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 210 }, (_, index) => [`conf/f${index}.json`, `{ "a": ${index} }\n`]),
  )
  const root = stage(many, { files: ["conf/*.json"] })
  expect((await byItself(root, ["accept", "conf"], "")).code).toBe(0)
  // What was written a moment ago is not remembered by how it looks.
  await rest(3200)
  const own = await byItself(root, ["status"], "")
  expect([own.code, own.stdout.match(/^clean /gm)?.length]).toEqual([0, 210])
  const watched = await watch(root)
  expect(await byMonitor(watched, root, ["status"], "")).toEqual(own)
  expect(await byMonitor(watched, root, ["status", "--format", "json"], "")).toEqual(
    await byItself(root, ["status", "--format", "json"], ""),
  )
  put(root, "conf/f7.json", "{ }\n")
  expect(await byMonitor(watched, root, ["status"], "")).toBe("here the answer might be another one")
  expect((await byItself(root, ["status"], "")).code).toBe(1)
})
