import { execFileSync, spawn, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { onTestFinished } from "vitest"
import { cfgsync } from "../git/project.ts"
import { projectFiles, rest } from "./stage.ts"

/** What a machine may not allow: then tests are left out with a word, but not in CI, where it is a failure. */
export interface Ability {
  /** Why it cannot be done here. */
  readonly why: string | undefined
  readonly missing: boolean
}

function ability(what: string, probe: readonly string[]): Ability {
  const [program = "", ...args] = probe
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" })
  const why = status === 0 ? undefined : `${error?.message ?? stderr}`.trim() || `${program} ended with ${status}`
  const missing = why !== undefined && process.env.CI !== "true"
  if (missing) process.stderr.write(`watching ${what} is NOT TESTED: ${why}\n`)
  return { why, missing }
}

const limitFile = "/proc/sys/user/max_inotify_watches"

/** A user namespace in which only so many watches can be had. */
export const limited = {
  ...ability("at the limit of watches", ["unshare", "-Ur", "sh", "-c", `echo 50 > ${limitFile}`]),
  through: (watches: number) => ["unshare", "-Ur", "sh", "-c", `echo ${watches} > ${limitFile} && exec "$0" "$@"`],
}

const isRoot = process.getuid?.() === 0

/** Root may read and write everything, unless he gives that up. */
export const withoutPrivileges: readonly string[] = isRoot
  ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"]
  : []
export const unprivileged: Ability = ability("without permissions", [...withoutPrivileges, "true"])

/** A small disk of its own, which this process sees through the window of the one that holds it. */
interface Disk {
  readonly root: { readonly inside: string; readonly outside: string }
  /** Runs a command line there. */
  readonly through: readonly string[]
  readonly remount: (how: "ro" | "rw") => void
  readonly stop: () => Promise<void>
}

export const disk = {
  ...ability("a full disk", ["unshare", "-Urm", "sh", "-c", "mount -t tmpfs none /mnt"]),
  open: async (files: Readonly<Record<string, string>>, size: string): Promise<Disk> => {
    const inside = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-watch-disk-")))
    const script = `mount -t tmpfs -o size=${size} none ${inside} && touch ${inside}/.there && exec sleep 3600`
    const holder = spawn("unshare", ["-Urm", "sh", "-c", script], { stdio: "inherit" })
    const ended = new Promise((resolve) => holder.on("close", resolve))
    const stop = async () => {
      holder.kill("SIGKILL")
      await ended
      rmSync(inside, { recursive: true, force: true })
    }
    onTestFinished(stop)
    const outside = `/proc/${holder.pid}/root${inside}`
    while (!existsSync(join(outside, ".there"))) await rest(10)
    mkdirSync(join(outside, "home"))
    for (const [path, text] of Object.entries(projectFiles(files))) {
      mkdirSync(dirname(join(outside, path)), { recursive: true })
      writeFileSync(join(outside, path), text)
    }
    const enter = ["-t", String(holder.pid), "-U", "-m", "--preserve-credentials"]
    return {
      root: { inside, outside },
      through: ["nsenter", ...enter, "sh", "-c", `cd ${inside} && exec "$0" "$@"`],
      remount: (how) => execFileSync("nsenter", [...enter, "mount", "-o", `remount,${how}`, inside]),
      stop,
    }
  },
}

const preload = ["x86_64", "aarch64"]
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find((file) => existsSync(file))

/** A clock that is set by writing a file: `+0`, `+3d`, `-2h`. Time that passes is not touched by it. */
export const clock = {
  ...ability("with a clock that jumps", ["test", "-n", preload ?? ""]),
  environment: (file: string): Readonly<Record<string, string>> => ({
    LD_PRELOAD: preload ?? "",
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    NO_FAKE_STAT: "1",
    // What a killed process leaves there stops a later one of the same number.
    FAKETIME_DISABLE_SHM: "1",
  }),
}

/** A check by the built command that asks no monitor. */
export function checkHere(through: readonly string[], inside: string) {
  const [program = "", ...args] = [...through, process.execPath, cfgsync, "check"]
  const env = { PATH: process.env.PATH ?? "", HOME: `${inside}/home`, CFGSYNC_NO_MONITOR: "1" }
  const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: "utf8" })
  return { status, stdout, stderr }
}
