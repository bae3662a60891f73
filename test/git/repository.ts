import { execFileSync, spawnSync } from "node:child_process"
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

/** A repository of the real git in a folder of its own, with nothing of the user's configuration. */
export interface Repository {
  /** Absolute, links resolved. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  /** Output of `git ARGS`, without the last line break. @throws when it does not exit 0 */
  git(...args: readonly string[]): string
  /** The same for a command that may fail. */
  ask(
    args: readonly string[],
    more?: Asked,
  ): { readonly status: number; readonly stdout: string; readonly stderr: string }
  write(path: string, text: string | Uint8Array): void
  read(path: string): string
  /** What is staged at a path. */
  staged(path: string): string
  /** Everything staged and committed. */
  commit(message: string): void
  link(path: string, target: string): void
  mode(path: string, mode: number): void
  dispose(): void
}

interface Asked {
  readonly cwd?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly input?: string
}

export function makeRepository(files: Readonly<Record<string, string>> = {}): Repository {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-git-")))
  const folder = join(home, "project")
  mkdirSync(folder)
  const environment = environmentIn(home)
  const at = repositoryAt(folder, environment, () => rmSync(home, { recursive: true, force: true }))
  at.git("init", "--quiet", "--initial-branch=main")
  for (const [path, text] of Object.entries(files)) at.write(path, text)
  return at
}

/** A worktree, clone or submodule beside a repository that is there. */
function repositoryAt(
  folder: string,
  environment: Readonly<Record<string, string>>,
  dispose: () => void = () => {},
): Repository {
  const git = (...args: readonly string[]) =>
    execFileSync("git", args, { cwd: folder, env: environment, encoding: "utf8", stdio: "pipe" }).replace(/\n$/, "")
  const ask: Repository["ask"] = (args, { cwd = ".", environment: more = {}, input = "" } = {}) => {
    const options = { cwd: join(folder, cwd), env: { ...environment, ...more }, input, encoding: "utf8" } as const
    const { status, stdout, stderr } = spawnSync("git", args, options)
    return { status: status ?? -1, stdout, stderr }
  }
  const write = (path: string, text: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return {
    folder,
    environment,
    git,
    ask,
    write,
    read: (path) => readFileSync(join(folder, path), "utf8"),
    staged: (path) =>
      execFileSync("git", ["cat-file", "blob", `:${path}`], { cwd: folder, env: environment, encoding: "utf8" }),
    commit: (message) => {
      git("add", "--all")
      git("commit", "--quiet", "--no-verify", "--allow-empty", "-m", message)
    },
    link: (path, target) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      symlinkSync(target, join(folder, path))
    },
    mode: (path, mode) => chmodSync(join(folder, path), mode),
    dispose,
  }
}

function environmentIn(home: string): Readonly<Record<string, string>> {
  return {
    PATH: process.env.PATH ?? "",
    HOME: home,
    XDG_CONFIG_HOME: join(home, ".config"),
    XDG_STATE_HOME: join(home, ".state"),
    // Of what does not change between runs; each would compile the same rules again.
    XDG_CACHE_HOME: join(tmpdir(), "cfgsync-tests-cache"),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "A",
    GIT_AUTHOR_EMAIL: "a@example.org",
    GIT_COMMITTER_NAME: "A",
    GIT_COMMITTER_EMAIL: "a@example.org",
    GIT_CONFIG_COUNT: "4",
    GIT_CONFIG_KEY_0: "protocol.file.allow",
    GIT_CONFIG_VALUE_0: "always",
    GIT_CONFIG_KEY_1: "advice.detachedHead",
    GIT_CONFIG_VALUE_1: "false",
    // What tidies up in the background would still write when the folder is removed.
    GIT_CONFIG_KEY_2: "maintenance.auto",
    GIT_CONFIG_VALUE_2: "false",
    GIT_CONFIG_KEY_3: "gc.auto",
    GIT_CONFIG_VALUE_3: "0",
    LC_ALL: "C.UTF-8",
  }
}
