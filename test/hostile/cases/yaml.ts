import { type Content, type HostileCase, inFile, joined, lines } from "../case.ts"
import { inAnyFormat } from "./anyFormat.ts"

const many = 100_000
const of = (name: string, finds: string, content: () => Content) => inFile(name, "a.yaml", finds, content)

/** Each list holds the one before nine times: a billion values in ten lines. */
export function laughs(): string {
  const names = "abcdefghij"
  const list = (i: number) =>
    `${names[i]}: &${names[i]} [${joined(9, () => (i === 0 ? "lol" : `*${names[i - 1]}`), ", ")}]`
  return `${lines(10, list)}\n`
}

export const cases: readonly HostileCase[] = [
  ...inAnyFormat({ path: "a.yaml", sound: "a: 1\n", around: (text) => `a: "${text}"\n` }),
  of("a billion laughs", "alias-expansion", laughs),
  of("a billion laughs in keys", "", () => laughs().replaceAll(": &", "? &")),
  of("a bomb of maps", "alias-expansion", () =>
    lines(30, (i) => `k${i}: &k${i} {a: ${i > 0 ? `*k${i - 1}, b: *k${i - 1}` : 1}}`),
  ),
  of("a bomb of merges", "alias-expansion|too-many-nodes", () =>
    lines(5000, (i) => `k${i}: &k${i} {${i > 0 ? `<<: *k${i - 1}, ` : ""}a${i}: 1}`),
  ),
  of("a bomb of texts", "", () => `a: &a "${"x".repeat(450_000)}"\nb: [${joined(20_000, () => "*a", ", ")}]\n`),
  of("an alias inside its anchor", "alias-expansion", () => "a: &a [1, *a]\n"),
  of("a map that merges itself", "alias-expansion|syntax", () => "a: &a {<<: *a}\n"),
  of("an alias without an anchor", "syntax", () => "a: *b\n"),
  of(
    "a billion laughs behind 1,000 documents",
    "alias-expansion",
    () => `${"---\na: 1\n".repeat(1000)}---\n${laughs()}`,
  ),
  of("opening brackets", "too-deep", () => "[".repeat(many)),
  of("opening objects", "too-deep", () => '{"a":'.repeat(many)),
  of("nesting that is closed", "too-deep", () => "[".repeat(many) + "]".repeat(many)),
  of("nesting one deeper than allowed", "too-deep", () => "[".repeat(201) + "]".repeat(201)),
  of("dashes", "too-deep", () => "- ".repeat(many)),
  of("question marks", "too-deep", () => "? ".repeat(many)),
  of("colons with blanks", "too-deep", () => ": ".repeat(many)),
  of("dashes and question marks", "too-deep", () => "- ? ".repeat(many)),
  of("indentation", "too-deep", () => lines(3000, (i) => `${" ".repeat(i)}a:`)),
  of("nesting of lists in the same column", "too-deep", () => lines(2000, (i) => `${"- ".repeat(i + 1)}a`)),
  of("4.5 million elements", "too-large", () => `[${"1,".repeat(4.5e6)}]`),
  of("a million elements", "too-large", () => `[${"1,".repeat(1e6)}]`),
  of("a million elements in lines", "too-many-nodes", () => "- 1\n".repeat(1e6)),
  of("a million keys", "too-many-nodes", () => lines(800_000, (i) => `k${i}: 1`)),
  of("a million comments", "too-many-nodes", () => "# c\n".repeat(1e6)),
  of("9 million line breaks", "too-many-nodes", () => "\n".repeat(9e6)),
  of("a million documents", "too-many-nodes", () => "---\n".repeat(1e6)),
  of("a million anchors", "too-large|too-many-nodes", () => lines(900_000, (i) => `- &a${i} x`)),
  of("a million braces", "too-large", () => `[${"{},".repeat(1e6)}]`),
  of("20,000 anchors on one node", "syntax", () => "&a ".repeat(20_000)),
  of("20,000 tags on one node", "syntax", () => "!a ".repeat(20_000)),
  of("20,000 aliases in one place", "syntax", () => "*a ".repeat(20_000)),
  of("commas", "syntax|too-many-nodes", () => `[${",".repeat(many)}`),
  of("closing brackets", "syntax|too-many-nodes", () => "]".repeat(many)),
  of("quotes", "syntax|too-many-nodes", () => '"'.repeat(many + 1)),
  of("single quotes", "syntax|too-large", () => "'".repeat(9e6 + 1)),
  of("an open quote and backslashes", "syntax|too-large", () => `a: "${"\\".repeat(9e6)}`),
  of("an open quote and a million lines", "syntax|too-large|too-many-nodes", () => `a: "${"x\n ".repeat(1e6)}`),
  of("errors on every line", "syntax", () => "- }\n".repeat(20_000)),
  of("tabs as indentation", "syntax", () => "a:\n\tb: 1\n"),
  of("a lone carriage return", "syntax", () => "a: 1\rb: 2"),
  of("9 MB of carriage returns", "too-large|syntax", () => "\r".repeat(9e6)),
  of("a mark of the reader's own", "syntax", () => "a: \u001fb\u0002\u0018"),
  of("a directive twice", "syntax", () => "%YAML 1.2\n%YAML 1.2\n---\n"),
  of("20,000 directives", "", () => `${"%TAG ! tag:a,2000:\n".repeat(20_000)}---\na: 1\n`),
  of("an integer of a million digits", "too-large", () => `a: ${"9".repeat(999_999)}\n`),
  of("sexagesimal digits of 9 MB", "too-large", () => `a: ${"59:".repeat(3e6)}1\n`),
  of("a key of 5 MB", "too-large|syntax", () => `${"k".repeat(5e6)}: 1\n`),
  of("a key of 100,000 characters", "too-large|syntax", () => `${"k".repeat(many)}: 1\n`),
  of("an explicit key of 5 MB", "too-large", () => `? ${"k".repeat(5e6)}\n: 1\n`),
  of("an explicit key of 100,000 characters", "too-large", () => `? ${"k".repeat(many)}\n: 1\n`),
  of("a key that is a list of 10,000", "too-large", () => `? [${"a, ".repeat(10_000)}a]\n: 1\n`),
  of("the same key 10,000 times", "duplicate-key", () => "a: 1\n".repeat(10_000)),
  of("a text of 9 MB in double quotes", "too-large", () => `a: "${"x\\n".repeat(3e6)}"\n`),
  of("a text of 9 MB in single quotes", "too-large", () => `a: '${"x''".repeat(3e6)}'\n`),
  of("a text of 9 MB without quotes", "too-large", () => `a: ${"x ".repeat(4.5e6)}\n`),
  of("a block text of 9 MB", "too-large|too-many-nodes", () => `a: |\n${"  x\n".repeat(2.25e6)}`),
  of("a block text of 9 MB in long lines", "too-large", () => `a: >\n${`  ${"x".repeat(90_000)}\n`.repeat(100)}`),
  of("a plain text over a million lines", "too-large|too-many-nodes", () => `a: x\n${"  x\n".repeat(1e6)}`),
  of("9 MB of blanks between two words", "too-large", () => `a: x${" ".repeat(9e6)}y\n`),
  of("9 MB of indentation", "too-large", () => `a:\n${" ".repeat(9e6)}b: 1\n`),
  of("a comment of 9 MB", "too-large", () => `# ${"x".repeat(9e6)}\na: 1\n`),
  of("an anchor of 5 MB", "too-large", () => `a: &${"x".repeat(5e6)} 1\n`),
  of("a tag of 5 MB", "too-large", () => `a: !${"x".repeat(5e6)} 1\n`),
  of(
    "a number that a careless pattern tries for ever",
    "",
    () => `a: ${"1_".repeat(50_000)}x\nb: ${"+.".repeat(50_000)}\n`,
  ),
  of("a date that a careless pattern tries for ever", "", () => `a: ${"2001-01-01 ".repeat(10_000)}\n`),
  of("__proto__", "prototype-key", () => "__proto__: {polluted: true}\n"),
  of("__proto__ in escapes", "prototype-key", () => '"\\x5f_proto__": {polluted: true}\n'),
  of("__proto__ through a merge", "prototype-key", () => "a: &a {__proto__: {polluted: true}}\nb: {<<: *a}\n"),
  of(
    "tags that run programs",
    "",
    () => "a: !!js/function 'x'\nb: !!python/object/apply:os.system [ls]\nc: !ruby/object:Gem::Installer {i: x}\n",
  ),
]
