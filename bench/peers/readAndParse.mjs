// What any checker of these files must do at the least: find them, read them, parse them, one after the other. `node readAndParse.mjs FOLDER`.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parse as parseJsonc } from "jsonc-parser"
import { parse as parseToml } from "smol-toml"
import { parse as parseYaml } from "yaml"

const commented = /\.jsonc$|(?:^|[/\\])(?:tsconfig|opencode)[^/\\]*\.json$|\.vscode[/\\]/
const frontMatter = /^---\r?\n([\s\S]*?)^---[ \t]*$/m

const readers = {
  json: (text, path) => (commented.test(path) ? parseJsonc(text) : JSON.parse(text)),
  jsonc: (text) => parseJsonc(text),
  yaml: (text) => parseYaml(text),
  yml: (text) => parseYaml(text),
  toml: (text) => parseToml(text),
  md: (text) => parseYaml(frontMatter.exec(text)?.[1] ?? ""),
}

let files = 0
let rejected = 0
for (const entry of readdirSync(process.argv[2], { recursive: true, withFileTypes: true })) {
  const read = readers[entry.name.slice(entry.name.lastIndexOf(".") + 1)]
  if (read === undefined || !entry.isFile()) continue
  const path = join(entry.parentPath, entry.name)
  files++
  try {
    read(readFileSync(path, "utf8"), path)
  } catch {
    rejected++
  }
}
process.stdout.write(`${files} files, ${rejected} rejected\n`)
