import { accessSync, constants } from "node:fs"
import { delimiter, isAbsolute, join } from "node:path"
import { isInside } from "./read.ts"

/**
 * Where a program that cfgsync itself asks lies. One inside the project is none to ask, nor is one on a relative PATH.
 * @param path as the variable PATH.  @param root absolute.
 */
export function findProgram(name: string, path: string, root: string): string | undefined {
  const folders = path.split(delimiter).filter((folder) => isAbsolute(folder) && !isInside(root, folder))
  const names = process.platform === "win32" ? [`${name}.exe`] : [name]
  return folders.flatMap((folder) => names.map((each) => join(folder, each))).find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
