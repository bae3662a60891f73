import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { chmodSync, copyFileSync, cpSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { type CodeSplittingGroup, type Plugin, rolldown } from "rolldown"
import { bundledSchemas, bundledStem, bundledValue } from "./src/app/catalogue.ts"
import { resolveBundled } from "./src/app/schemas.ts"
import { standaloneSchema } from "./src/engine/standaloneSchema.ts"

/**
 * `npm run build`: bundle the sources with everything they use into `dist/`, so that the installed command depends on nothing and starts
 * quickly; write the types; compile the shipped rules beforehand.
 */
const root = import.meta.dirname
const dist = join(root, "dist")

/** What is kept from one run to the next, and what a monitor answers, is only good for the very same code. */
const sameCode = { define: { "process.env.CFGSYNC_BUILD": JSON.stringify(sourceHash()) } }

const treeshake = { propertyReadSideEffects: false } as const

/** The entry speaks every JavaScript, so that an old Node can say that it is too old instead of failing at a syntax error. */
const entry = `#!/usr/bin/env node
"use strict"
var needed = "22.22.0"
function older(have, want) {
  for (var i = 0; i < 3; i++) if (have[i] !== want[i]) return have[i] < want[i]
  return false
}
function parts(version) {
  return version.split("-")[0].split(".").map(Number)
}
if (older(parts(process.versions.node), parts(needed))) {
  console.error("error: cfgsync needs Node " + needed + " or newer; this is " + process.versions.node)
  process.exit(2)
}
import("./start.js")
`

/** The program of the notification centre, which macOS has no command for. */
const macNotifier = "toasted-notifier/vendor/mac.noindex"

/** Read at run time, when the first zsh file is met. */
const grammars = ["web-tree-sitter/web-tree-sitter.wasm", "tree-sitter-bash/tree-sitter-bash.wasm"]

async function main(): Promise<void> {
  rmSync(dist, { recursive: true, force: true })
  const bundle = await rolldown({
    input: {
      run: "src/cli/run.ts",
      index: "src/api/index.ts",
      plugin: "src/api/plugin.ts",
      operators: "src/api/operators.ts",
      prebuild: "src/app/prebuild.ts",
      scanWorker: "src/app/monitor/scanWorker.ts",
      ...Object.fromEntries(onDemand.map((path) => [laterName(path), path])),
    },
    cwd: root,
    platform: "node",
    // Node's own order would pick the UMD file of jsonc-parser, which cannot be bundled.
    resolve: { mainFields: ["module", "main"] },
    external: ["vitest", "fast-check"],
    transform: sameCode,
    plugins: [loadedLater, plainBuiltins, plainFdir, noEval, ownVendor],
    treeshake,
    // What one command loads late another loads at once; both may end up in the same file.
    checks: { ineffectiveDynamicImport: false },
    logLevel: "warn",
  })
  const { output } = await bundle.write({
    dir: dist,
    format: "esm",
    chunkFileNames: "chunks/[name]-[hash].js",
    codeSplitting: { groups: [{ name: startChunk, debugName: "start" }] },
    // Without line breaks, but with the names that a report of a bug needs.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    // The licences stand in THIRD-PARTY-NOTICES.txt.
    comments: false,
  })
  for (const chunk of output) if (chunk.type === "chunk") plainLetters(join(dist, chunk.fileName))
  await buildStart()
  await buildOpencode()
  const programs = await buildSchemas()
  for (const name of grammars) copyFileSync(join(root, "node_modules", name), join(dist, basename(name)))
  cpSync(join(root, "node_modules", macNotifier), join(dist, "vendor", basename(macNotifier)), { recursive: true })
  writeFileSync(join(dist, "cfgsync.js"), entry)
  chmodSync(join(dist, "cfgsync.js"), 0o755)
  const modules = [...output, ...programs].flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []))
  writeFileSync(
    join(dist, "THIRD-PARTY-NOTICES.txt"),
    notices([...modules, ...grammars.map((name) => join(root, "node_modules", name))]),
  )
  execFileSync(process.execPath, [join(dist, "prebuild.js")], { stdio: "inherit" })
  rmSync(join(dist, "prebuild.js"))
  readableByAll(join(dist, "cache"))
  linkCommand()
  execFileSync("tsc", ["--project", "src/api"], { cwd: root, stdio: "inherit" })
}

/** A cache is its user's alone; this one belongs to whoever starts the command. */
function readableByAll(folder: string): void {
  chmodSync(folder, 0o755)
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644)
}

/** The plugin for OpenCode, in one file that depends on nothing: `init --opencode` puts a copy of it into projects. */
async function buildOpencode(): Promise<void> {
  const input = { opencode: "src/opencode/plugin.ts" }
  const bundle = await rolldown({ input, cwd: root, platform: "node", treeshake, logLevel: "warn" })
  await bundle.write({ dir: dist, format: "esm", minify: "dce-only", comments: false })
}

