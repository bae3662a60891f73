import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { expect, test } from "vitest"
import { equal, isArray, isObject, keysOf, type Value } from "../../src/model/value.ts"
import type { Answer, Job, LayerCase } from "./askInLayers.ts"
import { askClients, installClients } from "./install.ts"

/**
 * `npm run test:clients`: what cfgsync says counts for generated layerings of Codex, Claude Code and Gemini CLI, held against what those say themselves: system,
 * user, project, trust, approval. In a namespace in which /etc is made up and there is no network.
 */
const unshare = ["/usr/bin/unshare", "/bin/unshare"].find((path) => existsSync(path))
const programs = askClients ? installClients() : new Map<string, string>()
const seed = Number(process.env.CFGSYNC_SEED ?? 1)
const layerings = (unless: number) => Number(process.env.CFGSYNC_LAYERINGS ?? unless)

/** As `effective --format json` has it, but for paths, which are lists. */
interface Ours {
  readonly error?: string
  readonly value: { readonly [key: string]: Value }
  readonly settings: readonly Setting[]
  readonly ignored: readonly (Setting & { readonly why: string })[]
  readonly unloaded: readonly Setting[]
}
interface Setting {
  readonly path: readonly string[]
  readonly value: Value
  readonly from: string
}

/** The files of a case, as texts. */
interface Drawn {
  readonly files: Readonly<Record<string, object | undefined>>
  readonly folder: string
  readonly variables?: Readonly<Record<string, string>>
}

function answersOf(
  client: Job["client"],
  text: (value: object) => string,
  make: (root: string) => fc.Arbitrary<Drawn>,
  count: number,
) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-layers-")))
  try {
    const root = join(folder, "root")
    const cases = fc
      .sample(make(root), { numRuns: count, seed })
      .map(({ files, folder: cwd, variables = {} }): LayerCase => {
        const texts = Object.entries(files).flatMap(([path, value]) =>
          value === undefined ? [] : [[path, text(value)]],
        )
        return { files: Object.fromEntries(texts), folder: cwd, variables }
      })
    const job: Job = { client, program: programs.get(client) ?? "", root, cases, answers: join(folder, "answers") }
    writeFileSync(join(folder, "job"), JSON.stringify(job))
    const script = 'ip link set lo up; mount -t tmpfs -o mode=755 none /etc && exec "$@"'
    const driver = [process.execPath, join(import.meta.dirname, "askInLayers.ts"), join(folder, "job")]
    const done = spawnSync(
      unshare ?? "",
      ["--map-root-user", "--net", "--mount", "--", "/bin/sh", "-c", script, "sh", ...driver],
      {
        encoding: "utf8",
      },
    )
    expect(done.stderr.replaceAll(/^.*(?:Warning|--trace-warnings).*\n/gm, "")).toBe("")
    const answers = JSON.parse(readFileSync(job.answers, "utf8")) as readonly Answer[]
    return cases.map((given, index) => ({
      root,
      given,
      ours: answers[index]?.ours as Ours,
      theirs: answers[index]?.theirs ?? {},
    }))
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

const word = fc.constantFrom("x", "y", "z")
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 })
const some = <T extends object>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(shape, { requiredKeys: [] })

/** TOML, of what is drawn here. */
function toml(value: object, path: readonly string[] = []): string {
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  const isTable = (each: unknown) => typeof each === "object" && !Array.isArray(each)
  const plain = entries
    .filter(([, each]) => !isTable(each))
    .map(([key, each]) => `${JSON.stringify(key)} = ${JSON.stringify(each)}\n`)
  const tables = entries.filter(([, each]) => isTable(each)).map(([key, each]) => toml(each, [...path, key]))
  const head = path.length === 0 ? "" : `[${path.map((each) => JSON.stringify(each)).join(".")}]\n`
  return head + plain.join("") + tables.join("")
}

