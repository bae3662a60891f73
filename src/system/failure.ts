import { CfgsyncError, type ErrorCode } from "../model/errors.ts"

const words: Readonly<Record<string, readonly [reason: string, hint?: string]>> = {
  EACCES: ["permission denied", "look at the permissions of the file and of the folders above it"],
  EPERM: ["operation not permitted", "the file or its folder may be immutable (lsattr) or belong to another user"],
  EROFS: ["the file system is read-only", "mount it writable, or work on a copy"],
  ENOSPC: ["no space left on the disk", "free some space and run cfgsync again"],
  EDQUOT: ["disk quota exceeded", "free some of your space and run cfgsync again"],
  EIO: ["the disk reported an error", "look at the system log (dmesg) before you write again"],
  EFBIG: ["the file is too large for this file system or for a limit of this process"],
  EMFILE: ["too many open files", "raise the limit (ulimit -n)"],
  ENFILE: ["too many open files in the whole system"],
  ELOOP: ["a symbolic link is in the way, or links go round in a circle"],
  ENOTDIR: ["a part of the path is not a folder"],
  EISDIR: ["it is a folder"],
  ENOENT: ["it does not exist"],
  EEXIST: ["something of that name exists already"],
  ENAMETOOLONG: ["the name is too long"],
  ETXTBSY: ["it is being executed"],
  EBUSY: ["it is in use", "close the program that uses it, or unmount it"],
  EINVAL: ["the file system refuses the operation"],
  ENOTSUP: ["the file system does not support the operation"],
}

/** @returns the `errno` name of a failed system call (`ENOSPC`), else `undefined`. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined
}

/** Runs one system call. @returns `otherwise` when it fails with one of `codes`; other failures are thrown on. */
export function unless<T, U>(codes: readonly string[], otherwise: U, call: () => T): T | U {
  try {
    return call()
  } catch (error) {
    if (codes.includes(errnoOf(error) ?? "")) return otherwise
    throw error
  }
}

/** What failed, in plain words with the errno's name, as the user's error. A `CfgsyncError` and our own bugs pass unchanged. */
export function inWords(error: unknown, code: ErrorCode, what: string): unknown {
  if (error instanceof CfgsyncError) return error
  const errno = errnoOf(error)
  if (errno === undefined || !(error instanceof Error) || !("syscall" in error)) return error
  const [reason, hint] = words[errno] ?? [error.message]
  return new CfgsyncError(code, `${what}: ${reason} (${errno})`, hint, { cause: error })
}
