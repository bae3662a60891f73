import { spawn, spawnSync } from "node:child_process"
import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import type { Txtar } from "./txtar.ts"

export interface Setting {
  /** The built command. */
  readonly command: string
  /** A Node.js that is too old for cfgsync. */
  readonly oldNode: string | undefined
  readonly name: string
}

interface Stage {
  /** Where the story plays; removed afterwards. */
  readonly folder: string
  readonly setting: Setting
  /** Where commands run, relative to the folder; files are always named from the folder. */
  cwd: string
  readonly env: Record<string, string>
  stdin: Uint8Array
  status: number | undefined
  stdout: string
  stderr: string
  /** The tree before the last command. */
  before: ReadonlyMap<string, string>
}

/**
 * Play a story in a folder of its own.
 *
 * `exec cfgsync …` must exit 0, `! exec …` must not; then `status N`, `stdout REGEX`, `stderr REGEX`, `! stdout REGEX`, and `unchanged`: not one
 * byte or mode of the tree is other than before the command. `cmp FILE FILE` (or `stdout`), `exists FILE`, `! exists FILE`. `stdin FILE`, `env NAME=VALUE`, `cd`, `cp`, `rm`,
 * `mv`, `truncate FILE SIZE`, `flip FILE TEXT`, `mkdir`, `chmod MODE FILE`, `mode MODE FILE`, `symlink FILE -> TARGET`, `hardlink FILE -> FILE`, `bytes FILE JSON-STRING` and `repeat FILE COUNT TEXT` set the stage.
 * @throws Error with the line of the script and what the last command said.
 */
export async function runStory({ script, files }: Txtar, setting: Setting): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "cfgsync-story-"))
  const stage: Stage = {
    folder,
    setting,
    cwd: ".",
    env: { HOME: folder, PATH: process.env.PATH ?? "" },
    stdin: new Uint8Array(),
    status: undefined,
    stdout: "",
    stderr: "",
    before: new Map(),
  }
  try {
    for (const { name, text } of files) put(stage, name, text)
    for (const [index, line] of script.split("\n").entries()) {
      if (line.trim() === "" || line.startsWith("#")) continue
      try {
        await play(words(line), stage)
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        const said = `status ${stage.status}\n-- stdout --\n${stage.stdout}\n-- stderr --\n${stage.stderr}`
        throw new Error(`${setting.name}:${index + 1}: ${line}\n${reason}\n${said}`)
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Words between blanks; single quotes keep blanks, and a doubled one inside them is a quote. */
function words(line: string): readonly string[] {
  const found = line.match(/(?:'(?:[^']|'')*'|[^\s'])+/g) ?? []
  return found.map((word) => word.replace(/'((?:[^']|'')*)'/g, (_, inner: string) => inner.replaceAll("''", "'")))
}

async function play(line: readonly string[], stage: Stage): Promise<void> {
  const wanted = line[0] !== "!"
  const [verb = "", ...args] = wanted ? line : line.slice(1)
  const action = actions[verb]
  if (action === undefined) throw new Error(`no such verb: ${verb}`)
  await action(args, stage, wanted)
}

type Action = (args: readonly string[], stage: Stage, wanted: boolean) => void | Promise<void>