const codexServer = fc.oneof(
  {
    weight: 6,
    arbitrary: some({
      command: word,
      args: fc.array(word, { maxLength: 2 }),
      env: fc.dictionary(word, word, { maxKeys: 2 }),
      enabled: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ url: fc.constantFrom("http://127.0.0.1:1/x", "http://127.0.0.1:1/y") }) },
)
const codexConfig = some<Record<string, unknown>>({
  model: word,
  approval_policy: fc.constantFrom("on-request", "never"),
  sandbox_mode: fc.constantFrom("read-only", "workspace-write", "danger-full-access"),
  sandbox_workspace_write: some({ network_access: fc.boolean(), exclude_slash_tmp: fc.boolean() }),
  notify: fc.array(word, { minLength: 1, maxLength: 2 }),
  chatgpt_base_url: fc.constantFrom("https://a.example/", "https://b.example/"),
  project_doc_fallback_filenames: fc.array(word, { minLength: 1, maxLength: 2 }),
  shell_environment_policy: some({
    inherit: fc.constantFrom("all", "core", "none"),
    exclude: fc.array(word, { minLength: 1, maxLength: 2 }),
  }),
  tui: some({ notifications: fc.boolean() }),
  mcp_servers: fc.dictionary(fc.constantFrom("one", "two"), codexServer, { maxKeys: 2 }),
})

test.skipIf(!programs.has("codex") || unshare === undefined)(
  "layerings are what the real Codex makes of them",
  { timeout: 1_800_000 },
  () => {
    const trust = fc.constantFrom("trusted", "untrusted", undefined)
    const make = (root: string) =>
      fc
        .record({
          ...{
            system: maybe(codexConfig),
            user: maybe(codexConfig),
            managed: maybe(some({ model: word, tui: some({ notifications: fc.boolean() }) })),
          },
          ...{ top: maybe(codexConfig), sub: maybe(codexConfig), deep: maybe(codexConfig) },
          ...{ trustTop: fc.constantFrom("trusted", "trusted", "untrusted", undefined), trustSub: trust },
          folder: fc.constantFrom("project", "project/sub", "project/sub/deep"),
        })
        .map(({ system, user, managed, top, sub, deep, trustTop, trustSub, folder }): Drawn => {
          const levels = { [join(root, "project")]: trustTop, [join(root, "project/sub")]: trustSub }
          const said = Object.entries(levels).flatMap(([path, level]) =>
            level === undefined ? [] : [[path, { trust_level: level }]],
          )
          const projects = said.length === 0 ? {} : { projects: Object.fromEntries(said) }
          const files = {
            ...{ "etc/codex/config.toml": system, "etc/codex/managed_config.toml": managed },
            "home/.codex/config.toml": { ...user, ...projects },
            ...{
              "project/.codex/config.toml": top,
              "project/sub/.codex/config.toml": sub,
              "project/sub/deep/.codex/config.toml": deep,
            },
          }
          return { files, folder }
        })
    let [read, refused] = [0, 0]
    for (const { given, ours, theirs, root } of answersOf("codex", toml, make, layerings(60))) {
      const line = (theirs.config ?? "").split("\n").find((each) => each.includes('"id":2'))
      const reply = JSON.parse(line ?? "{}") as {
        readonly error?: { readonly message: string }
        readonly result?: CodexRead
      }
      if (reply.result === undefined) {
        // It starts with nothing where a server is half of this and half of that.
        const [, server = ""] = /mcp_servers\.(\w+)/.exec(theirs.config ?? "") ?? []
        const unloaded = ours.unloaded.map(({ path }) => path.join("."))
        expect(unloaded, JSON.stringify({ given, theirs })).toContain(`mcp_servers.${server}`)
        refused++
        continue
      }
      const { config, origins } = reply.result
      const place = (from: string) => join(root, given.folder, from)
      const leaves = ours.settings.flatMap(({ path, value, from }) =>
        leavesOf(value, path).map(
          (leaf) =>
            [leaf.path.join("."), { value: leaf.value, file: from.startsWith("/") ? from : place(from) }] as const,
        ),
      )
      // Of a list that is longer in an earlier layer it still names the elements that are gone.
      const isThere = (path: string) => {
        const [, list = "", index] = /^(.*)\.(\d+)$/.exec(path) ?? []
        const held = at(config, list.split("."))
        return index === undefined || !isArray(held) || Number(index) < held.length
      }
      const said = Object.entries(origins).flatMap(([path, { name }]) =>
        isThere(path) ? [[path, name.file ?? join(name.dotCodexFolder ?? "", "config.toml")]] : [],
      )
      expect(Object.fromEntries(leaves.map(([path, { file }]) => [path, file])), JSON.stringify(given)).toEqual(
        Object.fromEntries(said),
      )
      // A table that holds nothing it fills with what it does by default.
      for (const { path, value } of ours.settings)
        if (!equal(value, {})) expect(at(config, path), JSON.stringify({ given, path })).toEqual(value)
      expect(ours.unloaded, JSON.stringify(given)).toEqual([])
      read++
    }
    expect(read).toBeGreaterThan(refused)
  },
)

