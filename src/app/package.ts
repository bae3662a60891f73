import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"

/** The installed package's folder (the checkout in development): where the shipped rules and the prebuilt cache are. */
export const packageFolder = findPackage(import.meta.dirname)

export const version: string = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")).version

function findPackage(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : findPackage(dirname(folder))
}
