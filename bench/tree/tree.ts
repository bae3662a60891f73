import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { jsonFiles } from "./json.ts"
import { Random } from "./random.ts"
import { tomlFiles } from "./toml.ts"
import { yamlFiles } from "./yaml.ts"

export interface Tree {
  readonly files: number
  readonly bytes: number
  /** How many files there are of each format. */
  readonly json: number
  readonly yaml: number
  readonly toml: number
  readonly markdown: number
}

/**
 * Write a project of `count` files (a multiple of ten): in every ten, 4 JSON, 3 YAML, 2 TOML and 1 Markdown with front matter. One folder in
 * 25 has drifted, one in 100 holds a file that no parser takes. What was in the folder before is removed.
 */
export function writeTree(folder: string, count: number, seed: number): Tree {
  rmSync(folder, { recursive: true, force: true })
  const random = new Random(seed)
  const tree = { files: 0, bytes: 0, json: 0, yaml: 0, toml: 0, markdown: 0 }
  const write = (format: "json" | "yaml" | "toml" | "markdown", path: string, text: string) => {
    const full = join(folder, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, text)
    tree.files++
    tree.bytes += Buffer.byteLength(text)
    tree[format]++
  }
  for (let index = 0; index < count / 10; index++) {
    const home = `packages/${String(index).padStart(4, "0")}`
    const drift = index % 25 === 7
    for (const [path, text] of jsonFiles(random, drift)) write("json", `${home}/${path}`, text)
    for (const [path, text] of yamlFiles(random, drift))
      write(
        "yaml",
        `${home}/${path}`,
        index % 100 === 13 && path === "compose.yaml" ? `${text}  wrong:\n indent: [\n` : text,
      )
    for (const [path, text] of tomlFiles(random, drift)) write("toml", `${home}/${path}`, text)
    write("markdown", `.opencode/agent/a${index}.md`, agent(random, drift))
  }
  return tree
}

function agent(random: Random, drift: boolean): string {
  const paragraphs = Array.from({ length: random.whole(2, 6) }, () => random.sentence(60))
  return `---
description: ${random.sentence(10)}
mode: ${drift ? "subagnt" : "subagent"}
model: anthropic/claude-sonnet-4-5
temperature: 0.${random.whole(1, 9)}
tools:
  write: ${random.chance(0.5)}
  bash: false
permission:
  edit: ask
---

# ${random.sentence(3)}

${paragraphs.join("\n\n")}
`
}