interface CodexRead {
  readonly config: Value
  readonly origins: Readonly<
    Record<string, { readonly name: { readonly file?: string; readonly dotCodexFolder?: string } }>
  >
}

function at(value: Value | undefined, [step, ...rest]: readonly string[]): Value | undefined {
  if (step === undefined) return value
  return isObject(value) ? at(value[step], rest) : undefined
}

/** Codex names each element of a list. */
function leavesOf(
  value: Value,
  path: readonly string[],
): readonly { readonly path: readonly string[]; readonly value: Value }[] {
  if (isArray(value)) return value.flatMap((each, index) => leavesOf(each, [...path, String(index)]))
  if (isObject(value)) return keysOf(value).flatMap((key) => leavesOf(value[key] ?? null, [...path, key]))
  return [{ path, value }]
}

const claudeServer = fc.record(
  { command: fc.constantFrom("never-a", "never-b", "never-c"), args: fc.array(word, { maxLength: 2 }) },
  { requiredKeys: ["command"] },
)
const claudeServers = fc.dictionary(fc.constantFrom("one", "two", "three"), claudeServer, { maxKeys: 3 })
const tools = fc.array(fc.constantFrom("Read", "Edit", "Bash(ls:*)", "WebFetch"), { maxLength: 3 })
const claudeSettings = some<Record<string, unknown>>({
  model: fc.constantFrom("haiku", "sonnet"),
  env: fc.dictionary(fc.constantFrom("A_ONE", "A_TWO"), word, { maxKeys: 2 }),
  permissions: some({
    allow: tools,
    ask: tools,
    deny: tools,
    defaultMode: fc.constantFrom("default", "acceptEdits", "plan"),
    additionalDirectories: fc.array(word, { maxLength: 1 }),
  }),
  includeCoAuthoredBy: fc.boolean(),
  cleanupPeriodDays: fc.constantFrom(5, 10),
  outputStyle: word,
  enabledMcpjsonServers: fc.array(fc.constantFrom("one", "two"), { maxLength: 2 }),
  disabledMcpjsonServers: fc.array(fc.constantFrom("two", "three"), { maxLength: 1 }),
  enableAllProjectMcpServers: fc.boolean(),
})

