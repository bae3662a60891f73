import { statfsSync } from "node:fs"

/** File systems on which changes made elsewhere are not told of: the numbers of statfs(2). */
const remote: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB"],
  [0x65735546, "FUSE"],
  [0x01021997, "9P"],
  [0x5346414f, "AFS"],
  [0x00c36400, "Ceph"],
  [0x73757245, "Coda"],
  [0x786f4256, "VirtualBox"],
  [0xbacbacbc, "VMware"],
])

/** @returns the kind of network file system that a folder lies on; `undefined` for a local one. Linux only. */
export function remoteFileSystem(folder: string): string | undefined {
  if (process.platform !== "linux") return undefined
  try {
    return remote.get(statfsSync(folder).type >>> 0)
  } catch {
    return undefined
  }
}
