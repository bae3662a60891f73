import { execFileSync } from "node:child_process"
import { symlinkSync } from "node:fs"
import { join } from "node:path"
import { type Content, type HostileCase, inFile, joined, lines, write } from "../case.ts"
import { inAnyFormat } from "./anyFormat.ts"

const many = 100_000
const of = (name: string, finds: string, content: () => Content) => inFile(name, "a.zsh", finds, content)
const opened = (name: string, opening: string, finds = "syntax|too-deep|too-large", count = many) =>
  of(`${name} that nothing closes`, finds, () => `echo ${opening.repeat(count)}`)
const closed = (name: string, opening: string, closing: string, finds = "syntax|too-deep|too-large", count = many) =>
  of(`${name} as often opened as closed`, finds, () => `${opening.repeat(count)} ${closing.repeat(count)}\n`)

/** A folder with start-up files. @param check what is checked; `null`: everything. */
const laid = (name: string, finds: string, check: string | null, lay: (folder: string) => void): HostileCase => ({
  name,
  finds: finds === "" ? [] : finds.split("|").map((each) => (each.includes("/") ? each : `cfgsync/${each}`)),
  lay: (folder) => {
    manage(folder)
    lay(folder)
    return check
  },
})

const manage = (folder: string) => write(folder, "cfgsync.config.json", '{ "files": ["**/*.zsh", ".zshrc"] }')

