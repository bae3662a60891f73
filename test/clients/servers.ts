// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references of the clients look like that
import type { McpServer, Reference, Template } from "../../src/model/mcpServer.ts"

function variable(name: string, fallback?: string): Reference {
  return { kind: "env", name, ...(fallback === undefined ? {} : { fallback }) }
}

type Local = Extract<McpServer, { kind: "local" }>
type Remote = Extract<McpServer, { kind: "remote" }>

function local(words: readonly (string | Template)[], more: Partial<Local> = {}): McpServer {
  const [program = [], ...rest] = words.map((word): Template => (typeof word === "string" ? [word] : word))
  return { kind: "local", command: [program, ...rest], environment: {}, on: true, timeouts: {}, ...more }
}

function remote(url: string | Template, more: Partial<Remote> = {}): McpServer {
  const written: Template = typeof url === "string" ? [url] : url
  return { kind: "remote", url: written, transport: "http", headers: {}, on: true, timeouts: {}, ...more }
}

const env = (values: Readonly<Record<string, string | Template>>) => ({
  environment: Object.fromEntries(
    Object.entries(values).map(([key, value]): [string, Template] => [
      key,
      typeof value === "string" ? [value] : value,
    ]),
  ),
})
const headers = (values: Readonly<Record<string, Template>>) => ({ headers: values })
const at = "https://mcp.example.org"

/** Servers of every kind: names are what tells them apart in a report. */
export const servers: Readonly<Record<string, McpServer>> = {
  plain: local(["server"]),
  words: local(["npx", "-y", "some-server@1.2.3"]),
  flags: local(["server", "--root=/srv/data", "-v", "--"]),
  blanks: local(["server", "two words", "  ends with a blank ", "tab\there"]),
  quotes: local(["server", 'a "quoted" word', "it's", "back\\slash", "`tick`"]),
  signs: local(["server", "a&b|c;d>e", "*?[x]", "~", "#no-comment", "%d", "!"]),
  json: local(["server", '{"nested": [1, 2, {"deep": "{}"}]}']),
  unicode: local(["server", "Grüße", "日本語", "🌲", "é"]),
  lines: local(["server", "first\nsecond"]),
  "empty-word": local(["server", []]),
  dollar: local(["server", "costs $5", "$"]),
  shell: local(["server", "$HOME"]),
  braces: local(["server", "${NAME}"]),
  many: local(["server", ...Array.from({ length: 40 }, (_, index) => `word-${index}`)]),
  long: local(["server", "x".repeat(4000)]),
  settings: local(["server"], env({ LEVEL: "debug", PORT: "3100", EMPTY_NOT: "0" })),
  "settings-odd": local(["server"], env({ QUOTED: 'a "b"', LINES: "1\n2", SIGNS: "a=b;c#d", WIDE: "ü日" })),
  secret: local(["server"], env({ TOKEN: [variable("TOKEN")] })),
  "secret-renamed": local(["server"], env({ API_KEY: [variable("TEAM_TOKEN")] })),
  "secret-inside": local(["server"], env({ HEADER: ["Bearer ", variable("TOKEN"), "!"] })),
  "secret-word": local(["server", ["--token=", variable("TOKEN")]]),
  "two-secrets": local(["server"], env({ FIRST: [variable("FIRST")], SECOND: [variable("SECOND")] })),
  fallback: local(["server"], env({ REGION: [variable("REGION", "eu-west")] })),
  "fallback-empty": local(["server"], env({ PROXY: [variable("PROXY", "")] })),
  "file-secret": local(["server"], env({ TOKEN: [{ kind: "file", path: "token.txt" }] })),
  input: local(["server"], env({ TOKEN: [{ kind: "input", id: "token" }] })),
  place: local(["server", [{ kind: "place", name: "workspace" }, "/data"]]),
  folder: local(["server"], { directory: ["tools/server"] }),
  off: local(["server", "off"], { on: false }),
  "off-with-secret": local(["server"], { on: false, ...env({ TOKEN: [variable("TOKEN")] }) }),
  waits: local(["server"], { timeouts: { start: 20_000 } }),
  "waits-long": local(["server"], { timeouts: { request: 30_000 } }),
  http: remote(`${at}/mcp`),
  "http-query": remote(`${at}/mcp?team=a&mode=read%20only`),
  "http-port": remote("http://localhost:8123/deep/path/mcp"),
  sse: remote(`${at}/sse`, { transport: "sse" }),
  either: remote(`${at}/either`, { transport: "either" }),
  bearer: remote(`${at}/bearer`, headers({ Authorization: ["Bearer ", variable("TOKEN")] })),
  header: remote(`${at}/header`, headers({ "X-Api-Key": [variable("API_KEY")] })),
  "header-text": remote(`${at}/text`, headers({ "X-Team": ["blue"], "X-Mode": ['a "b" c'] })),
  "header-mixed": remote(`${at}/mixed`, headers({ "X-Key": ["key ", variable("API_KEY"), " end"] })),
  "header-fallback": remote(`${at}/fallback`, headers({ Authorization: ["Bearer ", variable("TOK", "none")] })),
  "url-secret": remote([`${at}/t/`, variable("TEAM"), "/mcp"]),
  "http-off": remote(`${at}/off`, { on: false }),
  "sse-bearer": remote(`${at}/sse-bearer`, {
    transport: "sse",
    headers: { Authorization: ["Bearer ", variable("TOKEN")] },
  }),
}
