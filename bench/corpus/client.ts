import { execFile } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import json from "../../plugins/json/index.ts"
import { defaultLimits } from "../../src/model/document.ts"
import { valueAt } from "../../src/model/path.ts"
import { isArray } from "../../src/model/value.ts"

/** What OpenCode makes of a text: why it refuses it, or the configuration that it works with. */
export type ClientAnswer = { readonly refused: string } | { readonly config: unknown }

const seconds = 60

/**
 * The real OpenCode, asked by `debug config` about copies: in a home folder of their own that is thrown away, with an empty environment and
 * no network, so that neither a plugin nor a server of the text can do anything; every `{file:…}` finds a file.
 * @param folder holds a folder per version with `node_modules/opencode-…`, as `npm install opencode-ai@VERSION` makes it.
 */
export class OpencodeClient {
  readonly #folder: string
  readonly #known = new Map<string, Promise<ClientAnswer>>()
  #running: Promise<unknown> = Promise.resolve()

  constructor(folder: string) {
    this.#folder = folder
  }

  has(version: string): boolean {
    return this.#program(version) !== undefined
  }

  /** One text after the other; the same text is asked about once. */
  ask(version: string, name: string, text: string): Promise<ClientAnswer> {
    const key = JSON.stringify([version, name, text])
    const known = this.#known.get(key) ?? this.#running.then(() => this.#run(version, name, text))
    this.#known.set(key, known)
    this.#running = known
    return known
  }

  #program(version: string): string | undefined {
    const modules = join(this.#folder, version, "node_modules")
    return ["linux-x64", "linux-arm64", "darwin-arm64", "darwin-x64"]
      .map((platform) => join(modules, `opencode-${platform}`, "bin", "opencode"))
      .find((path) => existsSync(path))
  }

  async #run(version: string, name: string, text: string): Promise<ClientAnswer> {
    const folder = mkdtempSync(join(tmpdir(), "cfgsync-client-"))
    const project = join(folder, "project")
    for (const part of ["objects", "refs"]) mkdirSync(join(project, ".git", part), { recursive: true })
    writeFileSync(join(project, ".git", "HEAD"), "ref: refs/heads/main\n")
    writeFileSync(join(project, name), stubbed(withoutPlugins(text), project))
    try {
      return await this.#debug(this.#program(version) ?? "", folder, project)
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    }
  }

  #debug(program: string, folder: string, project: string): Promise<ClientAnswer> {
    const { promise, resolve } = Promise.withResolvers<ClientAnswer>()
    const env = { HOME: folder, PATH: "/usr/bin:/bin", OPENCODE_DISABLE_DEFAULT_PLUGINS: "true" }
    const options = {
      cwd: project,
      timeout: seconds * 1000,
      maxBuffer: 64e6,
      env,
    }
    // A user namespace of its own, because only root may leave the network.
    const child = execFile("unshare", ["-rn", program, "debug", "config"], options, (error, stdout, stderr) => {
      if (error !== null) return resolve({ refused: stderr.trim().slice(0, 400) || error.message })
      try {
        resolve({ config: JSON.parse(stdout) })
      } catch {
        resolve({ refused: `its answer is no JSON: ${stdout.slice(0, 200)}` })
      }
    })
    child.stdin?.end()
    return promise
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