export const cases: readonly HostileCase[] = [
  ...inAnyFormat({
    path: "a.zsh",
    sound: "alias a=b\n",
    around: (text) => `export A='${text}'\n`,
    nul: "nul",
    control: "",
    manage,
  }),

  opened("substitutions of commands", "$("),
  opened("substitutions of commands in quotes", '"$('),
  opened("substitutions of parameters", "${"),
  opened("substitutions of parameters in quotes", '"${'),
  opened("arithmetic", "$(("),
  opened("subscripts", "a[", ""),
  opened("process substitutions", "<("),
  opened("temporary files", "=("),
  opened("globs", "(a|"),
  opened("lists", "a=(", "syntax|too-deep"),
  opened("backquotes", "`", "syntax", many + 1),
  opened("single quotes", "'", "syntax", many + 1),
  opened("double quotes", '"', "syntax", many + 1),
  opened("quotes with escapes", "$'", "syntax", many + 1),
  closed("substitutions of commands", "echo $(", ")"),
  closed("substitutions of parameters", "echo ${a:-", "}"),
  closed("arithmetic", "echo $((", "))"),
  closed("parentheses", "(", ")"),
  closed("double parentheses", "((", "))"),
  closed("braces", "{ ", "; }"),
  closed("conditions", "if true; then ", "; fi"),
  closed("loops", "while true; do ", "; done"),
  closed("loops over words", "for a in b; do ", "; done"),
  closed("patterns", "case a in a) ", "; esac"),
  closed("functions", "f() { ", "; }"),
  closed("functions without a name", "() { ", "; }"),
  of("conditions without an end", "syntax|too-deep|too-many-nodes|too-large", () => "[[ ".repeat(many)),
  of("conditions that nothing closes", "syntax|too-deep|too-many-nodes|too-large", () =>
    "if true; then\n".repeat(many),
  ),
  of("loops that nothing closes", "syntax|too-deep|too-many-nodes|too-large", () => "for a in b; do\n".repeat(many)),
  of("patterns that nothing closes", "syntax|too-deep|too-many-nodes|too-large", () => "case a in\n".repeat(many)),
  of(
    "patterns of case without an end",
    "syntax|too-deep|too-many-nodes|too-large",
    () => `case a in ${"a|".repeat(many)}`,
  ),
  of(
    "parentheses where a pattern of case is due",
    "syntax|too-deep|too-many-nodes|too-large",
    () => `case a in ${"(".repeat(many)}`,
  ),
  of("functions that nothing closes", "syntax|too-deep|too-many-nodes|too-large", () => "f() {\n".repeat(many)),
  of("words that close nothing", "syntax|too-deep|too-many-nodes|too-large", () =>
    "fi\ndone\nesac\n}\n".repeat(many / 4),
  ),
  of("parentheses that close nothing", "syntax|too-deep|too-many-nodes|too-large", () => ")".repeat(many)),
  of("semicolons", "syntax|too-deep|too-many-nodes|too-large", () => ";".repeat(many)),
  of("pipes", "syntax|too-deep|too-many-nodes|too-large", () => "|".repeat(many)),
  of("a command with 100,000 pipes", "too-many-nodes", () => `a${" | a".repeat(many)}\n`),
  of("a command with 4,000 pipes", "", () => `a${" | a".repeat(4000)}\n`),
  of("a command with 20,000 pipes on as many lines", "", () => `a${" |\na".repeat(20_000)}\n`),
  of("a command with 20,000 conditions on as many lines", "", () => `a${" &&\na".repeat(20_000)}\n`),
  of("negations", "syntax|unread|too-many-nodes", () => "! ".repeat(many)),
  of("redirections", "syntax|unread|too-many-nodes", () => ">".repeat(many)),
  of("100,000 redirections to files", "too-many-nodes", () => `a${" > b".repeat(many)}\n`),
  of("10,000 redirections to files", "", () => `a${" > b\\\n".repeat(10_000)}\n`),

  of(
    "a here-document without an end",
    "syntax|too-deep|too-many-nodes|too-large",
    () => `cat <<EOF\n${"x\n".repeat(900_000)}`,
  ),
  of("10,000 here-documents without an end", "", () => "cat <<EOF\n".repeat(10_000)),
  of("10,000 here-documents on one line", "too-many-nodes", () => `cat ${"<<A ".repeat(10_000)}\n`),
  of("1,500 here-documents", "", () => "cat <<A\nx\nA\n".repeat(1500)),
  of("10,000 here-documents with their ends", "too-many-nodes", () => "cat <<A\nx\nA\n".repeat(10_000)),
  of("a here-document with an end of 1 MB", "", () => `cat <<${"x".repeat(1e6)}\n`),
  of("a here-document of a million tabs", "", () => `cat <<-EOF\n${"\t".repeat(1e6)}\n`),
  of("20,000 here-documents in substitutions", "syntax|too-many-nodes|too-deep", () =>
    "echo $(cat <<A\n".repeat(20_000),
  ),

  of("one line of 5 MB", "too-large", () => `echo ${"x ".repeat(2.5e6)}\n`),
  of("a line as long as is read", "too-large", () => `echo ${"x ".repeat(1e6)}\n`),
  of("a word as long as is read", "too-large", () => `echo ${"x".repeat(2e6)}\n`),
  of("a million line breaks", "too-many-nodes|too-large", () => "\n".repeat(1e6)),
  of("a million comments", "too-many-nodes|too-large", () => "#\n".repeat(1e6)),
  of("a million escaped line breaks", "too-large", () => "\\\n".repeat(1e6)),
  of("a comment of 2 MB", "too-large", () => `#${"x".repeat(2e6)}\n`),
  of("an escape without an end", "", () => `echo ${"\\".repeat(400_000)}\n`),
  of("a carriage return at every end of a line", "", () => "alias a=b\r\n".repeat(2000)),
  of("9 MB of carriage returns", "too-large", () => "\r".repeat(9e6)),

  of("100,000 aliases", "too-many-nodes|too-large", () => lines(many, (i) => `alias a${i}=b`)),
  of("one alias 10,000 times", "duplicate-key", () => lines(10_000, (i) => `alias a=${i}`)),
  of("one export 10,000 times", "duplicate-key", () => lines(10_000, (i) => `export A=${i}`)),
  of("an alias bomb", "", () => lines(1000, (i) => `alias a${i}='a${i + 1} a${i + 1}'`)),
  of("an alias of itself", "", () => "alias a=a\nalias -g b=b\nalias -s c=c\n"),
  of("aliases of words of the language", "", () => "alias if=then\nalias -g fi='fi; fi'\nalias -g '}'='{'\n"),
  of("a name with every sign", "", () => "alias '!@#%^&*'=b\nalias -- -=c\nalias .....=d\n"),
  of("__proto__", "", () => "export __proto__=polluted\nalias __proto__=polluted\nsetopt __proto__\n"),
  of(
    "constructor, prototype and their kin",
    "",
    () => "export constructor=1 toString=2\nalias hasOwnProperty=x\nprototype=(polluted)\nsetopt valueOf\n",
  ),
  of("100,000 folders in PATH", "too-many-nodes", () => `PATH=${joined(many, (i) => `/${i}`, ":")}\n`),
  of("one folder 10,000 times in PATH", "zsh/path-twice", () => `PATH=${"/a:".repeat(10_000)}$PATH\n`),
  of("PATH doubled 1,000 times", "", () => "PATH=$PATH:$PATH\n".repeat(1000)),
  of("a list of 50,000 words", "", () => `plugins=(${"a ".repeat(50_000)})\n`),
  of("20,000 options", "", () => `setopt ${joined(20_000, (i) => `x${i}`, " ")}\n`),
  of("20,000 styles", "too-many-nodes", () => lines(20_000, (i) => `zstyle ':a:${i}' b c`)),
  of("20,000 keys bound", "", () => lines(20_000, (i) => `bindkey '^X${i}' b`)),
  of("20,000 functions", "too-many-nodes", () => lines(20_000, (i) => `f${i}() { :; }`)),

  of(
    "braces that mean a billion words",
    "",
    () => "for a in {1..1000000000}; do source $a; done\nsource {a,b}{a,b}{a,b}{a,b}\n",
  ),
  of(
    "a glob that a careless matcher tries for ever",
    "",
    () => `for f in ${"*".repeat(2000)}x/${"(a|b)#".repeat(200)}; do source $f; done\n`,
  ),
  of("globs that run programs", "", () => "source *(e:'touch polluted':)\nfpath=(/*(+polluted) $fpath)\n"),
  of(
    "what a careless reader would run",
    "",
    () =>
      'export A="$(touch polluted)" B=`touch polluted`\neval "$(touch polluted)"\nsource <(touch polluted)\nexec touch polluted\n',
  ),
  of("a loader of 1 MB", "too-many-nodes", () => `eval "$(${"x ".repeat(500_000)})"\n`),
  of("450,000 letters with escapes", "", () => `export A=$'${"\\x41".repeat(100_000)}'\n`),
  of("flags of expansions", "", () => `echo \${(e)\${(Q)\${(z)a}}}\n`.repeat(5000)),

  laid("a file that sources itself", "", ".zshrc", (folder) =>
    write(folder, ".zshrc", "source ~/.zshrc\nsource ./.zshrc\nsource $0\n"),
  ),
  laid("two files that source each other", "", null, (folder) => {
    write(folder, ".zshrc", "source ./a.zsh\n")
    write(folder, "a.zsh", "source ./.zshrc\n")
  }),
  laid("a loader whose folder holds itself", "", null, (folder) => {
    write(folder, "conf.d/a.zsh", "alias a=b\n")
    symlinkSync(".", join(folder, "conf.d", "loop"))
    write(folder, ".zshrc", "for f in ./conf.d/**/*.zsh; do source $f; done\n")
  }),
  laid("sources that are no files", "", ".zshrc", (folder) => {
    execFileSync("mkfifo", [join(folder, "pipe")])
    symlinkSync("self", join(folder, "self"))
    write(
      folder,
      ".zshrc",
      `source ${folder}/pipe\nsource ${folder}/self\nsource /dev/zero\nsource /dev/tty\nsource /proc/self/mem\n`,
    )
  }),
  laid("10,000 sources", "zsh/source-twice|zsh/source-missing|too-many-nodes", ".zshrc", (folder) =>
    write(folder, ".zshrc", `${lines(10_000, () => "source /nowhere.zsh")}\n`),
  ),
  laid("10,000 different sources", "", ".zshrc", (folder) =>
    write(
      folder,
      ".zshrc",
      lines(10_000, (i) => `source /no/${i}.zsh`),
    ),
  ),
  laid("40 modules with the same 200 aliases", "zsh/alias-in-two-modules", null, (folder) => {
    for (let i = 0; i < 40; i++)
      write(
        folder,
        `conf.d/${i}.zsh`,
        lines(200, (j) => `alias a${j}=${i}`),
      )
    write(folder, ".zshrc", "for f in ./conf.d/*.zsh; do source $f; done\n")
  }),
]
