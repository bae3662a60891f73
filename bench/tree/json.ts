import type { Random } from "./random.ts"

/** The JSON files of one folder of the tree: path within the folder and text. */
export function jsonFiles(random: Random, drift: boolean): readonly (readonly [string, string])[] {
  return [
    ["package.json", manifest(random, drift)],
    random.chance(0.5) ? ["opencode.json", opencode(random, drift)] : ["tsconfig.json", tsconfig(random)],
    random.chance(0.7) ? [".mcp.json", mcp(random, drift)] : [".vscode/settings.json", editor(random)],
    [`data/${random.pick(["prices", "users", "flags"])}.json`, data(random)],
  ]
}

function print(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function manifest(random: Random, drift: boolean): string {
  const versions = (count: number) =>
    Object.fromEntries(
      random.names(count).map((name) => [`@acme/${name}`, `^${random.whole(0, 9)}.${random.whole(0, 30)}.0`]),
    )
  return print({
    name: random.names(1)[0],
    version: `1.${random.whole(0, 40)}.0`,
    description: random.sentence(12),
    type: drift ? "esm" : "module",
    license: "MIT",
    scripts: Object.fromEntries(random.names(random.whole(4, 9)).map((name) => [name, `node scripts/${name}.js`])),
    dependencies: versions(random.whole(5, 18)),
    devDependencies: versions(random.whole(5, 18)),
    engines: { node: ">=22" },
  })
}

function opencode(random: Random, drift: boolean): string {
  const servers = random.names(random.whole(2, 6)).map((name, index) => {
    const local = { type: "local", command: ["npx", "-y", `@acme/${name}`], environment: { LEVEL: "info" } }
    return [name, drift && index === 0 ? { type: "local", command: "npx", args: ["-y", name] } : local]
  })
  const text = print({
    $schema: "https://opencode.ai/config.json",
    model: "anthropic/claude-sonnet-4-5",
    instructions: random.names(4).map((name) => `docs/${name}.md`),
    permission: { edit: "ask", bash: { "git *": "allow", "rm *": "deny", "*": "ask" } },
    agent: Object.fromEntries(random.names(3).map((name) => [name, { mode: "subagent", prompt: random.sentence(30) }])),
    mcp: Object.fromEntries(servers),
  })
  return text.replace('  "mcp"', `  // ${random.sentence(8)}\n  "mcp"`)
}

function mcp(random: Random, drift: boolean): string {
  const servers = random.names(random.whole(3, 9)).map((name, index) => [
    name,
    {
      command: drift && index === 0 ? ["npx", "-y", name] : "npx",
      args: ["-y", `@acme/${name}`],
      env: { LEVEL: "info" },
    },
  ])
  return print({ mcpServers: Object.fromEntries(servers) })
}

function tsconfig(random: Random): string {
  const references = random.names(random.whole(2, 12)).map((name) => `    { "path": "../${name}" }`)
  return `{
  // ${random.sentence(9)}
  "extends": "../../tsconfig.base.json",
  "compilerOptions": {
    "target": "ES2024",
    "module": "NodeNext",
    "strict": true, /* ${random.sentence(4)} */
    "noUncheckedIndexedAccess": true,
    "outDir": "dist",
    "types": ["node"]
  },
  "include": ["src", "test"],
  "references": [
${references.join(",\n")}
  ]
}
`
}

function editor(random: Random): string {
  const lines = random
    .names(random.whole(8, 25))
    .map((name) => `  "${name.replaceAll("-", ".")}": ${random.chance(0.5)},`)
  return `{\n  // ${random.sentence(6)}\n${lines.join("\n")}\n  "editor.tabSize": 2\n}\n`
}

function data(random: Random): string {
  const rows = random.names(random.whole(5, 22)).map((id) => ({
    id,
    amount: random.whole(1, 100_000) / 100,
    tags: [random.sentence(1), random.sentence(1)],
    active: random.chance(0.8),
    note: random.chance(0.3) ? null : random.sentence(5),
  }))
  return print({ version: 3, rows })
}