/** What every start loads, in one small file: where a monitor answers, nothing else is loaded. */
async function buildStart(): Promise<void> {
  const bundle = await rolldown({
    input: { start: "src/cli/start.ts" },
    cwd: root,
    platform: "node",
    transform: sameCode,
    plugins: [
      {
        name: "the-rest-elsewhere",
        resolveId: (id) => (id === "./run.ts" ? { id: "./run.js", external: true } : null),
      },
      plainBuiltins,
    ],
    treeshake,
    logLevel: "warn",
  })
  await bundle.write({ dir: dist, format: "esm", minify: "dce-only", comments: false })
}

/** A program of each shipped schema, which says at once that a file is right; they share what they need of the library. */
async function buildSchemas() {
  const programs = new Map<string, string>()
  for (const schema of bundledSchemas())
    programs.set(
      bundledStem(schema),
      await standaloneSchema(bundledValue(schema), resolveBundled, join(root, "src/engine/quickPattern.ts")),
    )
  const bundle = await rolldown({
    input: Object.fromEntries([...programs.keys()].map((stem) => [stem, `${root}/schema:${stem}`])),
    cwd: root,
    platform: "node",
    resolve: { mainFields: ["module", "main"] },
    plugins: [
      {
        name: "schemas",
        resolveId: (id) => (programs.has(stemOf(id)) ? id : null),
        load: (id) => programs.get(stemOf(id)) ?? null,
      },
    ],
    logLevel: "warn",
  })
  const { output } = await bundle.write({
    dir: join(dist, "schemas"),
    format: "esm",
    chunkFileNames: "shared/[name]-[hash].js",
    minify: true,
    comments: false,
  })
  return output
}

function stemOf(id: string): string {
  return id.startsWith(`${root}/schema:`) ? id.slice(`${root}/schema:`.length) : ""
}

/**
 * What every check loads comes in as few files as can be, and so does what a hook and `status` load besides: each costs a third of a millisecond. Only what
 * the package's other entries share is kept apart from the rest, so that those stay small.
 */
const startChunk: CodeSplittingGroup["name"] = (id, context) => {
  const reached = (entries: readonly string[]) => {
    const seen = new Set<string>()
    const visit = (each: string) => {
      if (seen.has(each)) return
      seen.add(each)
      context.getModuleInfo(each)?.importedIds.forEach(visit)
    }
    for (const entry of entries) visit(join(root, entry))
    return seen
  }
  reach ??= {
    start: reached(startEntries),
    commands: Object.entries(quickCommands).map(([name, entries]) => [name, reached(entries)] as const),
    others: otherEntries.map((entry) => [entry, reached([entry])] as const),
  }
  const commands = reach.commands.flatMap(([name, ids]) => (ids.has(id) ? [name] : []))
  // Several commands have it: then it is small.
  const isCore = reach.start.has(id) || commands.length > 1
  if (!isCore) return commands[0] ?? null
  const sharing = reach.others.flatMap(([entry, ids]) => (ids.has(id) ? [basename(entry, ".ts")] : []))
  return ["core", ...sharing].join("-")
}

const startEntries = ["src/cli/run.ts", "src/cli/commands/check.ts"]
const quickCommands = {
  hook: ["src/cli/commands/hooks.ts", "src/cli/commands/hooksRun.ts"],
  status: ["src/cli/commands/status.ts"],
}
const otherEntries = ["src/api/index.ts", "src/api/plugin.ts", "src/api/operators.ts"]
let reach:
  | {
      readonly start: ReadonlySet<string>
      readonly commands: readonly (readonly [name: string, ids: ReadonlySet<string>])[]
      readonly others: readonly (readonly [entry: string, ids: ReadonlySet<string>])[]
    }
  | undefined

/**
 * What most starts have no use for, though what they load may call it: loaded at the first call of one of its functions. A start takes the longer the more
 * code there is, run or not.
 */
const onDemand = [
  "src/engine/findings.ts",
  "src/engine/linearPattern.ts",
  "src/engine/links.ts",
  "src/engine/merge/diff3.ts",
  "src/engine/operations.ts",
  "src/engine/schemaErrors.ts",
  "src/engine/schemaViolation.ts",
  "src/engine/version.ts",
  "src/system/list.ts",
  "src/system/match.ts",
  "src/system/write.ts",
]

function laterName(path: string): string {
  return `later/${basename(path, ".ts")}`
}

const loadedLater: Plugin = {
  name: "loaded-later",
  resolveId: async function (source, importer) {
    if (importer === undefined) return null
    const id = (await this.resolve(source, importer, { skipSelf: true }))?.id ?? ""
    return onDemand.some((path) => join(root, path) === id) ? `\0later:${id}` : null
  },
  load: {
    filter: { id: /^\0later:/ },
    handler: async (id) => {
      const path = id.slice("\0later:".length)
      const names = Object.entries(await import(path)).map(([name, value]) => {
        if (typeof value !== "function") throw new Error(`${path} exports ${name}, which is no function`)
        return name
      })
      return [
        "let loaded",
        // Beside the chunks, in one of which this ends up.
        `const load = () => (loaded ??= process.getBuiltinModule("node:module").createRequire(import.meta.url)("../${laterName(path)}.js"))`,
        ...names.map((name) => `export const ${name} = (...given) => load().${name}(...given)`),
      ].join("\n")
    },
  },
}

