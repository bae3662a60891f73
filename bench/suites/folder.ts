import { existsSync } from "node:fs"

/** The folder of the official test suites, beside the checkout; absent in most of them. */
export const suitesFolder = new URL("../../../shared/suites/", import.meta.url)

export const suitesAreHere = existsSync(suitesFolder)
