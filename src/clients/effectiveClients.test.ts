import { describe, expect, test } from "vitest"
import { CfgsyncError } from "../model/errors.ts"
import { formatPath } from "../model/path.ts"
import { isObject, type ObjectValue, type Value } from "../model/value.ts"
import type { Place } from "./effectiveClient.ts"
import { effectiveClients } from "./effectiveClients.ts"
import { layered } from "./layering.ts"

/** What each client makes of files, as it was seen of the real ones (`npm run test:clients` asks those, of many more). */
type Files = Readonly<Record<string, ObjectValue | "broken">>

interface Scene {
  readonly files: Files
  readonly folder?: string
  readonly variables?: Readonly<Record<string, string>>
}

/** The home is /h, the repository /p. */
async function counts(id: string, { files, folder = "/p", variables = {} }: Scene) {
  const client = effectiveClients.find((each) => each.id === id)
  if (client === undefined) throw new Error(`no client ${id}`)
  const place: Place = {
    folder,
    home: "/h",
    platform: "linux",
    repository: "/p",
    environment: (name) => variables[name],
    exists: (path) => path === "/p/.git" || path in files,
    names: (parent) =>
      Object.keys(files).flatMap((path) => (path.startsWith(`${parent}/`) ? [path.slice(parent.length + 1)] : [])),
    read: async (file, group) => {
      const value = files[file]
      if (value === "broken") throw new CfgsyncError("file-invalid", `${file}:1:1: broken`)
      return value === undefined ? undefined : { name: file, value, group }
    },
    text: async () => undefined,
  }
  const { layers, ignored } = await client.find(place)
  const { value, overridden } = layered(layers, client.meetings)
  return {
    value,
    lost: overridden.map(({ path, from }) => `${from} ${formatPath(path)}`),
    aside: ignored.map(({ path, from }) => `${from} ${formatPath(path)}`),
  }
}

const trusted = { projects: { "/p": { trust_level: "trusted" } } }

describe("Codex", () => {
  const inside: Files = { "/p/.codex/config.toml": { model: "p" }, "/p/sub/.codex/config.toml": { model: "sub" } }
  const rows: readonly (readonly [title: string, scene: Scene, model: Value | undefined])[] = [
    [
      "the user's file counts over the machine's",
      { files: { "/etc/codex/config.toml": { model: "m" }, "/h/.codex/config.toml": { model: "u" } } },
      "u",
    ],
    [
      "a project that nobody trusts does not count",
      { files: { ...inside, "/h/.codex/config.toml": { model: "u" } } },
      "u",
    ],
    [
      "of trusted folders the inner one counts",
      { files: { ...inside, "/h/.codex/config.toml": trusted }, folder: "/p/sub" },
      "sub",
    ],
    [
      "one folder of a trusted project may be excepted",
      {
        files: {
          ...inside,
          "/h/.codex/config.toml": {
            projects: { "/p": { trust_level: "trusted" }, "/p/sub": { trust_level: "untrusted" } },
          },
        },
        folder: "/p/sub",
      },
      "p",
    ],
    ["a project cannot trust itself", { files: { "/p/.codex/config.toml": { model: "p", ...trusted } } }, undefined],
    [
      "what manages the machine counts over all",
      {
        files: { ...inside, "/h/.codex/config.toml": trusted, "/etc/codex/managed_config.toml": { model: "managed" } },
      },
      "managed",
    ],
    [
      "the user's folder may be another",
      { files: { "/c/config.toml": { model: "c" } }, variables: { CODEX_HOME: "/c" } },
      "c",
    ],
    ["the user's own folder is no project", { files: { "/h/.codex/config.toml": { model: "u" } }, folder: "/h" }, "u"],
    [
      "without a mark of a root the folder stands alone",
      {
        files: {
          "/q/.codex/config.toml": { model: "q" },
          "/h/.codex/config.toml": { projects: { "/q/r": { trust_level: "trusted" } } },
        },
        folder: "/q/r",
      },
      undefined,
    ],
    [
      "a broken file that nobody trusts hinders nothing",
      { files: { "/p/.codex/config.toml": "broken", "/h/.codex/config.toml": { model: "u" } } },
      "u",
    ],
  ]
  test.each(rows)("%s", async (_, scene, model) => {
    const { value } = await counts("codex", scene)
    expect(isObject(value) ? value.model : value).toEqual(model)
  })

  test("a broken file that counts is told", async () => {
    await expect(
      counts("codex", { files: { "/p/.codex/config.toml": "broken", "/h/.codex/config.toml": trusted } }),
    ).rejects.toThrow("broken")
  })

  test("servers are merged key by key, lists are not", async () => {
    const files = {
      "/h/.codex/config.toml": { ...trusted, mcp_servers: { a: { command: "u", args: ["1"], env: { X: "1" } } } },
      "/p/.codex/config.toml": {
        notify: ["n"],
        features: { respect_system_proxy: true, x: true },
        mcp_servers: { a: { args: ["2"], env: { Y: "2" } } },
      },
    }
    const { value, lost, aside } = await counts("codex", { files })
    expect(value).toEqual({
      ...trusted,
      features: { x: true },
      mcp_servers: { a: { command: "u", args: ["2"], env: { X: "1", Y: "2" } } },
    })
    expect(lost).toEqual(["/h/.codex/config.toml $.mcp_servers.a.args"])
    expect(aside).toEqual(["/p/.codex/config.toml $.notify", "/p/.codex/config.toml $.features.respect_system_proxy"])
  })
})