test.skipIf(!programs.has("claude") || unshare === undefined)(
  "layerings are what the real Claude Code makes of them",
  { timeout: 1_800_000 },
  () => {
    const make = (root: string) =>
      fc
        .record({
          ...{ user: maybe(claudeSettings), project: maybe(claudeSettings), local: maybe(claudeSettings) },
          ...{
            managed: maybe(claudeSettings),
            part: maybe(claudeSettings),
            only: fc.option(claudeServers, { nil: undefined, freq: 8 }),
          },
          ...{
            users: maybe(claudeServers),
            own: maybe(claudeServers),
            shared: maybe(claudeServers),
            nearer: maybe(claudeServers),
          },
          off: fc.subarray(["one", "three"]),
          trusted: fc.boolean(),
          folder: fc.constantFrom("project", "project/sub"),
        })
        .map((drawn): Drawn => {
          const about = {
            ...(drawn.trusted ? { hasTrustDialogAccepted: true } : {}),
            ...(drawn.own === undefined ? {} : { mcpServers: drawn.own }),
            ...(drawn.off.length === 0 ? {} : { disabledMcpServers: drawn.off }),
          }
          const servers = (mcpServers: object | undefined) => (mcpServers === undefined ? undefined : { mcpServers })
          const files = {
            ...{
              "etc/claude-code/managed-settings.json": drawn.managed,
              "etc/claude-code/managed-settings.d/10-part.json": drawn.part,
            },
            ...{ "etc/claude-code/managed-mcp.json": servers(drawn.only), "home/.claude/settings.json": drawn.user },
            ...{
              [`${drawn.folder}/.claude/settings.json`]: drawn.project,
              [`${drawn.folder}/.claude/settings.local.json`]: drawn.local,
            },
            ...{ "project/.mcp.json": servers(drawn.shared), "project/sub/.mcp.json": servers(drawn.nearer) },
            "home/.claude.json": { ...servers(drawn.users), projects: { [join(root, "project")]: about } },
          }
          return { files, folder: drawn.folder }
        })
    let servers = 0
    for (const { given, ours, theirs } of answersOf("claude", JSON.stringify, make, layerings(40))) {
      const line = (theirs.settings ?? "").split("\n").find((each) => each.includes("control_response"))
      const { effective } = (
        JSON.parse(line ?? "{}") as { readonly response: { readonly response: { readonly effective: Value } } }
      ).response.response
      const { mcpServers = {}, ...settings } = ours.value
      // What is not trusted it names, and does not use.
      const untrusted = ours.ignored.filter(({ why }) => why.includes("not trusted"))
      expect(
        { ...settings, ...(untrusted.length > 0 ? { permissions: at(effective, ["permissions"]) } : {}) },
        JSON.stringify(given),
      ).toEqual(effective)
      if (untrusted.some(({ path, value }) => path.includes("allow") && !equal(value, [])))
        expect(theirs.settings).toContain("this workspace has not been trusted")
      const listed = (theirs.servers ?? "").split("\n").flatMap((each) => {
        const found = /^(\w+): (.*?) +- (.*)$/.exec(each)
        return found === null || /Pending approval|Rejected|[Dd]isabled/.test(found[3] ?? "")
          ? []
          : [`${found[1]}: ${found[2]}`]
      })
      // Those that are switched off it lists too.
      const off = ours.ignored.filter(({ why }) => why.includes("switched off"))
      const own = isObject(mcpServers)
        ? keysOf(mcpServers).map((name) => [name, lineOf(mcpServers[name])] as const)
        : []
      const lines = new Map([...off.map(({ path, value }) => [path[1] ?? "", lineOf(value)] as const), ...own])
      const loaded = [...lines].map(([name, line]) => `${name}: ${line}`)
      expect(loaded.toSorted(), JSON.stringify({ given, theirs: theirs.servers })).toEqual(listed.toSorted())
      servers += listed.length
    }
    expect(servers).toBeGreaterThan(0)
  },
)

function lineOf(server: Value | undefined): string {
  const args = at(server, ["args"])
  return [at(server, ["command"]), ...(isArray(args) ? args : [])].join(" ")
}

const geminiSettings = some<Record<string, unknown>>({
  ui: some({ theme: word, hideTips: fc.boolean() }),
  general: some({ vimMode: fc.boolean(), defaultApprovalMode: fc.constantFrom("default", "auto_edit", "plan") }),
  context: some({ includeDirectories: fc.array(word, { maxLength: 2 }), fileName: word }),
  tools: some({
    exclude: fc.array(word, { maxLength: 2 }),
    core: fc.array(word, { minLength: 1, maxLength: 2 }),
    allowed: fc.array(word, { minLength: 1, maxLength: 2 }),
  }),
  mcpServers: fc.dictionary(
    fc.constantFrom("one", "Two", "three"),
    fc.record(
      {
        command: fc.constantFrom("never-a", "never-b"),
        args: fc.array(word, { minLength: 1, maxLength: 2 }),
        trust: fc.boolean(),
      },
      { requiredKeys: ["command"] },
    ),
    { maxKeys: 3 },
  ),
  mcp: some({
    excluded: fc.array(fc.constantFrom("one", "TWO"), { maxLength: 1 }),
    allowed: fc.subarray(["one", "two", "three"], { minLength: 2 }),
  }),
  hooks: some({
    BeforeTool: fc.array(fc.record({ matcher: word, hooks: fc.constant([{ type: "command", command: "never" }]) }), {
      maxLength: 1,
    }),
  }),
})

