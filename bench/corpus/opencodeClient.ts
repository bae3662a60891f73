import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import json from "../../plugins/json/index.ts"
import { defaultLimits } from "../../src/model/document.ts"
import { valueAt } from "../../src/model/path.ts"
import { isArray } from "../../src/model/value.ts"
import { Client, type ClientAnswer, type Question, runAlone } from "./client.ts"

/** The real OpenCode, asked by `debug config`; every `{file:…}` finds a file. */
export class OpencodeClient extends Client {
  /** `npm install opencode-ai@VERSION` in the folder VERSION. */
  protected place(version: string, platform: string): string {
    return join(version, "node_modules", `opencode-${platform}`, "bin", "opencode")
  }

  protected async put({ version, name, text }: Question, home: string): Promise<ClientAnswer> {
    const project = join(home, "project")
    for (const part of ["objects", "refs"]) mkdirSync(join(project, ".git", part), { recursive: true })
    writeFileSync(join(project, ".git", "HEAD"), "ref: refs/heads/main\n")
    writeFileSync(join(project, name), stubbed(withoutPlugins(text), project))
    const env = { HOME: home, OPENCODE_DISABLE_DEFAULT_PLUGINS: "true" }
    const answer = await runAlone(this.program(version) ?? "", ["debug", "config"], project, env)
    if ("refused" in answer) return answer
    try {
      return { config: JSON.parse(answer.printed) }
    } catch {
      return { refused: `its answer is no JSON: ${answer.printed.slice(0, 200)}` }
    }
  }
}

/** The old client installs plugins before it says anything. A list that it would refuse stays. */
function withoutPlugins(text: string): string {
  const document = json.parse({ path: "opencode.jsonc", text, bom: false }, defaultLimits).documents[0]
  const plugins = valueAt(document?.value, ["plugin"])
  const span = document?.locate(["plugin"])?.value
  if (span === undefined || !isArray(plugins) || plugins.some((each) => typeof each !== "string")) return text
  return `${text.slice(0, span.start)}[]${text.slice(span.end)}`
}

/** Every file that the text refers to is put inside the project. */
function stubbed(text: string, project: string): string {
  return text.replaceAll(/\{file:([^}]+)\}/g, (_, path: string) => {
    const name = `stub/${path.replaceAll(/[^A-Za-z0-9]/g, "_")}`
    mkdirSync(dirname(join(project, name)), { recursive: true })
    writeFileSync(join(project, name), "stub")
    return `{file:./${name}}`
  })
}