describe("Claude Code", () => {
  const state = (about: ObjectValue, more: ObjectValue = {}): Files => ({
    "/h/.claude.json": { projects: { "/p": about }, ...more },
  })
  const settings: Files = {
    "/h/.claude/settings.json": { permissions: { deny: ["a"], defaultMode: "plan" }, fallbackModel: ["x"] },
    "/p/.claude/settings.json": { permissions: { deny: ["b", "a"], allow: ["c"] }, fallbackModel: ["y"] },
    "/p/.claude/settings.local.json": { permissions: { allow: ["d"], defaultMode: "default" } },
  }

  test("lists are added up, the rest counts from user to local to managed", async () => {
    const managed = {
      "/etc/claude-code/managed-settings.json": { permissions: { deny: ["m"] } },
      "/etc/claude-code/managed-settings.d/1.json": { permissions: { defaultMode: "acceptEdits" } },
    }
    const { value, lost, aside } = await counts("claude", {
      files: { ...settings, ...managed, ...state({ hasTrustDialogAccepted: true }) },
    })
    expect(value).toEqual({
      permissions: { deny: ["a", "b", "m"], defaultMode: "acceptEdits", allow: ["c", "d"] },
      fallbackModel: ["y"],
    })
    expect(lost).toEqual([
      "/h/.claude/settings.json $.fallbackModel",
      "/h/.claude/settings.json $.permissions.defaultMode",
      "/p/.claude/settings.local.json $.permissions.defaultMode",
    ])
    expect(aside).toEqual([])
  })

  test("what a project allows counts where it is trusted", async () => {
    const { value, aside } = await counts("claude", { files: settings })
    expect(value).toEqual({
      permissions: { deny: ["a", "b"], defaultMode: "default", allow: ["d"] },
      fallbackModel: ["y"],
    })
    expect(aside).toEqual(["/p/.claude/settings.json $.permissions.allow"])
  })

  test("a file that cannot be read is left aside", async () => {
    const { value, aside } = await counts("claude", {
      files: { "/p/.claude/settings.json": "broken", "/h/.claude/settings.json": { model: "m" } },
    })
    expect(value).toEqual({ model: "m" })
    expect(aside).toEqual(["/p/.claude/settings.json $"])
  })

  const servers = (command: string) => ({ mcpServers: { a: { command } } })
  const shared: Files = { "/p/.mcp.json": servers("project") }
  const rows: readonly (readonly [title: string, scene: Scene, command: string | undefined])[] = [
    ["nobody has approved it", { files: shared }, undefined],
    [
      "the user's own stands in for one that nobody approved",
      { files: { ...shared, ...state({}, servers("user")) } },
      "user",
    ],
    [
      "the user approves it",
      {
        files: {
          ...shared,
          ...state({}, servers("user")),
          "/h/.claude/settings.json": { enabledMcpjsonServers: ["a"] },
        },
      },
      "project",
    ],
    [
      "the project approves its own, and is not trusted",
      { files: { ...shared, "/p/.claude/settings.json": { enableAllProjectMcpServers: true } } },
      undefined,
    ],
    [
      "the project approves its own, and is trusted",
      {
        files: {
          ...shared,
          ...state({ hasTrustDialogAccepted: true }),
          "/p/.claude/settings.json": { enableAllProjectMcpServers: true },
        },
      },
      "project",
    ],
    [
      "it is rejected",
      {
        files: {
          ...shared,
          "/h/.claude/settings.json": { enableAllProjectMcpServers: true, disabledMcpjsonServers: ["a"] },
        },
      },
      undefined,
    ],
    [
      "the user's own for the project counts first",
      {
        files: {
          ...shared,
          ...state(servers("own"), servers("user")),
          "/h/.claude/settings.json": { enableAllProjectMcpServers: true },
        },
      },
      "own",
    ],
    ["it is switched off", { files: state({ disabledMcpServers: ["a"] }, servers("user")) }, undefined],
    [
      "the nearer file counts",
      {
        files: {
          ...shared,
          "/p/sub/.mcp.json": servers("nearer"),
          "/h/.claude/settings.json": { enableAllProjectMcpServers: true },
        },
        folder: "/p/sub",
      },
      "nearer",
    ],
    [
      "what manages the machine says which servers there are",
      { files: { ...state({}, servers("user")), "/etc/claude-code/managed-mcp.json": servers("managed") } },
      "managed",
    ],
    [
      "the user's folder may be another",
      { files: { "/c/.claude.json": servers("c") }, variables: { CLAUDE_CONFIG_DIR: "/c" } },
      "c",
    ],
  ]
  test.each(rows)("a server: %s", async (_, scene, command) => {
    const { value } = await counts("claude", scene)
    expect(isObject(value) ? (value.mcpServers ?? {}) : value).toEqual(command === undefined ? {} : { a: { command } })
  })
})

