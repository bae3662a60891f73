import { spawn } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { canaryScript, stageScript } from "./stage.ts"

/** What a client is called with. */
export interface Question {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Files of its own, by path from the cage: `home/…` or `project/…`. */
  readonly files?: Readonly<Record<string, string>>
  /** Lines of its standard input, which is closed as soon as it says `until`. */
  readonly input?: readonly string[]
  readonly until?: string
}

export interface Reply {
  /** `null`: it was ended, or did not start. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
  /** Whether the HTTP canary could be reached. */
  readonly loopback: boolean
}

/** How a canary was called: one that was started, or one that was asked over HTTP. */
export type Call =
  | {
      readonly args: readonly string[]
      readonly directory: string
      readonly environment: Readonly<Record<string, string>>
    }
  | { readonly url: string; readonly method: string; readonly headers: Readonly<Record<string, string>> }

const mostMilliseconds = 120_000
const unshare = ["/usr/bin/unshare", "/bin/unshare"].find((path) => existsSync(path))

/**
 * A folder of its own with an empty home and a copy of a project, in which a client runs without network. Nothing of its user's environment comes
 * in, and nothing of it stays.
 */
export class Cage {
  readonly folder: string
  readonly project: string
  readonly home: string

  constructor() {
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-cage-")))
    this.project = join(this.folder, "project")
    this.home = join(this.folder, "home")
    for (const folder of [
      this.home,
      join(this.folder, "records"),
      join(this.folder, "tmp"),
      join(this.project, ".git"),
    ])
      mkdirSync(folder, { recursive: true })
    // As much of a repository as makes the project one.
    for (const folder of ["objects", "refs"]) mkdirSync(join(this.project, ".git", folder))
    this.put("project/.git/HEAD", "ref: refs/heads/main\n")
    this.put("canary.mjs", canaryScript)
    this.put("stage.mjs", stageScript)
  }

  /** @param path from the cage's folder */
  put(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true })
    writeFileSync(join(this.folder, path), content)
  }

  /** What starts a canary whose calls are written down under a number. */
  canary(index: number): readonly [string, ...string[]] {
    return [process.execPath, join(this.folder, "canary.mjs"), join(this.folder, "records", String(index))]
  }

  calls(index: number): readonly Call[] {
    const file = join(this.folder, "records", String(index))
    if (!existsSync(file)) return []
    const lines = readFileSync(file, "utf8").trimEnd().split("\n")
    return lines.map((line) => JSON.parse(line) as Call)
  }

  /** The environment that a client runs in. */
  environment(extra: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return {
      ...extra,
      HOME: this.home,
      TMPDIR: join(this.folder, "tmp"),
      PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      LANG: "C.UTF-8",
      NO_COLOR: "1",
    }
  }

  /** @param program absolute.  @returns `undefined` where the network cannot be kept off: then nothing was run. */
  async run(program: string, question: Question, env: Readonly<Record<string, string>>): Promise<Reply | undefined> {
    for (const [path, content] of Object.entries(question.files ?? {})) this.put(path, content)
    const { args, input = [], until = "" } = question
    const request = {
      ...{ program, args, input, until, timeout: mostMilliseconds },
      env: { ...this.environment(env), ...question.env },
      cwd: this.project,
      records: join(this.folder, "records"),
    }
    this.put("request.json", JSON.stringify(request))
    const reply = join(this.folder, "reply.json")
    rmSync(reply, { force: true })
    if (unshare === undefined) return undefined
    const stage = [process.execPath, join(this.folder, "stage.mjs"), join(this.folder, "request.json"), reply]
    await new Promise<void>((resolve) => {
      spawn(unshare, ["--map-root-user", "--net", "--", ...stage], { stdio: "ignore", env: this.environment({}) })
        .on("error", () => resolve())
        .on("close", () => resolve())
    })
    return existsSync(reply) ? (JSON.parse(readFileSync(reply, "utf8")) as Reply) : undefined
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