const actions: Readonly<Record<string, Action>> = {
  exec: async ([program = "", ...args], stage, wanted) => {
    await execute(program, args, stage)
    expectThat((stage.status === 0) === wanted, `it exited with ${stage.status}`)
  },
  status: ([code = ""], stage) => expectThat(stage.status === Number(code), `it exited with ${stage.status}`),
  stdout: ([pattern = ""], stage, wanted) => matches(stage.stdout, pattern, wanted),
  stderr: ([pattern = ""], stage, wanted) => matches(stage.stderr, pattern, wanted),
  unchanged: (_, stage) => {
    const now = tree(stage.folder)
    for (const name of new Set([...stage.before.keys(), ...now.keys()])) {
      expectThat(stage.before.get(name) === now.get(name), `${name} is not as it was`)
    }
  },
  cmp: ([left = "", right = ""], stage) => {
    const text = left === "stdout" ? stage.stdout : read(stage, left)
    expectThat(
      text === read(stage, right),
      `${left} holds\n${JSON.stringify(text)}\nnot\n${JSON.stringify(read(stage, right))}`,
    )
  },
  exists: ([name = ""], { folder }, wanted) =>
    expectThat(existsSync(join(folder, name)) === wanted, `${name} ${wanted ? "is missing" : "is there"}`),
  stdin: ([name = ""], stage) => {
    stage.stdin = readFileSync(join(stage.folder, name))
  },
  env: ([assignment = ""], stage) => {
    const [name = "", value = ""] = assignment.split("=")
    stage.env[name] = value
  },
  cd: ([folder = "."], stage) => {
    stage.cwd = folder
  },
  cp: ([from = "", to = ""], { folder }) => cpSync(join(folder, from), join(folder, to), { recursive: true }),
  mv: ([from = "", to = ""], { folder }) => renameSync(join(folder, from), join(folder, to)),
  truncate: ([name = "", size = ""], { folder }) => truncateSync(join(folder, name), Number(size)),
  flip: ([name = "", text = ""], { folder }) => flip(join(folder, name), text),
  rm: ([name = ""], { folder }) => rmSync(join(folder, name), { recursive: true }),
  mkdir: ([name = ""], { folder }) => void mkdirSync(join(folder, name), { recursive: true }),
  chmod: ([mode = "", name = ""], { folder }) => chmodSync(join(folder, name), Number.parseInt(mode, 8)),
  mode: ([mode = "", name = ""], { folder }) => {
    const now = (statSync(join(folder, name)).mode & 0o7777).toString(8)
    expectThat(now === mode, `its mode is ${now}`)
  },
  hardlink: ([name = "", , target = ""], { folder }) => linkSync(join(folder, target), join(folder, name)),
  symlink: ([name = "", , target = ""], { folder }) => symlinkSync(target, join(folder, name)),
  bytes: ([name = "", text = ""], stage) => put(stage, name, JSON.parse(text)),
  repeat: ([name = "", count = "", text = ""], stage) => put(stage, name, JSON.parse(text).repeat(Number(count))),
}

async function execute(program: string, args: readonly string[], stage: Stage): Promise<void> {
  const { command, oldNode } = stage.setting
  const node = program === "cfgsync" ? process.execPath : program === "old-cfgsync" ? oldNode : undefined
  if (node === undefined) throw new Error(`no such program: ${program}`)
  stage.before = tree(stage.folder)
  const child = spawn(node, [command, ...args], { cwd: join(stage.folder, stage.cwd), env: stage.env })
  // A command that never reads its input closes the pipe, which is its right.
  child.stdin.on("error", () => {})
  child.stdin.end(stage.stdin)
  stage.stdin = new Uint8Array()
  const ended = new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject))
  const [stdout, stderr, status] = await Promise.all([textOf(child.stdout), textOf(child.stderr), ended])
  Object.assign(stage, { stdout, stderr, status: status ?? undefined })
}

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString("utf8")
}

/** Every file below a folder with its mode and bytes, caches aside. */
function tree(folder: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || path.startsWith(join(folder, ".cache"))) continue
    const { mode } = statSync(path)
    const content = (mode & 0o400) === 0 ? "" : readFileSync(path).toString("latin1")
    files.set(path.slice(folder.length + 1), `${mode.toString(8)} ${content}`)
  }
  return files
}

/** One bit of the last place in a file at which a text stands. */
function flip(file: string, text: string): void {
  const bytes = readFileSync(file)
  const at = bytes.lastIndexOf(text)
  expectThat(at >= 0, `${text} stands nowhere in it`)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  writeFileSync(file, bytes)
}

function put({ folder }: Stage, name: string, text: string): void {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function read({ folder }: Stage, name: string): string {
  return readFileSync(join(folder, name), "utf8")
}

function matches(text: string, pattern: string, wanted: boolean): void {
  expectThat(new RegExp(pattern, "m").test(text) === wanted, `${wanted ? "nothing" : "something"} matches /${pattern}/`)
}

function expectThat(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise)
}

/** A Node.js of this machine that is older than what cfgsync needs. */
export function findOldNode(): string | undefined {
  return ["/usr/bin/node", "/usr/local/bin/node"].find((path) => {
    const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8" })
    const major = Number(/^v(\d+)\./.exec(stdout ?? "")?.[1] ?? "99")
    return major < 22
  })
}
