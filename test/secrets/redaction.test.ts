import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Readable, Writable } from "node:stream"
import { afterAll, expect, test } from "vitest"
import { main } from "../../src/cli/main.ts"
import { type Sample, samples } from "./samples.ts"

/**
 * No secret is ever shown: many are planted wherever a text can stand in files of every format, rules speak of each of these places and repair
 * them, and all that is said in every output format is looked through for pieces of them.
 */
const folder = mkdtempSync(join(tmpdir(), "cfgsync-secrets-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Prints each text and each key; the repair rewrites it. */
const rules = `
rule t/texts "all texts" {
  for     text in $..*
  where   text is string
  require text like "*!"
  message "the text {text} under {key(text)}"
  fix safe "append a mark to {text}" { set text = text ++ "!" }
}
rule t/objects "all objects" {
  for     object in $..*
  where   object is object
  require object is empty
  message "it holds {keys(object)} and {values(object)}"
}
rule t/equal "what is wanted" {
  for     text in $..*
  where   text is string
  require text == "wanted"
}
`

const long = "word ".repeat(60)

function json({ text, name = "value" }: Sample): string {
  const quoted = JSON.stringify(text)
  const inner = quoted.slice(1, -1)
  const escaped = [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")
  return `{
  // ${name}=${inner}
  "${name}": ${quoted},
  "list": ["-x", "${name}", ${JSON.stringify(`${long}${name}=${text} ${long}`)}],
  "${name}${inner.slice(0, 0)}2": { "${name}": "Bearer ${inner}" },
  "key ${name}=${inner}": 1,
  "e": { "${name}": "${escaped}" }, "near": "x", "wide": "${long}", "${name}": ${quoted}
}
`
}

function yaml({ text, name = "value" }: Sample): string {
  const block = text.replaceAll("\n", "\n      ")
  const plain = text.includes("\n") ? JSON.stringify(text) : text
  return `# ${name}=${text.replaceAll("\n", "\n# ")}
${name}: ${JSON.stringify(text)}
two:
  ${name}: ${plain}
  folded:
    ${name}: |
      ${block}
list: ["${name}", ${JSON.stringify(`${name}=${text}`)}]
? ${JSON.stringify(`${name}=${text}`)}
: end
`
}

function toml({ text, name = "value" }: Sample): string {
  const quoted = JSON.stringify(text)
  return `# ${name}=${quoted.slice(1, -1)}
"${name}" = ${quoted}
list = ["${name}", ${JSON.stringify(`${name}=${text} ${long}`)}]
[table]
"${name}" = """
${text}"""
near = 1
`
}

function files(sample: Sample): Readonly<Record<string, string>> {
  const broken = (text: string) => text.replace("near", 'near" x {{ [')
  return {
    "a.jsonc": json(sample),
    "a.json": json(sample),
    "b.jsonc": json(sample).replace("Bearer ", '"Bearer '),
    "a.yaml": yaml(sample),
    "b.yaml": `${yaml(sample)}\n  - x: [\n`,
    "a.toml": toml(sample),
    "b.toml": broken(toml(sample)),
    "a.md": `---\n${yaml(sample)}---\ntext ${sample.name}=${sample.text}\n`,
    "minified.json": JSON.stringify({
      a: long,
      [sample.name ?? "value"]: sample.text,
      b: long,
      [long]: [{ c: sample.text }],
    }),
  }
}

class Sink extends Writable {
  text = ""
  constructor() {
    super({
      write: (chunk, _, done) => {
        this.text += chunk
        done()
      },
    })
  }
}

async function said(argv: readonly string[], cwd: string): Promise<string> {
  const stdout = new Sink()
  const stderr = new Sink()
  await main(argv, { stdin: Readable.from([]), stdout, stderr, env: {}, cwd, isTTY: false })
  return stdout.text + stderr.text
}

const commands = [
  ...["text", "json", "sarif", "github", "junit"].map((format) => ["check", "--format", format]),
  ...["text", "json", "sarif"].map((format) => ["fix", "--dry-run", "--format", format]),
  ["explain", "a.jsonc"],
  ["explain", "a.yaml", "--format", "json"],
  ["explain", "a.toml"],
  ["explain", "b.toml"],
  ["get", "a.yaml", "$.nothing"],
  ["get", "b.toml", "$.nothing"],
]

/** No report may show more of a secret than its beginning: none of its stretches of this length. */
const window = 8

function shownPieces({ text, open }: Sample, output: string): readonly string[] {
  const secret = text.startsWith(open) ? text.slice(open.length) : text
  return secret
    .split("\n")
    .filter((line) => !line.startsWith("-----"))
    .flatMap((line) =>
      Array.from({ length: Math.max(0, line.length - window) }, (_, at) => line.slice(at, at + window)),
    )
    .filter((piece) => output.includes(piece))
}

const all = samples(7)
const kinds = Object.keys(files(all[0] as Sample))
const rounds = process.env.CFGSYNC_LONG === undefined ? 6 : all.length

/** In each round each kind of file holds another secret; in as many rounds as there are secrets, each holds every one. */
test.each(Array.from({ length: rounds }, (_, round) => round))("nothing shows a secret, round %i", async (round) => {
  const cwd = join(folder, String(round))
  mkdirSync(cwd)
  const planted = kinds.map((file, index) => ({ file, sample: all[(round + index * 7) % all.length] as Sample }))
  for (const { file, sample } of planted) writeFileSync(join(cwd, file), files(sample)[file] ?? "")
  writeFileSync(join(cwd, "t.rule"), rules)
  const config = { files: ["*.{json,jsonc,yaml,toml,md}"], rules: ["t.rule", "cfgsync:secrets"] }
  writeFileSync(join(cwd, "cfgsync.config.json"), JSON.stringify(config))
  for (const argv of commands) {
    const output = await said(argv, cwd)
    expect(output.length, argv.join(" ")).toBeGreaterThan(30)
    for (const { file, sample } of planted) {
      const shown = shownPieces(sample, output)
      const at = output.indexOf(shown[0] ?? "")
      expect(shown, `${argv.join(" ")}: ${sample.kind} in ${file}: …${output.slice(at - 200, at + 200)}`).toEqual([])
    }
  }
})

test("the plants are many, and of many kinds", () => {
  expect(rounds * kinds.length).toBeGreaterThan(40)
  expect(new Set(all.map(({ kind }) => kind.source)).size).toBeGreaterThan(10)
})