describe("Gemini CLI", () => {
  const trust = (rules: ObjectValue): Files => ({ "/h/.gemini/trustedFolders.json": rules })
  const project: Files = {
    "/p/.gemini/settings.json": { model: { name: "p" } },
    "/h/.gemini/settings.json": { model: { name: "u" } },
  }
  const rows: readonly (readonly [title: string, scene: Scene, name: string])[] = [
    ["nobody speaks of the folder", { files: project }, "u"],
    ["the folder is trusted", { files: { ...project, ...trust({ "/p": "TRUST_FOLDER" }) } }, "p"],
    ["a folder above is trusted", { files: { ...project, ...trust({ "/": "TRUST_FOLDER" }) } }, "p"],
    ["the folder of a trusted one", { files: { ...project, ...trust({ "/p/x": "TRUST_PARENT" }) } }, "p"],
    [
      "the longest name counts",
      { files: { ...project, ...trust({ "/": "TRUST_FOLDER", "/p": "DO_NOT_TRUST" }) } },
      "u",
    ],
    [
      "trust is not asked for",
      { files: { ...project, "/h/.gemini/settings.json": { security: { folderTrust: { enabled: false } } } } },
      "p",
    ],
    ["a variable says so", { files: project, variables: { GEMINI_CLI_TRUST_WORKSPACE: "true" } }, "p"],
    [
      "a variable says no",
      { files: { ...project, ...trust({ "/p": "TRUST_FOLDER" }) }, variables: { GEMINI_CLI_TRUST_WORKSPACE: "false" } },
      "u",
    ],
    [
      "the machine's settings count over all",
      {
        files: {
          ...project,
          ...trust({ "/p": "TRUST_FOLDER" }),
          "/etc/gemini-cli/settings.json": { model: { name: "m" } },
        },
      },
      "m",
    ],
    [
      "the machine's defaults count below all",
      { files: { ...project, "/etc/gemini-cli/system-defaults.json": { model: { name: "d" } } } },
      "u",
    ],
  ]
  test.each(rows)("%s", async (_, scene, name) => {
    const { value } = await counts("gemini", scene)
    expect(isObject(value) ? value.model : value).toEqual({ name })
  })

  const all = { variables: { GEMINI_CLI_TRUST_WORKSPACE: "true" } }

  test("a server of one name takes the place of the other as a whole", async () => {
    const files = {
      "/h/.gemini/settings.json": { mcpServers: { a: { command: "u", excludeTools: ["x"] } } },
      "/p/.gemini/settings.json": { mcpServers: { a: { command: "p" } } },
    }
    const { value, lost } = await counts("gemini", { files, ...all })
    expect(value).toEqual({ mcpServers: { a: { command: "p" } } })
    expect(lost).toEqual([
      "/h/.gemini/settings.json $.mcpServers.a.command",
      "/h/.gemini/settings.json $.mcpServers.a.excludeTools",
    ])
  })

  test("of allowed servers all lists must speak, of excluded ones one is enough", async () => {
    const files = {
      "/h/.gemini/settings.json": { mcpServers: { a: {}, B: {}, c: {}, d: {} }, mcp: { allowed: ["a", "b", "d"] } },
      "/p/.gemini/settings.json": { mcp: { allowed: ["A", "B", "c", "d"], excluded: ["D"] } },
      "/etc/gemini-cli/settings.json": { mcp: { excluded: ["x"] } },
      "/h/.gemini/mcp-server-enablement.json": { b: { enabled: false } },
    }
    const { value, aside } = await counts("gemini", { files, ...all })
    expect(isObject(value) ? value.mcpServers : value).toEqual({ a: {} })
    expect(aside).toEqual([
      "/h/.gemini/settings.json $.mcpServers.B",
      "/h/.gemini/settings.json $.mcpServers.c",
      "/h/.gemini/settings.json $.mcpServers.d",
    ])
  })

  test("where nobody trusts the folder no server starts, the user's neither", async () => {
    const { value, aside } = await counts("gemini", {
      files: { "/h/.gemini/settings.json": { mcpServers: { a: {} } } },
    })
    expect(isObject(value) ? value.mcpServers : value).toEqual({})
    expect(aside).toEqual(["/h/.gemini/settings.json $.mcpServers.a"])
  })

  test("some lists are joined, others not", async () => {
    const said = (mark: string) => ({
      tools: { exclude: [mark, "both"], core: [mark] },
      context: { includeDirectories: [mark, "both"] },
      hooks: { BeforeTool: [mark] },
    })
    const files = { "/h/.gemini/settings.json": said("u"), "/p/.gemini/settings.json": said("p") }
    expect((await counts("gemini", { files, ...all })).value).toEqual({
      tools: { exclude: ["u", "both", "p"], core: ["p"] },
      context: { includeDirectories: ["u", "both", "p", "both"] },
      hooks: { BeforeTool: ["u", "p"] },
    })
  })
})

