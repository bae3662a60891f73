/** What `flistxattr` of the C library is called with here; `null`: it cannot be called. */
let list: ((handle: number) => bigint) | null | undefined

/**
 * Whether an open file bears extended attributes; ACLs and security labels are among them. Node has no call that asks for them; from 26.1 on it can
 * call the C library, which costs some microseconds where a program costs many milliseconds.
 * @returns `undefined` where it cannot be asked
 */
export function bearsAttributes(handle: number): boolean | undefined {
  if (list === undefined) list = openList()
  const size = list === null ? -1n : list(handle)
  return size < 0n ? undefined : size > 0n
}

/** The call is declared for machines of 64 bits only: the last argument is a `size_t`. */
function openList(): Exclude<typeof list, undefined> {
  if (process.platform !== "linux" || (process.arch !== "x64" && process.arch !== "arm64")) return null
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    // Absent in older ones.
    const ffi: typeof import("node:ffi") | undefined = process.getBuiltinModule("node:ffi")
    if (ffi === undefined) return null
    const call = { arguments: ["i32", "pointer", "u64"], return: "i64" } as const
    const { flistxattr } = ffi.dlopen(null, { flistxattr: call }).functions
    return (handle) => flistxattr(handle, 0n, 0n)
  } catch {
    // Not allowed here, or another C library.
    return null
  } finally {
    process.emitWarning = emitWarning
  }
}
