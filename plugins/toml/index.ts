import type { Format } from "../../src/model/document.ts"
import { parseToml } from "./parseToml.ts"

/**
 * TOML 1.0, and the syntax of 1.1 where a file uses it (line breaks and trailing commas in inline tables, `\e` and `\xHH`, times without
 * seconds). What cfgsync writes is 1.0.
 */
const toml: Format = {
  name: "toml",
  files: ["*.toml", "Pipfile", "Cargo.lock", "uv.lock", "poetry.lock", "pdm.lock", "pylock.toml"],
  comments: () => true,
  dates: true,
  parse: parseToml,
  mender: async () => (await import("./mender.ts")).mender,
}

export default toml
