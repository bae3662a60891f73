import { type Content, type HostileCase, inFile, lines, write } from "../case.ts"
import { inAnyFormat } from "./anyFormat.ts"
import { laughs } from "./yaml.ts"

const many = 100_000
const of = (name: string, finds: string, content: () => Content) => inFile(name, "a.md", finds, content)
/** YAML between fences, with a body behind them. */
const fenced = (name: string, finds: string, yaml: () => string) =>
  of(name, finds, () => `---\n${yaml()}\n---\n\n# Body\n`)

export const cases: readonly HostileCase[] = [
  ...inAnyFormat({
    path: "a.md",
    sound: "---\na: 1\n---\n",
    around: (text) => `---\na: "${text}"\n---\nbody\n`,
    manage: (folder) => write(folder, "cfgsync.config.json", '{ "files": ["*.md"] }'),
  }),
  fenced("a billion laughs", "alias-expansion", laughs),
  fenced("an alias inside its anchor", "alias-expansion", () => "a: &a [1, *a]"),
  fenced("a bomb of merges", "alias-expansion|too-many-nodes", () =>
    lines(5000, (i) => `k${i}: &k${i} {${i > 0 ? `<<: *k${i - 1}, ` : ""}a${i}: 1}`),
  ),
  fenced("opening brackets", "too-deep", () => "[".repeat(many)),
  fenced("nesting that is closed", "too-deep", () => "[".repeat(many) + "]".repeat(many)),
  fenced("dashes", "too-deep", () => "- ".repeat(many)),
  fenced("question marks", "too-deep", () => "? ".repeat(many)),
  fenced("indentation", "too-deep", () => lines(3000, (i) => `${" ".repeat(i)}a:`)),
  fenced("a million elements", "too-large", () => `[${"1,".repeat(1e6)}]`),
  fenced("a million keys", "too-many-nodes", () => lines(800_000, (i) => `k${i}: 1`)),
  fenced("a million comments", "too-many-nodes", () => "# c\n".repeat(1e6)),
  fenced("9 million line breaks", "too-many-nodes", () => "\n".repeat(9e6)),
  fenced("an integer of a million digits", "too-large", () => `a: ${"9".repeat(999_999)}`),
  fenced("a key of 5 MB", "too-large|syntax", () => `${"k".repeat(5e6)}: 1`),
  fenced("an explicit key of 100,000 characters", "too-large", () => `? ${"k".repeat(many)}\n: 1`),
  fenced("a block text of 9 MB", "too-large|too-many-nodes", () => `a: |\n${"  x\n".repeat(2.25e6)}`),
  fenced("a text of 9 MB without quotes", "too-large", () => `a: ${"x ".repeat(4.5e6)}`),
  fenced("an open quote and backslashes", "syntax|too-large", () => `a: "${"\\".repeat(9e6)}`),
  fenced("errors on every line", "syntax", () => "- }\n".repeat(20_000)),
  fenced("the same key 10,000 times", "duplicate-key", () => "a: 1\n".repeat(10_000)),
  fenced("__proto__", "prototype-key", () => "__proto__: {polluted: true}"),
  fenced("an escape out of the fence", "syntax", () => 'a: "\nb: 1'),
  of("front matter that is never closed", "syntax", () => `---\na: 1\n${"text\n".repeat(1e6)}`),
  of("front matter behind a thousand blank lines", "", () => `${"\n".repeat(1000)}---\na: 1\n---\n`),
  of("front matter that is not first", "front-matter-not-first", () => "\n---\na: 1\n---\n"),
  of("front matter that is not first, and a bomb", "", () => `\n---\n${laughs()}---\n`),
  of("a body of 9 MB", "", () => `---\na: 1\n---\n${"text [".repeat(1.5e6)}`),
  of("a body of 9 MB in one word", "", () => `---\na: 1\n---\n${"x".repeat(9e6)}`),
  of("a million fences", "", () => "---\n".repeat(1e6)),
  of("fences that are none", "", () => `---\n\n${"--- \n---x\n".repeat(many)}`),
  of("9 MB of dashes", "", () => "-".repeat(9e6)),
  of("a million comments before nothing", "", () => "<!-- -->\n".repeat(900_000)),
  of("a comment of 9 MB before nothing", "", () => `<!-- ${"-".repeat(9e6)}`),
  of("blank lines before nothing", "", () => "\n".repeat(9e6)),
  of("byte order marks before nothing", "", () => "\uFEFF".repeat(3e6)),
  of("9 MB of blanks behind a fence", "", () => `---${" ".repeat(9e6)}x`),
  of("a fence of TOML and 9 MB", "", () => `+++\n${"a = 1\n".repeat(1.5e6)}`),
]
