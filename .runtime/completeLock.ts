import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/**
 * `npm run lock`: npm leaves out of the lockfile what a registry does not serve, and then `npm ci` refuses it. Some mirrors lack the optional
 * packages of platforms that nobody there uses; those are named by version here, without a hash, and are never fetched where they do not fit.
 */
interface Entry {
  readonly version?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly cpu?: readonly string[]
  readonly os?: readonly string[]
  readonly libc?: readonly string[]
  readonly dev?: true
  readonly optional?: true
}

const path = join(import.meta.dirname, "..", "package-lock.json")
const lock: { packages: Record<string, Entry> } = JSON.parse(readFileSync(path, "utf8"))
const systems = ["android", "darwin", "win32", "freebsd", "openharmony", "linux", "netbsd", "openbsd"]

for (const [place, { optionalDependencies }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
    if (isLocked(place, name)) continue
    if (!/^\d+\.\d+\.\d+$/.test(version))
      throw new Error(`${place} wants ${name} ${version}, which is no exact version`)
    lock.packages[`node_modules/${name}`] = entryOf(name, version)
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")))
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)

/** As Node looks packages up: beside the package, then in every folder above it. */
function isLocked(place: string, name: string): boolean {
  if (`${place === "" ? "" : `${place}/`}node_modules/${name}` in lock.packages) return true
  return place !== "" && isLocked(place.slice(0, Math.max(place.lastIndexOf("/node_modules/"), 0)), name)
}

/** What a platform package's name says of where it fits. */
function entryOf(name: string, version: string): Entry {
  const cpu = /-(arm64|x64|ia32|riscv64|s390x|ppc64|loong64|arm)(?=-|$)/.exec(name)?.[1]
  const os = systems.find((each) => name.includes(`-${each}`))
  if (cpu === undefined || os === undefined) throw new Error(`${name} does not say its platform`)
  const libc = name.includes("musl") ? { libc: ["musl"] } : name.includes("gnu") ? { libc: ["glibc"] } : {}
  return { version, cpu: [cpu], dev: true, ...libc, optional: true, os: [os] }
}
