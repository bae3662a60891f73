import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import fc from "fast-check"
import { expect, test } from "vitest"
import { effectiveOf } from "../../src/app/effective.ts"
import { openProject } from "../../src/app/project.ts"
import { equal, isObject, type Value } from "../../src/model/value.ts"
import { askClients, installClients } from "./install.ts"
import { serveOpencode } from "./serveOpencode.ts"

/** `npm run test:clients`: what cfgsync says of layerings, held against the real OpenCode (its server answers from what `debug config` prints). */
const permission = fc.constantFrom("allow", "ask", "deny")
const rules = fc.oneof(permission, fc.dictionary(fc.constantFrom("*", "git *", "rm *"), permission, { maxKeys: 3 }))
const server = fc.record(
  {
    type: fc.constant("local"),
    command: fc.array(fc.constantFrom("a", "b"), { minLength: 1, maxLength: 2 }),
    environment: fc.dictionary(fc.constantFrom("X", "Y"), fc.constantFrom("1", "2")),
    enabled: fc.boolean(),
  },
  { requiredKeys: ["type", "command"] },
)
const config = fc.record(
  {
    model: fc.constantFrom("x/a", "x/b", "x/c"),
    small_model: fc.constantFrom("x/a", "x/b"),
    username: fc.constantFrom("ann", "bob"),
    share: fc.constantFrom("manual", "disabled", "auto"),
    autoshare: fc.boolean(),
    snapshot: fc.boolean(),
    instructions: fc.array(fc.constantFrom("one.md", "two.md", "three.md"), { maxLength: 2 }),
    plugin: fc.array(fc.constantFrom("p", "p@1.0.0", "@s/q", "@s/q@2.0.0"), { maxLength: 2 }),
    disabled_providers: fc.array(fc.constantFrom("u", "v"), { maxLength: 2 }),
    permission: fc.record({ edit: rules, bash: rules, webfetch: permission }, { requiredKeys: [] }),
    tools: fc.dictionary(fc.constantFrom("write", "edit", "bash", "mine"), fc.boolean(), { maxKeys: 3 }),
    mcp: fc.dictionary(fc.constantFrom("one", "two"), server, { maxKeys: 2 }),
    agent: fc.dictionary(fc.constantFrom("build", "plan"), fc.record({ temperature: fc.constantFrom(0, 1) }), {
      maxKeys: 2,
    }),
  },
  { requiredKeys: [] },
)
const names = ["opencode.json", "opencode.jsonc"]
const globals = ["config.json", ...names].map((name) => `home/.config/opencode/${name}`)
const outer = [...names.map((name) => `home/.opencode/${name}`), "custom.json"]
const inner = ["", ".opencode/", "sub/", "sub/.opencode/", "sub/deep/", "sub/deep/.opencode/"]

function layering(paths: readonly string[]) {
  return fc.dictionary(fc.constantFrom(...paths), config, { maxKeys: 6 })
}

function put(root: string, files: Readonly<Record<string, unknown>>): void {
  for (const [path, value] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), JSON.stringify(value))
  }
}

/** What OpenCode adds of its own. */
function bare(value: Value): Value {
  if (!isObject(value)) return value
  const own = Object.entries(value).filter(
    ([key, each]) =>
      !["$schema", "plugin_origins", "mode"].includes(key) &&
      !(["agent", "command", "plugin"].includes(key) && Object.keys(each ?? {}).length === 0),
  )
  return Object.fromEntries(own.map(([key, each]) => [key, key === "agent" ? withoutEmpty(each) : each]))
}

/** Every agent is given options and permissions, though it has none. */
function withoutEmpty(agents: Value): Value {
  if (!isObject(agents)) return agents
  const filled = (agent: Value) =>
    isObject(agent)
      ? Object.entries(agent).filter(([, each]) => !(isObject(each) && Object.keys(each).length === 0))
      : []
  return Object.fromEntries(Object.entries(agents).map(([name, agent]) => [name, Object.fromEntries(filled(agent))]))
}

const worlds = 8
const projects = Math.ceil(Number(process.env.CFGSYNC_LAYERINGS ?? 200) / worlds)

test.skipIf(!askClients)(
  "layerings are what the real OpenCode makes of them, 200 unless said",
  { timeout: 1_800_000 },
  async () => {
    const program = installClients().get("opencode") ?? ""
    const seed = Number(process.env.CFGSYNC_SEED ?? 1)
    const samples = fc.sample(
      fc.record({
        outside: layering([...globals, ...outer]),
        content: fc.option(config, { nil: undefined }),
        permission: fc.option(fc.dictionary(fc.constantFrom("edit", "bash"), permission), { nil: undefined }),
        inside: fc.array(layering(inner.flatMap((folder) => names.map((name) => folder + name))), {
          minLength: projects,
          maxLength: projects,
        }),
      }),
      { numRuns: worlds, seed },
    )
    let compared = 0
    for (const { outside, content, permission: extra, inside } of samples) {
      const root = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-layers-")))
      put(root, { "home/.config/opencode/opencode.json": {}, ...outside })
      const variables = {
        HOME: join(root, "home"),
        ...(outside["custom.json"] === undefined ? {} : { OPENCODE_CONFIG: join(root, "custom.json") }),
        ...(content === undefined ? {} : { OPENCODE_CONFIG_CONTENT: JSON.stringify(content) }),
        ...(extra === undefined ? {} : { OPENCODE_PERMISSION: JSON.stringify(extra) }),
      }
      for (const [index, files] of inside.entries()) {
        put(join(root, `p${index}`), files)
        for (const folder of [".git/objects", ".git/refs", "sub/deep"])
          mkdirSync(join(root, `p${index}`, folder), { recursive: true })
        writeFileSync(join(root, `p${index}`, ".git/HEAD"), "ref: refs/heads/main\n")
      }
      const { url, stop } = await serveOpencode(program, join(root, "home"), { OPENCODE_PURE: "1", ...variables })
      try {
        for (const index of inside.keys()) {
          const folder = join(root, `p${index}`, "sub", "deep")
          const theirs = (await (await fetch(`${url}/config?directory=${encodeURIComponent(folder)}`)).json()) as Value
          const project = await openProject({ cwd: folder })
          const environment = (name: string): string | undefined => (variables as Record<string, string>)[name]
          const ours = await effectiveOf(
            {
              ...project,
              system: Object.create(project.system, { environment: { value: environment } }),
            },
            "opencode",
          )
          const [left, right] = [bare(ours.value), bare(theirs)]
          const named =
            isObject(left) && left.username === undefined && isObject(right)
              ? { ...left, username: right.username ?? "" }
              : left
          if (!equal(named, right))
            expect({ files: inside[index], ours: named }).toEqual({ files: inside[index], ours: right })
          compared++
        }
      } finally {
        stop()
        rmSync(root, { recursive: true, force: true, maxRetries: 5 })
      }
    }
    expect(compared).toBe(worlds * projects)
  },
)
