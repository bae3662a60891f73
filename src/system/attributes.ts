import { type BigIntStats, existsSync, fchmodSync, fchownSync, fstatSync } from "node:fs"
import { CfgsyncError } from "../model/errors.ts"
import { bearsAttributes } from "./extendedAttributes.ts"
import { errnoOf } from "./failure.ts"

/**
 * Gives `copy` the owner, permission bits, ACL and extended attributes of `original`; both are open files.
 * Node cannot copy ACLs and extended attributes, so GNU `cp` does between the open files (Linux), where there are any or it cannot be told.
 * Where it is missing (BusyBox, other systems) owner and permission bits are kept, nothing else.
 * @throws `write-refused` when the file would end up with other attributes than before
 */
export function keepAttributes(original: number, copy: number, name: string): void {
  const wanted = fstatSync(original, { bigint: true })
  // The copy has some of its own where its folder says what new files get.
  const plain = [original, copy].every((handle) => bearsAttributes(handle) === false)
  if (plain || !copyAll(original, copy, name)) copyModeAndOwner(wanted, copy)
  const got = fstatSync(copy, { bigint: true })
  if (got.uid !== wanted.uid || got.gid !== wanted.gid) {
    throw new CfgsyncError(
      "write-refused",
      `${name} belongs to somebody else (user ${wanted.uid}, group ${wanted.gid}), which a replacement would change`,
      "run cfgsync as that user",
    )
  }
  if (got.mode !== wanted.mode) {
    throw new CfgsyncError(
      "write-refused",
      `the permissions of ${name} (${(wanted.mode & 0o7777n).toString(8)}) cannot be kept`,
    )
  }
}

/** @returns `false` when there is no program here that could. */
function copyAll(original: number, copy: number, name: string): boolean {
  const copier = ["/usr/bin/cp", "/bin/cp"].find((path) => existsSync(path))
  if (process.platform !== "linux" || copier === undefined) return false
  const kept = existsSync("/sys/fs/selinux/enforce") ? "mode,ownership,xattr,context" : "mode,ownership,xattr"
  const from = "/proc/self/fd/3"
  const to = "/proc/self/fd/4"
  // Loaded when first needed: a run that writes nothing has no use for it.
  const { spawnSync } = process.getBuiltinModule("node:child_process")
  const done = spawnSync(copier, ["--attributes-only", `--preserve=${kept}`, from, to], {
    stdio: ["ignore", "ignore", "pipe", original, copy],
    env: { LC_ALL: "C" },
    encoding: "utf8",
  })
  if (done.status === 0) return true
  if (done.error !== undefined) throw done.error
  if (/unrecognized option|invalid option/.test(done.stderr)) return false
  const reason = done.stderr
    .trim()
    .replace(/^.*?: /, "")
    .replaceAll(from, name)
    .replaceAll(to, "its replacement")
  throw new CfgsyncError("write-refused", `the ACL or the extended attributes of ${name} cannot be kept: ${reason}`)
}

function copyModeAndOwner(wanted: BigIntStats, copy: number): void {
  const { uid, gid } = fstatSync(copy, { bigint: true })
  try {
    if (uid !== wanted.uid || gid !== wanted.gid) fchownSync(copy, Number(wanted.uid), Number(wanted.gid))
  } catch (error) {
    // Only root gives files away; whether it mattered is seen by the caller's comparison.
    if (errnoOf(error) !== "EPERM") throw error
  }
  fchmodSync(copy, Number(wanted.mode & 0o7777n))
}
