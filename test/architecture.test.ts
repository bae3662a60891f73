import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, normalize, relative } from "node:path/posix"
import { expect, test } from "vitest"

/** The house, held to its plan: storeys, no cycles, one door per dependency, silence below. docs/architecture.md says why. */
const root = normalize(join(import.meta.dirname, ".."))

const folders = ["src", "plugins", "grammar"]
const files = folders
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  )
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
  .sort()

interface Import {
  readonly from: string
  /** A file of the project, or the name of a package. */
  readonly to: string
}

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^"'`;]*?from\s+"([^"]+)"|import\(\s*"([^"]+)"\s*\)|(?:^|\n)\s*import\s+"([^"]+)"/g

const texts = new Map(files.map((path) => [path, readFileSync(join(root, path), "utf8")]))
const imports: readonly Import[] = [...texts].flatMap(([from, text]) =>
  [...text.matchAll(importPattern)].map((match) => {
    const target = match[1] ?? match[2] ?? match[3] ?? ""
    return { from, to: target.startsWith(".") ? normalize(join(dirname(from), target)) : packageName(target) }
  }),
)

function packageName(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/")
}

/** The room of a file; a folder under `plugins/` is a room of its own. */
function room(path: string): string {
  const [first, second] = path.split("/")
  return first === "grammar" ? "grammar" : `${first}/${second}`
}

const storeys: Readonly<Record<string, number>> = { "src/model": 0, "src/app": 2, "src/api": 3, "src/cli": 3 }
const storey = (path: string) => storeys[room(path)] ?? 1
const inside = imports.filter(({ to }) => texts.has(to))

test("there is something to look at", () => {
  expect(files.length).toBeGreaterThan(50)
  expect(inside.length).toBeGreaterThan(100)
})

test("every relative import names a file", () => {
  const lost = imports.filter(
    ({ to }) => /^(?:src|plugins|grammar)\//.test(to) && !texts.has(to) && !to.endsWith(".json"),
  )
  expect(lost).toEqual([])
})

/** What may import across rooms of one storey, and why. */
const exceptions: Readonly<Record<string, string>> = {
  "plugins/markdown → plugins/yaml": "front matter is YAML",
}

test("a file imports its own room and storeys below; parts never import parts", () => {
  const wrong = inside.filter(
    ({ from, to }) =>
      room(from) !== room(to) && storey(to) >= storey(from) && !(`${room(from)} → ${room(to)}` in exceptions),
  )
  expect(wrong).toEqual([])
})

test("no cycles, type-only imports included", () => {
  const targets = new Map<string, string[]>()
  for (const { from, to } of inside) targets.set(from, [...(targets.get(from) ?? []), to])
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(" → "))
    if (done.has(path) || trail.includes(path)) return
    for (const next of targets.get(path) ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const path of files) visit(path, [])
  expect(cycles).toEqual([])
})

/** One dependency, one door. */
const doors: Readonly<Record<string, readonly string[]>> = {
  chevrotain: ["grammar"],
  "json-rules-engine": ["src/engine", "src/api"],
  ajv: ["src/engine"],
  "ajv-formats": ["src/engine"],
  re2js: ["src/engine"],
  semver: ["src/engine"],
  "json-p3": ["src/engine"],
  picomatch: ["src/engine", "src/system"],
  "age-encryption": ["src/secrets"],
  tinyglobby: ["src/system"],
  chokidar: ["src/system"],
  croner: ["src/app"],
  "jsonc-parser": ["plugins/json"],
  jsonrepair: ["plugins/json"],
  yaml: ["plugins/yaml"],
  "smol-toml": ["plugins/toml"],
  "toml-eslint-parser": ["plugins/toml"],
  "web-tree-sitter": ["plugins/zsh"],
  commander: ["src/cli"],
  "@clack/prompts": ["src/cli"],
  "@modelcontextprotocol/server": ["src/cli"],
  zod: ["src/cli"],
  diff: ["src/engine", "src/report"],
  "@secretlint/secretlint-rule-preset-recommend": ["src/secrets"],
  "@secretlint/types": ["src/secrets"],
  nodemailer: ["src/notify"],
  "@slack/webhook": ["src/notify"],
  standardwebhooks: ["src/notify"],
  "toasted-notifier": ["src/notify"],
  ms: ["src/notify"],
  vitest: ["src/api"],
  "fast-check": ["src/api"],
}

test("every dependency comes in by its own door, and every door is used", () => {
  const outside = imports.filter(
    ({ to }) => to !== "cfgsync" && !to.startsWith("node:") && !/^(?:src|plugins|grammar)\//.test(to),
  )
  expect(outside.filter(({ from, to }) => !doors[to]?.includes(room(from)))).toEqual([])
  expect(Object.keys(doors).filter((name) => !outside.some(({ to }) => to === name))).toEqual([])
})

test("only the store speaks to SQLite", () => {
  const speaking = [...texts].filter(([, text]) => text.includes('"node:sqlite"')).map(([path]) => room(path))
  expect([...new Set(speaking)]).toEqual(["src/store"])
})

const silentRooms = (path: string) =>
  room(path) === "src/model" ||
  room(path) === "src/engine" ||
  room(path) === "src/secrets" ||
  room(path) === "grammar" ||
  path.startsWith("plugins/")
const pureNodeModules = ["node:crypto"]

test("no console, clock, environment or file system below the app", () => {
  const touching = imports.filter(
    ({ from, to }) =>
      silentRooms(from) && to.startsWith("node:") && !pureNodeModules.includes(to) && !from.endsWith("/generate.ts"),
  )
  expect(touching).toEqual([])
  const speaking = [...texts]
    .filter(
      ([path, text]) =>
        silentRooms(path) &&
        !path.endsWith("/generate.ts") &&
        /\bconsole\.|\bprocess\.|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now/.test(text),
    )
    .map(([path]) => path)
  expect(speaking).toEqual([])
})

test("only the start of the command line sets the exit code, and nobody calls exit", () => {
  const exits = [...texts]
    .filter(([path, text]) => /process\.exit\b\(|process\.exitCode/.test(text) && path !== "src/cli/start.ts")
    .map(([path]) => path)
  expect(exits).toEqual([])
})

test("the top level is as prescribed", () => {
  const prescribed = [
    "package.json",
    "tsconfig.json",
    "src",
    "plugins",
    "rules.d",
    "grammar",
    "test",
    "cfgsync.config.ts",
  ]
  const beside = ["README.md", "LICENSE", "CHANGELOG.md", "docs", "bench", "examples", "action.yml"]
  const insisted = ["package-lock.json", "biome.json", "vitest.config.ts", "build.ts", "node_modules", "dist"]
  const there = readdirSync(root).filter((name) => !name.startsWith("."))
  expect(there.filter((name) => ![...prescribed, ...beside, ...insisted].includes(name))).toEqual([])
  expect(prescribed.filter((name) => !there.includes(name))).toEqual([])
  expect(relative(root, join(root, ".husky"))).toBe(".husky")
})
