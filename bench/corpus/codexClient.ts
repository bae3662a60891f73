import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import toml from "../../plugins/toml/index.ts"
import { defaultLimits } from "../../src/model/document.ts"
import { valueAt } from "../../src/model/path.ts"
import { Client, type ClientAnswer, type Question, runAlone } from "./client.ts"

/** Settings that name a file without which Codex does not start. */
const filesOf = ["model_instructions_file", "experimental_compact_prompt_file", "model_catalog_json"]

/** The real Codex, asked by `mcp list --json`, or strictly by starting its server, which ends with its input. What the text refers to is there. */
export class CodexClient extends Client {
  /** `npm install @openai/codex@VERSION` in the folder `codex-VERSION`. */
  protected place(version: string, platform: string): string {
    const [system = "", processor = ""] = platform.split("-")
    const machine = processor === "arm64" ? "aarch64" : "x86_64"
    const triple = `${machine}-${system === "linux" ? "unknown-linux-musl" : "apple-darwin"}`
    const modules = join(`codex-${version}`, "node_modules", "@openai")
    return join(modules, `codex-${platform}`, "vendor", triple, "bin", "codex")
  }

  protected async put({ version, strict, text }: Question, home: string): Promise<ClientAnswer> {
    const own = join(home, "codex")
    const project = join(home, "project")
    for (const folder of [own, project]) mkdirSync(folder)
    writeFileSync(join(own, "stub.md"), "stub")
    writeFileSync(join(own, "config.toml"), stubbed(text, join(own, "stub.md")))
    const args = strict ? ["--strict-config", "app-server"] : ["mcp", "list", "--json"]
    const answer = await runAlone(this.program(version) ?? "", args, project, { HOME: home, CODEX_HOME: own })
    return "refused" in answer ? answer : { config: answer.printed }
  }
}

/** The last first, so that the places of the others hold. */
function stubbed(text: string, stub: string): string {
  const document = toml.parse({ path: "config.toml", text, bom: false }, defaultLimits).documents[0]
  const named = filesOf.filter((key) => typeof valueAt(document?.value, [key]) === "string")
  const spans = named.flatMap((key) => document?.locate([key])?.value ?? []).sort((a, b) => b.start - a.start)
  return spans.reduce(
    (made, { start, end }) => `${made.slice(0, start)}${JSON.stringify(stub)}${made.slice(end)}`,
    text,
  )
}