/**
 * Node's own modules without the wrapper that `import` puts around them: to make it every export is touched, which loads streams and readline for
 * `fs`, a text comparison for `util`, opens the terminal for `process`, and takes a third of a start. Commander alone wants the last one, and
 * child processes for subcommands in files of their own, which cfgsync has not.
 */
const wrapped: Readonly<Record<string, string>> = {
  fs: allOf("fs"),
  util: allOf("util"),
  os: allOf("os"),
  process: "export default globalThis.process",
  child_process:
    'export default { get spawn() { return globalThis.process.getBuiltinModule("node:child_process").spawn } }',
}

function allOf(name: "fs" | "util" | "os"): string {
  const names = Object.keys(process.getBuiltinModule(`node:${name}`)).filter((each) => each !== "default")
  const own = names.map((each) => `export const ${each} = own.${each}`)
  return [`const own = process.getBuiltinModule("node:${name}")`, "export default own", ...own].join("\n")
}

const plainBuiltins: Plugin = {
  name: "plain-builtins",
  resolveId: (source, importer, { kind }) => {
    // Who requires one wants all of it, and all of it would be touched.
    if (kind !== "import-statement") return null
    const name = source.replace(/^node:/, "")
    const own = ["fs", "util", "os"].includes(name) || importer?.includes("/commander/") === true
    return own && name in wrapped ? `\0${name}` : null
  },
  load: (id) => (id.startsWith("\0") ? (wrapped[id.slice(1)] ?? null) : null),
}

/**
 * fdir looks for a picomatch of its own at run time: a stranger's in the project under check, and no one asks it to match. Of `fs` it takes all exports by
 * name, which would touch each.
 */
const plainFdir: Plugin = {
  name: "plain-fdir",
  transform: {
    filter: { id: /\/fdir\// },
    handler: (code) =>
      code
        .replace('__require.resolve("picomatch");', "throw undefined;")
        .replace('import * as nativeFs from "fs"', 'import nativeFs from "fs"'),
  },
}

/** The runtime of the grammar can carry out scripts that come with one; the only grammar here has none. */
const noEval: Plugin = {
  name: "no-eval",
  transform: {
    filter: { id: /\/web-tree-sitter\// },
    handler: (code) => code.replace(/\beval\(\w+(?:\.\w+)?\)/g, "undefined"),
  },
}

/** It looks for the programs that come with it beside its own folder; its code ends up in `dist/chunks/`. */
const ownVendor: Plugin = {
  name: "own-vendor",
  transform: {
    filter: { id: /\/toasted-notifier\// },
    handler: (code) => code.replaceAll("__dirname", "import.meta.dirname"),
  },
}

/**
 * Write what is no ASCII as `\u2026`: with a single such letter V8 keeps a program as twice the bytes, and every start takes longer. Only where a program
 * reads its own text (`String.raw`, the source of a pattern) it is another one, and none here does.
 */
function plainLetters(path: string): void {
  const text = readFileSync(path, "utf8")
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
  const plain = text.replace(/[\u0080-\uffff]/g, escaped)
  if (plain !== text) writeFileSync(path, plain)
}

/** So that `npx cfgsync`, npm scripts and lint-staged find the command in a checkout as they do where the package is installed. */
function linkCommand(): void {
  const link = join(root, "node_modules", ".bin", "cfgsync")
  rmSync(link, { force: true })
  if (process.platform !== "win32") symlinkSync(join("..", "..", "dist", "cfgsync.js"), link)
}

function sourceHash(): string {
  const hash = createHash("sha256")
  for (const folder of ["src", "grammar", "plugins", "rules.d/schemas"]) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).sort()) {
      if (/\.(?:ts|json)$/.test(name)) hash.update(name).update(readFileSync(join(root, folder, name)))
    }
  }
  return hash.digest("hex").slice(0, 16)
}

/** The licences of what is in the bundle, as they ask to be shown. */
function notices(modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((id) => id.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []))
  return [...[...folders].sort().map(notice), schemaNotices()].join("\n\n----\n\n")
}

/** Schemas are somebody's work too. */
function schemaNotices(): string {
  const lines = bundledSchemas().map(
    ({ title, source, revision, date, licence, changes }) =>
      `${title}: ${source} at ${revision}, ${date} (${licence}); without what only editors show${changes === undefined ? "" : `, ${changes}`}`,
  )
  return ["JSON Schemas in rules.d/schemas", ...lines].join("\n\n")
}

function notice(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  const file = readdirSync(folder).find((each) => /^licen[sc]e/i.test(each))
  return `${name} ${version} (${license})\n\n${file === undefined ? "" : readFileSync(join(folder, file), "utf8").trim()}`
}

await main()