describe("OpenCode", () => {
  test("of plugins of one name the last counts, in one list and in several", async () => {
    const files = {
      "/h/.config/opencode/opencode.json": { plugin: ["@s/q", "p@1.0.0", "p"] },
      "/p/opencode.json": { plugin: ["@s/q@2.0.0"], instructions: ["a.md", "a.md"] },
    }
    const { value, aside } = await counts("opencode", { files })
    expect(value).toEqual({ plugin: ["p", "@s/q@2.0.0"], instructions: ["a.md", "a.md"] })
    expect(aside).toEqual(["/h/.config/opencode/opencode.json $.plugin[1]"])
  })
})

describe("Every client", () => {
  const keys = JSON.parse('{ "hasOwnProperty": ["a"], "toString": ["b"], "constructor": ["c"], "__proto__": ["d"] }')
  const again = JSON.parse('{ "hasOwnProperty": ["e"], "toString": ["f"], "constructor": ["g"], "__proto__": ["h"] }')
  const rows: readonly (readonly [id: string, user: string, project: string, beside: Files])[] = [
    ["opencode", "/h/.config/opencode/opencode.json", "/p/opencode.json", {}],
    ["gemini", "/h/.gemini/settings.json", "/p/.gemini/settings.json", {}],
    ["claude", "/h/.claude/settings.json", "/p/.claude/settings.json", {}],
    ["codex", "/h/.codex/config.toml", "/p/.codex/config.toml", { "/etc/codex/config.toml": trusted }],
  ]
  test.each(rows)(
    "%s: keys that objects have of themselves are keys as others are",
    async (id, user, project, beside) => {
      const files = { ...beside, [user]: keys, [project]: again }
      const { value } = await counts(id, { files, variables: { GEMINI_CLI_TRUST_WORKSPACE: "true" } })
      const entries = isObject(value) ? Object.entries(value).filter(([key]) => Object.hasOwn(keys, key)) : []
      const joined = id === "claude"
      expect(Object.fromEntries(entries.map(([key, each]) => [`.${key}`, each]))).toEqual({
        ".hasOwnProperty": joined ? ["a", "e"] : ["e"],
        ".toString": joined ? ["b", "f"] : ["f"],
        ".constructor": joined ? ["c", "g"] : ["g"],
        ".__proto__": joined ? ["d", "h"] : ["h"],
      })
    },
  )

  test.each([
    ["opencode", "XDG_CONFIG_HOME", "/h/.config/opencode/opencode.json"],
    ["codex", "CODEX_HOME", "/h/.codex/config.toml"],
    ["gemini", "GEMINI_CLI_HOME", "/h/.gemini/settings.json"],
  ])("%s: an empty variable is none", async (id, variable, file) => {
    const { value } = await counts(id, { files: { [file]: { model: "u" } }, variables: { [variable]: "" } })
    expect(value).toEqual({ model: "u" })
  })
})
