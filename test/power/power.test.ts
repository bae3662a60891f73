import { spawn, spawnSync } from "node:child_process"
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, expect, test } from "vitest"
import { auditVerify } from "../../src/app/audit.ts"
import { historyOf } from "../../src/app/history.ts"
import { openProject, type Project } from "../../src/app/project.ts"
import { openProjectStore } from "../../src/app/projectStore.ts"
import { sha256 } from "../../src/system/hash.ts"
import { openSystem } from "../../src/system/real.ts"

/**
 * The power is cut while changes are made: an ext4 file system in a file of its own is shut down without writing out its journal (EXT4_IOC_SHUTDOWN), and
 * mounted again as after the cut. Whatever was acknowledged is there, and files, history and audit agree.
 */
const cuts = Number(process.env.CFGSYNC_CUTS ?? (process.env.CFGSYNC_POWER === undefined ? 3 : 100))
const changer = fileURLToPath(new URL("changer.ts", import.meta.url))
const stage = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-power-")))
const [image, mount] = [join(stage, "disk.img"), join(stage, "disk")]

const ran = (program: string, ...args: readonly string[]) => spawnSync(program, args, { encoding: "utf8" })

function must(program: string, ...args: readonly string[]): void {
  const { status, stderr, error } = ran(program, ...args)
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error?.message ?? stderr}`)
}

/** Nothing is shut down but what is mounted here by this test. */
function isMounted(): boolean {
  return statSync(mount).dev !== statSync(stage).dev
}

const shutDown =
  'open(my $f, "<", $ARGV[0]) or die $!; my $flags = pack("L", 2); ioctl($f, 0x8004587d, $flags) or die $!'

function cutPower(): void {
  if (!isMounted()) throw new Error("the file system of this test is not mounted")
  must("perl", "-e", shutDown, mount)
}

/** Why it cannot be done here. */
function obstacle(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "only root of Linux can mount a file system"
  for (const program of ["mkfs.ext4", "mount", "umount", "perl"])
    if (ran("which", program).status !== 0) return `${program} is missing`
  closeSync(openSync(image, "w"))
  must("truncate", "-s", "64M", image)
  must("mkfs.ext4", "-q", "-F", image)
  mkdirSync(mount)
  const { status, stderr } = ran("mount", "-o", "loop", image, mount)
  return status === 0 ? undefined : `no loop device can be had: ${stderr.trim()}`
}

const why = obstacle()
if (why !== undefined) process.stderr.write(`power cuts are SKIPPED: ${why}\n`)

afterAll(() => {
  if (why === undefined && isMounted()) must("umount", mount)
  rmSync(stage, { recursive: true })
})

const folder = join(mount, "project")
const home = join(mount, "home")

beforeAll(() => {
  if (why !== undefined) return
  mkdirSync(folder)
  mkdirSync(home)
  writeFileSync(join(folder, "cfgsync.config.json"), '{ "files": ["a.json", "b.json"], "rules": [] }')
  for (const file of ["a.json", "b.json"]) writeFileSync(join(folder, file), '{ "number": 0 }\n')
  must("sync", "-f", mount)
})

/** @returns the last acknowledged number of each file. */
async function changeUntilCut(patience: number): Promise<ReadonlyMap<string, number>> {
  const environment = { PATH: process.env.PATH, HOME: home, NODE_NO_WARNINGS: "1" }
  const child = spawn(process.execPath, [changer, folder], { env: environment, stdio: ["ignore", "pipe", "ignore"] })
  let said = ""
  const started = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk) => {
      said += String(chunk)
      resolve()
    })
    child.on("close", () => resolve())
  })
  await started
  await new Promise((resolve) => setTimeout(resolve, patience))
  cutPower()
  const acknowledged = [...said.matchAll(/^(\S+) (\d+)$/gm)]
  child.kill("SIGKILL")
  await new Promise((resolve) =>
    child.exitCode === null && child.signalCode === null ? child.on("close", resolve) : resolve(null),
  )
  must("umount", mount)
  must("mount", "-o", "loop", image, mount)
  return new Map(acknowledged.map(([, file = "", number]) => [file, Number(number)]))
}

async function project(): Promise<Project> {
  const opened = await openProject({ cwd: folder })
  return { ...opened, system: openSystem(opened.root, { environment: { PATH: process.env.PATH, HOME: home } }) }
}

async function disagreements(acknowledged: ReadonlyMap<string, number>): Promise<readonly string[]> {
  const told: string[] = []
  const store = await openProjectStore(await project(), { create: false, tell: (notice) => told.push(notice) })
  const items = store === undefined ? [] : historyOf(store, await project())
  store?.close()
  const wrong = told.filter((notice) => !notice.startsWith("cfgsync was stopped during change"))
  for (const [file, number] of acknowledged) {
    const bytes = readFileSync(join(folder, file))
    const found: unknown = JSON.parse(bytes.toString()).number
    if (typeof found !== "number" || (found !== number && found !== number + 2))
      wrong.push(`${file} holds ${found}, acknowledged was ${number}`)
    const last = items.findLast(
      (item) => item.kind === "change" && item.outcome === "written" && item.files.some(({ path }) => path === file),
    )
    const after = last?.kind === "change" ? last.files.find(({ path }) => path === file)?.after : undefined
    if (after !== sha256(bytes)) wrong.push(`the history does not know what ${file} holds`)
  }
  const { problems, alarms } = await auditVerify(await project(), { checkpoints: [] })
  return [...wrong, ...problems.map(({ message }) => message), ...alarms.map(({ detail }) => `alarm: ${detail}`)]
}

test.skipIf(why !== undefined)(
  `of ${cuts} power cuts, none loses an acknowledged change`,
  async () => {
    let acknowledged = 0
    for (let cut = 0; cut < cuts; cut++) {
      const last = await changeUntilCut((cut * 37) % 400)
      acknowledged += Math.max(0, ...last.values())
      expect([cut, await disagreements(last)]).toEqual([cut, []])
    }
    expect(acknowledged).toBeGreaterThanOrEqual(cuts)
  },
  7_200_000,
)
