import { execFileSync } from "node:child_process"
import { closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { type Content, type HostileCase, joined, lines, write } from "../case.ts"

const many = 100_000

/** A project whose rules are in `evil.rule`. */
const laid = (name: string, finds: string, lay: (folder: string) => void, refused?: RegExp): HostileCase => ({
  name,
  finds: finds === "" ? [] : finds.split("|"),
  ...(refused === undefined ? {} : { refused }),
  lay: (folder) => {
    write(folder, "cfgsync.config.json", '{ "files": ["a.json"], "rules": ["evil.rule"] }')
    write(folder, "a.json", `{ "text": "${"a".repeat(20_000)}!", "list": [${joined(2000, String, ",")}] }`)
    lay(folder)
    return null
  },
})
const refused = (name: string, words: RegExp, content: () => Content) =>
  laid(name, "", (folder) => write(folder, "evil.rule", content()), words)
const read = (name: string, finds: string, content: () => string) =>
  laid(name, finds, (folder) => write(folder, "evil.rule", content()))
const ruled = (name: string, finds: string, clauses: () => string) =>
  read(name, finds, () => `rule evil/it "t" {\n  ${clauses()}\n}\n`)
const demand = (name: string, words: RegExp, expression: () => string) =>
  refused(name, words, () => `rule evil/it "t" { require ${expression()} }\n`)

const large = /evil\.rule.*(?:size|bytes|characters|large|long)/is
const deep = /evil\.rule:.*(?:deep|nested)/is
const wrong = /evil\.rule:\d+:\d+/

export const cases: readonly HostileCase[] = [
  refused("50 MB", large, () => "# x\n".repeat(12.5e6)),
  laid(
    "a terabyte without a content",
    "",
    (folder) => {
      const handle = openSync(join(folder, "evil.rule"), "w")
      ftruncateSync(handle, 1e12)
      closeSync(handle)
    },
    large,
  ),
  refused("one comment of 2 MB", large, () => `# ${"x".repeat(2e6)}`),
  refused("a text of 3 MB", large, () => `let a = "${"x".repeat(3e6)}"`),
  refused("a byte that is never UTF-8", /evil\.rule.*UTF-8/s, () => Uint8Array.of(0x23, 0xff)),
  refused("UTF-16", /evil\.rule.*UTF-8/s, () => Buffer.from("\uFEFFlet a = 1", "utf16le")),
  refused("NUL", wrong, () => "let a = \0 1"),
  refused("random signs", wrong, () => "}{)(][\"'/\\".repeat(1000)),
  laid("a named pipe", "", (folder) => void execFileSync("mkfifo", [join(folder, "evil.rule")]), /evil\.rule/),
  laid("a folder of that name", "", (folder) => void mkdirSync(join(folder, "evil.rule")), /evil\.rule/),
  laid("a link to itself", "", (folder) => symlinkSync("evil.rule", join(folder, "evil.rule")), /evil\.rule/),
  laid("a link to nothing", "", (folder) => symlinkSync("nowhere", join(folder, "evil.rule")), /evil\.rule/),
  laid("a link to /dev/zero", "", (folder) => symlinkSync("/dev/zero", join(folder, "evil.rule")), /evil\.rule/),
  laid(
    "a link out of the project",
    "",
    (folder) => symlinkSync("/etc/passwd", join(folder, "evil.rule")),
    /evil\.rule/,
  ),

  demand("parentheses that nothing closes", deep, () => "(".repeat(many)),
  demand("parentheses that are closed", deep, () => `${"(".repeat(many)}1${")".repeat(many)} == 1`),
  demand("negations", deep, () => `${"not ".repeat(many)}$.a`),
  demand("quantifiers", deep, () => `${joined(1000, (i) => `all x${i} in $.a : `, "")}$.b == 1`),
  demand("calls in calls", deep, () => `${"lower(".repeat(many)}"a"${")".repeat(many)} == "a"`),
  demand("lists in lists", deep, () => `$.a == ${"[".repeat(many)}${"]".repeat(many)}`),
  demand("objects in objects", deep, () => `$.a == ${"{a:".repeat(many)}1${"}".repeat(many)}`),
  demand("kinds in kinds", deep, () => `$.a is ${"[".repeat(many)}string${"]".repeat(many)}`),
  demand("templates in templates", wrong, () => `$.a == "${"{'".repeat(5000)}"`),
  demand(
    "a chain of ++",
    /evil\.rule:.*(?:operands|deep|200)/is,
    () => `$.a == ${joined(50_000, () => '"a"', " ++ ")}`,
  ),
  demand("a text that nothing closes", wrong, () => `$.a == "${"\\".repeat(many)}`),
  demand("a block text that nothing closes", wrong, () => `$.a == """${"x\n".repeat(many)}`),
  demand("a pattern that nothing closes", wrong, () => `$.a matches /${"(".repeat(many)}`),
  demand("a pattern of 10,000 groups", wrong, () => `$.a matches /${"(".repeat(10_000)}${")".repeat(10_000)}/`),
  demand("a pattern that repeats repetitions", wrong, () => "$.a matches /((a{1000}){1000}){1000}/"),
  demand("a pattern with a look behind", wrong, () => "$.a matches /(?<=a)b/"),
  demand("a pattern with a reference", wrong, () => "$.a matches /(a+)\\1/"),
  refused("a predicate that calls itself", wrong, () => 'predicate p(a) = p(a)\nrule evil/it "t" { require p($.a) }\n'),
  refused(
    "predicates that call each other",
    wrong,
    () => 'predicate p(a) = q(a)\npredicate q(a) = p(a)\nrule evil/it "t" { require p($.a) }\n',
  ),
  refused("a let of itself", wrong, () => 'let a = a\nrule evil/it "t" { require $.a == a }\n'),
  refused("10,000 rules of one name", wrong, () => 'rule evil/it "t" { require $.a == 1 }\n'.repeat(10_000)),
  refused("10,000 mistakes", wrong, () => 'rule evil/it "t" { requires $.a }\n'.repeat(10_000)),
  refused("an import of itself and nothing else", wrong, () => 'import "./evil.rule"\nimport "./nowhere.rule"\n'),
  laid(
    "a bomb of predicates",
    "",
    (folder) =>
      write(
        folder,
        "evil.rule",
        `predicate p0(a) = a == 1\n${lines(40, (i) => `predicate p${i + 1}(a) = p${i}(a) or p${i}(a)`)}\nrule evil/it "t" { require p40($.a) }\n`,
      ),
    /evil\.rule|evil\/it/,
  ),
  laid(
    "a bomb of lets",
    "",
    (folder) =>
      write(
        folder,
        "evil.rule",
        `let a0 = ["x", "x"]\n${lines(40, (i) => `let a${i + 1} = a${i} ++ a${i}`)}\nrule evil/it "t" { require $.a == a40 }\n`,
      ),
    /evil\.rule|evil\/it/,
  ),

  laid("two files that import each other", "evil/it", (folder) => {
    write(folder, "evil.rule", 'import "./b.rule"\nlet a = 1\nrule evil/it "t" { require $.text == 1 }\n')
    write(folder, "b.rule", 'import "./evil.rule"\nlet b = 2\n')
  }),
  laid("a chain of 300 imports", "evil/it", (folder) => {
    write(folder, "evil.rule", 'import "./f0.rule"\nrule evil/it "t" { require $.text == 1 }\n')
    for (let i = 0; i < 300; i++) write(folder, `f${i}.rule`, `import "./f${i + 1}.rule"\nlet a${i} = 1\n`)
    write(folder, "f300.rule", "let z = 1\n")
  }),
  laid(
    "an import of a named pipe",
    "",
    (folder) => {
      execFileSync("mkfifo", [join(folder, "pipe")])
      write(folder, "evil.rule", 'import "./pipe"\nrule evil/it "t" { require $.text == 1 }\n')
    },
    wrong,
  ),
  ruled("a pattern that a backtracking matcher tries for ever", "evil/it", () => "require $.text matches /^(a+)+$/"),
  ruled("a pattern of alternatives that overlap", "evil/it", () => "require $.text matches /^(a|aa|a*)*b/"),
  ruled("a glob that a careless matcher tries for ever", "evil/it", () => `require $.text like "${"*a".repeat(30)}b"`),
  ruled("braces in a glob that mean a million", "evil/it", () => `require $.text like "${"{a,b}".repeat(20)}"`),
  ruled("a computed pattern", "evil/it", () => 'require $.text matches ("(a*)*" ++ "b")'),
  ruled(
    "eight billion combinations",
    "cfgsync/rule-too-costly",
    () => "for x in $.list.*\n  for y in $.list.*\n  for z in $.list.*\n  require x == y and y == z",
  ),
  ruled(
    "every pair in a condition",
    "cfgsync/rule-too-costly",
    () => "require all x in $.list : all y in $.list : any z in $.list : x != y and z != y",
  ),
  ruled("every depth at every depth", "", () => "require $..*..*..* is present"),
  ruled("__proto__", "evil/it", () => 'require $.__proto__.polluted == 1 and $["constructor"].prototype == 1'),
  ruled("a repair of __proto__", "evil/it", () => "require $.__proto__.polluted == true"),
  refused(
    "requirements that exclude each other",
    wrong,
    () => 'rule evil/it "t" {\n  require $.a == 1\n  require $.a == 2\n}\n',
  ),
  refused("2,000 rules", wrong, () => lines(2000, (i) => `rule evil/r${i} "t" { require $.a${i} == 1 }`)),
  read("100 rules", "evil/r0", () => lines(100, (i) => `rule evil/r${i} "t" { require $.a${i} == 1 }`)),
]