test.skipIf(!programs.has("gemini") || unshare === undefined)(
  "layerings are what the real Gemini CLI makes of them",
  { timeout: 1_800_000 },
  () => {
    const level = fc.constantFrom("TRUST_FOLDER", "DO_NOT_TRUST", undefined)
    const make = (root: string) =>
      fc
        .record({
          ...{
            defaults: maybe(geminiSettings),
            user: maybe(geminiSettings),
            project: maybe(geminiSettings),
            system: maybe(geminiSettings),
          },
          ...{
            top: fc.constantFrom("TRUST_FOLDER", "TRUST_FOLDER", "DO_NOT_TRUST", undefined),
            sub: level,
            parent: fc.constantFrom("TRUST_PARENT", undefined, undefined),
          },
          ...{
            folder: fc.constantFrom("project", "project/sub"),
            off: fc.subarray(["one", "three"]),
            isSaid: fc.constantFrom("true", "false", undefined, undefined),
          },
          isAsked: fc.constantFrom(false, undefined, undefined, undefined),
        })
        .map((drawn): Drawn => {
          const rules = {
            [join(root, "project")]: drawn.top,
            [join(root, "project/sub")]: drawn.sub,
            [join(root, "other")]: drawn.parent,
          }
          const said = Object.entries(rules).filter(([, rule]) => rule !== undefined)
          const security = drawn.isAsked === undefined ? {} : { security: { folderTrust: { enabled: drawn.isAsked } } }
          const files = {
            ...{ "etc/gemini-cli/system-defaults.json": drawn.defaults, "etc/gemini-cli/settings.json": drawn.system },
            ...{
              "home/.gemini/settings.json": { ...drawn.user, ...security },
              [`${drawn.folder}/.gemini/settings.json`]: drawn.project,
            },
            "home/.gemini/trustedFolders.json": Object.fromEntries(said),
            "home/.gemini/mcp-server-enablement.json": Object.fromEntries(
              drawn.off.map((name) => [name, { enabled: false }]),
            ),
          }
          return {
            files,
            folder: drawn.folder,
            variables: drawn.isSaid === undefined ? {} : { GEMINI_CLI_TRUST_WORKSPACE: drawn.isSaid },
          }
        })
    let servers = 0
    for (const { given, ours, theirs } of answersOf("gemini", JSON.stringify, make, layerings(25))) {
      const line = (theirs.settings ?? "").split("\n").find((each) => each.startsWith("settings: "))
      const { merged } = JSON.parse(line?.slice(10) ?? "{}") as { readonly merged: Value }
      // Of both lists all layers count where a server is started, not in the merged settings.
      for (const { path, value } of ours.settings)
        if (!["mcpServers", "mcp"].includes(path[0] ?? ""))
          expect(at(merged, path), JSON.stringify({ given, path })).toEqual(value)
      const context = JSON.stringify({ given, theirs: theirs.servers, ours })
      const listed = (theirs.servers ?? "").split("\n").flatMap((each) => {
        const found = /(\w+): (.*) \(stdio\) - (\w+)$/.exec(each)
        return found === null
          ? []
          : [{ line: `${found[1]}: ${found[2]}`.trimEnd(), isOff: ["Blocked", "Disabled"].includes(found[3] ?? "") }]
      })
      const loaded = ours.value.mcpServers
      const lines = isObject(loaded) ? keysOf(loaded).map((name) => `${name}: ${lineOf(loaded[name])}`) : []
      expect(lines.toSorted(), context).toEqual(
        listed.flatMap(({ line: each, isOff }) => (isOff ? [] : [each])).toSorted(),
      )
      const aside = new Set(ours.ignored.flatMap(({ path }) => (path[0] === "mcpServers" ? [path[1]] : [])))
      for (const { line: each, isOff } of listed)
        if (isOff) expect([...aside], context).toContain(each.slice(0, each.indexOf(":")))
      servers += listed.length
    }
    expect(servers).toBeGreaterThan(0)
  },
)
