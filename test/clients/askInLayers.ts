import { type ChildProcess, spawn } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { effectiveOf } from "../../src/app/effective.ts"
import { openProject } from "../../src/app/project.ts"

/**
 * `node askInLayers.ts JOB`, in a namespace in which /etc is empty and there is no network: puts the files of each case where the client looks, and
 * writes down what cfgsync says counts and what the client says. Everything that is read is made up.
 */
export interface Job {
  readonly client: "claude" | "codex" | "gemini"
  readonly program: string
  /** Absolute; emptied for each case, so that paths in the files may name it. */
  readonly root: string
  readonly cases: readonly LayerCase[]
  readonly answers: string
}

export interface LayerCase {
  /** By path: `etc/…`, `home/…`, `project/…`. */
  readonly files: Readonly<Record<string, string>>
  /** From the root. */
  readonly folder: string
  readonly variables: Readonly<Record<string, string>>
}

/** What a client prints, by question; `ours`: the answer of cfgsync, or its error. */
export interface Answer {
  readonly ours: object
  readonly theirs: Readonly<Record<string, string>>
}

const { client, program, root, cases, answers } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Job

const said: Answer[] = []
for (const each of cases) said.push(await answer(each))
writeFileSync(answers, JSON.stringify(said))

async function answer({ files, folder, variables }: LayerCase): Promise<Answer> {
  for (const name of readdirSync("/etc")) rmSync(join("/etc", name), { recursive: true, force: true })
  rmSync(root, { recursive: true, force: true, maxRetries: 5 })
  for (const made of ["home", "tmp", "project/.git/objects", "project/.git/refs", folder])
    mkdirSync(join(root, made), { recursive: true })
  put(join(root, "project/.git/HEAD"), "ref: refs/heads/main\n")
  for (const [path, text] of Object.entries(files)) put(path.startsWith("etc/") ? `/${path}` : join(root, path), text)
  const env = {
    HOME: join(root, "home"),
    TMPDIR: join(root, "tmp"),
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    LANG: "C.UTF-8",
    NO_COLOR: "1",
    ...variables,
  }
  const cwd = join(realpathSync(root), folder)
  // Asked first: clients write into their files.
  const ours = await oursIn(cwd, env)
  const asked = Object.entries(questions(cwd))
  const theirs = await Promise.all(
    asked.map(async ([name, question]) => [name, await ask(question, cwd, env)] as const),
  )
  return { ours, theirs: Object.fromEntries(theirs) }
}

async function oursIn(cwd: string, env: Readonly<Record<string, string | undefined>>): Promise<object> {
  const project = await openProject({ cwd })
  const environment = (name: string) => env[name]
  try {
    const system = Object.create(project.system, { environment: { value: environment } })
    const { sources, client: asked, ...effective } = await effectiveOf({ ...project, system }, client)
    return { ...effective, client: asked.id }
  } catch (error) {
    return { error: String(error) }
  }
}

interface Asking {
  readonly command: readonly [string, ...string[]]
  readonly input?: readonly string[]
  /** It is ended as soon as it says so. */
  readonly until?: string
}

function questions(cwd: string): Readonly<Record<string, Asking>> {
  const lines = (...calls: readonly object[]) => calls.map((call) => JSON.stringify(call))
  if (client === "codex")
    return {
      config: {
        command: [program, "app-server"],
        input: lines(
          { id: 1, method: "initialize", params: { clientInfo: { name: "cfgsync", version: "1" } } },
          { method: "initialized" },
          { id: 2, method: "config/read", params: { includeLayers: true, cwd } },
        ),
        until: '"id":2',
      },
    }
  if (client === "claude")
    return {
      settings: {
        command: [program, "-p", "--verbose", "--input-format", "stream-json", "--output-format", "stream-json"],
        input: lines({ type: "control_request", request_id: "1", request: { subtype: "get_settings" } }),
        until: "control_response",
      },
      servers: { command: [program, "mcp", "list"] },
    }
  return {
    settings: { command: [process.execPath, join(import.meta.dirname, "loadGeminiSettings.mjs"), program] },
    servers: { command: [program, "mcp", "list"] },
  }
}

function ask(
  { command: [file, ...args], input = [], until }: Asking,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  return new Promise((resolve) => {
    const child: ChildProcess = spawn(file, args, {
      cwd,
      env,
      stdio: [input.length > 0 ? "pipe" : "ignore", "pipe", "pipe"],
      detached: true,
    })
    let text = ""
    const end = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL")
      } catch {
        // It has ended by itself.
      }
    }
    const timer = setTimeout(end, 60_000)
    const hear = (chunk: unknown) => {
      text += String(chunk)
      if (until !== undefined && text.slice(text.indexOf(until)).includes("\n") && text.includes(until)) end()
    }
    child.stdout?.on("data", hear)
    child.stderr?.on("data", hear)
    child.stdin?.on("error", () => {})
    for (const line of input) child.stdin?.write(`${line}\n`)
    child.on("error", () => resolve(text))
    child.on("close", () => {
      clearTimeout(timer)
      end()
      resolve(text)
    })
  })
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
