import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { check } from "../../src/app/check.ts"
import { openProject } from "../../src/app/project.ts"
import { equal, isObject, type Value } from "../../src/model/value.ts"
import { askClients, installClients } from "./install.ts"

/** The schema that stands for versions of OpenCode, and the releases that `npm run test:clients` asks. */
const versions = { "1.0": ["1.0.162", "1.1.31"], "1.17": ["1.17.0", "1.18.12"], "1.18": ["1.18.33"] } as const
type Version = keyof typeof versions

/**
 * What OpenCode makes of a file: it does not start; it starts, and part of the file has no effect; it takes all of it. cfgsync must call the first an error,
 * tell of the second, and find nothing in the third.
 */
type Fate = "refused" | "part lost" | "taken"

interface Row {
  readonly title: string
  readonly config: Readonly<Record<string, Value>>
  readonly fates: Readonly<Record<Version, Fate>>
  /** What it comes to where it is taken, if in other words. */
  readonly becomes?: Readonly<Record<string, Value>>
}

const fates = (one: Fate, two: Fate, three: Fate) => ({ "1.0": one, "1.17": two, "1.18": three })
const server = (more: Readonly<Record<string, Value>>) => ({
  mcp: { a: { type: "local", command: ["never"], ...more } },
})

const rows: readonly Row[] = [
  {
    title: "the list of other clients",
    config: { mcpServers: { a: { command: "never", args: ["x"] } } },
    fates: fates("refused", "refused", "part lost"),
  },
  {
    title: "the list of OpenCode 2",
    config: { mcp: { servers: { a: { type: "local", command: ["never"] } } } },
    fates: fates("refused", "refused", "taken"),
    becomes: { mcp: { a: { type: "local", command: ["never"] } } },
  },
  {
    title: "the command of other clients, switched on",
    config: server({ command: "never", args: ["x"], enabled: true }),
    fates: fates("refused", "part lost", "part lost"),
  },
  {
    title: "the switch of other clients",
    config: server({ disabled: true }),
    fates: fates("refused", "part lost", "taken"),
    becomes: server({ enabled: false }),
  },
  {
    title: "the variables of other clients",
    config: server({ env: { A: "1" } }),
    fates: fates("refused", "part lost", "part lost"),
  },
  {
    title: "arguments of their own",
    config: server({ args: ["x"] }),
    fates: fates("refused", "part lost", "part lost"),
  },
  {
    title: "a number as a variable",
    config: server({ environment: { PORT: 3100 } }),
    fates: fates("refused", "refused", "refused"),
  },
  {
    title: "a number as a variable, switched on",
    config: server({ environment: { PORT: 3100 }, enabled: true }),
    fates: fates("refused", "part lost", "part lost"),
  },
  {
    title: "a key at the top that nobody knows",
    config: { username: "ann", subagent: { x: { mode: "subagent", prompt: "p" } } },
    fates: fates("refused", "refused", "part lost"),
  },
  {
    title: "a server as it should be",
    config: server({ environment: { A: "1" }, enabled: true }),
    fates: fates("taken", "taken", "taken"),
  },
]
const ids: readonly Version[] = ["1.0", "1.17", "1.18"]

const folder = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-dialects-")))
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

describe.each(ids)("OpenCode %s", (version) => {
  test("cfgsync tells of each file what becomes of it", { timeout: 60_000 }, async () => {
    const root = join(folder, version)
    for (const [index, { config }] of rows.entries()) {
      mkdirSync(join(root, String(index)), { recursive: true })
      writeFileSync(join(root, String(index), "opencode.json"), JSON.stringify(config))
    }
    const schemas = { "*/opencode.json": `cfgsync:opencode@${version}` }
    const rules = ["cfgsync:opencode"]
    writeFileSync(join(root, "cfgsync.config.json"), JSON.stringify({ files: ["*/opencode.json"], schemas, rules }))
    const { findings } = await check(await openProject({ cwd: root }), {})
    const told = rows.map(({ title }, index) => {
      const severities = findings
        .filter(({ file }) => file === `${index}/opencode.json`)
        .map(({ severity }) => severity)
      return [title, severities.includes("error") ? "error" : severities.includes("warning") ? "warning" : "nothing"]
    })
    const allowed = { refused: ["error"], "part lost": ["error", "warning"], taken: ["nothing"] } as const
    for (const [index, [title, word]] of told.entries()) {
      const fate = rows[index]?.fates[version] ?? "taken"
      expect(allowed[fate], `${title}: ${fate}, and cfgsync says ${word}`).toContain(word)
    }
  })

  test.skipIf(!askClients).each(versions[version])("the real %s does so", { timeout: 600_000 }, (release) => {
    const program = oldOpencode(release)
    const seen = rows.map(({ title, config, becomes }) => [title, fateIn(program, config, becomes ?? config)])
    // This one asks the network for plugins once it has taken a file, and there is none.
    expect(seen).toEqual(rows.map(({ title, fates: expected }) => [title, expected[version]]))
  })
})

function oldOpencode(version: string): string {
  const given = join(process.env.CFGSYNC_CLIENTS ?? "", `opencode@${version}`)
  // The program itself: of some versions the package that chooses it is not to be had any more.
  const own = `opencode-${process.platform}-${process.arch}@${version}`
  return installClients({ opencode: own }, existsSync(given) ? given : "").get("opencode") ?? ""
}

function fateIn(program: string, config: Readonly<Record<string, Value>>, becomes: Value): Fate {
  const project = mkdtempSync(join(folder, "real-"))
  mkdirSync(join(project, "home"))
  for (const name of ["objects", "refs"]) mkdirSync(join(project, "p", ".git", name), { recursive: true })
  writeFileSync(join(project, "p", ".git/HEAD"), "ref: refs/heads/main\n")
  writeFileSync(join(project, "p", "opencode.json"), JSON.stringify(config))
  const { status, stdout, stderr } = spawnSync(program, ["debug", "config"], {
    cwd: join(project, "p"),
    env: {
      ...{ PATH: "/usr/local/bin:/usr/bin:/bin", HOME: join(project, "home") },
      ...{ OPENCODE_PURE: "1", OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_MODELS_FETCH: "1" },
      // Nothing is fetched.
      ...{ HTTPS_PROXY: "http://127.0.0.1:9", HTTP_PROXY: "http://127.0.0.1:9" },
    },
    encoding: "utf8",
    timeout: 120_000,
  })
  if (/is invalid/.test(stderr)) return "refused"
  if (status !== 0) return /BunInstallFailed/.test(stderr) ? "taken" : "refused"
  return holds(JSON.parse(stdout.slice(stdout.indexOf("{"))) as Value, becomes) ? "taken" : "part lost"
}

/** Whether all that one value says stands in another. */
function holds(whole: Value | undefined, part: Value): boolean {
  if (whole === undefined) return false
  if (!isObject(part)) return equal(whole, part)
  return isObject(whole) && Object.entries(part).every(([key, value]) => holds(whole[key], value))
}
