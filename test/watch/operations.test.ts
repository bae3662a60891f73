import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { dirname, join } from "node:path"
import { expect, test } from "vitest"
import { dice } from "./dice.ts"
import { config, settled, stage, watch } from "./stage.ts"

const settings = { ...config, rules: [...config.rules, "glob.rule"] }

const operations = Number(process.env.CFGSYNC_LONG === undefined ? 1500 : 20_000)
const seed = Number(process.env.CFGSYNC_SEED ?? Date.now() % 1_000_000)

const texts = [
  '{ "port": 80 }\n',
  '{ "port": "80" }\n',
  '{ "port": ',
  "",
  "{}\n",
  '{ "team": "red" }\n',
  '{ "team": "blue", "port": "x" }\n',
  "[1, 2, 3]\n",
]

const names = ["a.json", "b.json", "c.yaml", "d.json", "notes.txt"]
const folders = ["conf", "conf/x", "conf/x/y", "conf/z", "conf/x/y/deep", "team", "elsewhere"]

function operate(root: string, roll: (sides: number) => number): string {
  const at = (path: string) => join(root, path)
  const folder = folders[roll(folders.length)] ?? "conf"
  const path = `${folder}/${names[roll(names.length)]}`
  const other = `${folders[roll(folders.length)]}/${names[roll(names.length)]}`
  const text = texts[roll(texts.length)] ?? ""
  const makeFolder = (each: string) => mkdirSync(dirname(at(each)), { recursive: true })
  const actions: Readonly<Record<string, () => void>> = {
    write: () => {
      makeFolder(path)
      writeFileSync(at(path), text)
    },
    "save by renaming": () => {
      makeFolder(path)
      writeFileSync(at(`${path}.tmp~`), text)
      renameSync(at(`${path}.tmp~`), at(path))
    },
    "write in pieces": () => {
      makeFolder(path)
      writeFileSync(at(path), text.slice(0, 4))
      writeFileSync(at(path), text)
    },
    remove: () => unlinkSync(at(path)),
    "remove and make again": () => {
      rmSync(at(path), { force: true })
      makeFolder(path)
      writeFileSync(at(path), text)
    },
    move: () => {
      makeFolder(other)
      renameSync(at(path), at(other))
    },
    "move a folder": () => renameSync(at(folder), at(`${folders[roll(3)]}/moved`)),
    "remove a folder": () => rmSync(at(folder), { recursive: true }),
    "link a folder": () => symlinkSync(at(folders[roll(folders.length)] ?? ""), at(`conf/link${roll(3)}`)),
    "link a file": () => symlinkSync(at(other), at(path)),
    mode: () => chmodSync(at(path), roll(2) === 0 ? 0o666 : 0o644),
    touch: () => utimesSync(at(path), new Date(), new Date(1_000_000_000_000 + roll(1000) * 1000)),
    "the name that others look at": () => {
      makeFolder("team/name.json")
      writeFileSync(at("team/name.json"), `{ "name": "${roll(2) === 0 ? "red" : "blue"}" }\n`)
    },
    single: () => (roll(3) === 0 ? unlinkSync(at("single.json")) : writeFileSync(at("single.json"), text)),
    "a folder where a file was": () => {
      rmSync(at(path), { force: true })
      mkdirSync(at(path), { recursive: true })
    },
  }
  const kinds = Object.keys(actions)
  // Writing is what happens most.
  const kind = roll(3) > 0 ? (kinds[roll(5)] ?? "write") : (kinds[roll(kinds.length)] ?? "write")
  try {
    actions[kind]?.()
  } catch {
    // What is not there cannot be moved: it was a try.
  }
  return `${kind} ${path}`
}

const glob = `rule own/notes "there are notes elsewhere"
{
  why "people read them"
  severity info
  files "*.json"
  where $.port is present
  require glob("elsewhere/*.txt") is not empty
  require $.port not in docs("elsewhere/*.json").port
}
`

test.each([
  { how: "told of", options: { every: 500 }, seldom: 20 },
  // Who only looks sees the last of what a second brought.
  { how: "that only looking finds", options: { poll: true }, seldom: 50 },
])(
  `after any ${operations} operations $how no file is stale (seed ${seed})`,
  async ({ options, seldom }) => {
    const root = stage({ "conf/a.json": "{}\n", "team/name.json": '{ "name": "red" }\n', "glob.rule": glob }, settings)
    const watched = await watch(root, options)
    const roll = dice(seed)
    let last: string[] = []
    for (let count = 1; count <= operations; count++) {
      last.push(operate(root, roll))
      if (roll(20) === 0) await new Promise((resolve) => setTimeout(resolve, roll(4)))
      if (count % 250 !== 0) continue
      try {
        await settled(root, watched, 6000)
      } catch (error) {
        throw new Error(`seed ${seed}, after ${count} operations, the last ${last.slice(-12).join("; ")}`, {
          cause: error,
        })
      }
      last = []
      if (!existsSync(join(root, "conf"))) mkdirSync(join(root, "conf"))
    }
    expect(readdirSync(root).length).toBeGreaterThan(0)
    expect(watched.events.filter(({ kind }) => kind === "finding").length).toBeGreaterThan(operations / seldom)
  },
  3_600_000,
)
