import { expect, test } from "vitest"
import { type FormatSample, testFormat } from "../../src/api/formatContract.ts"
import { formatNamed } from "../../src/app/formats.ts"
import { editDocument } from "../../src/engine/editDocument.ts"
import { defaultLimits } from "../../src/model/document.ts"
import type { Operation } from "../../src/model/operation.ts"

const zsh = await formatNamed("zsh")
if (zsh === undefined) throw new Error("no zsh")

const zshrc = `#!/bin/zsh
# who starts what
export ZSH="$HOME/.oh-my-zsh" # the framework
export EDITOR=nvim PAGER='less -R'
ZSH_THEME="robby russell"
HISTSIZE=10000
plugins=(git docker) # two
fpath=(~/.zfunc "$HOME/my dir" $fpath)
path+=(/opt/bin)
export PATH="$HOME/bin:/usr/local/bin:$PATH"

setopt autocd NO_BEEP hist_ignore_dups
unsetopt share_history
autoload -Uz compinit colors && compinit
source $ZSH/oh-my-zsh.sh
[[ -f ~/.fzf.zsh ]] && source ~/.fzf.zsh
for f in ~/.zsh/conf.d/*.zsh(N); do
  source "$f"
done
alias ll='ls -l' la="ls -la $LS_OPTS"
alias -g G='| grep'
alias -s md=less
alias -- -='cd -'
zstyle ':completion:*' menu select
bindkey '^R' history-incremental-search-backward
eval "$(starship init zsh)"
source <(kubectl completion zsh)
mkcd() {
  mkdir -p "$1" && cd "$1"
}
`
const lists = `plugins=(
  git   # version control
  docker
  # none of these
  fzf
)
path=(
\t~/bin
\t$path
)
typeset -U path PATH
typeset -x LANG=C
export BARE
words=(one 'two three' "four")
`
const odd = `alias e=''
export ÜMLAUT=1
export T="ключ😀 \\"q\\" \\$5" A=$'a\\tb'
if [[ -n $X ]]; then alias x=y; export IN=1
else
  alias x=z
fi
cat <<-EOF
\talias not=this
EOF
export LAST=1`

const sample = (name: string, text: string, more: Partial<FormatSample> = {}): FormatSample => ({
  name,
  path: ".zshrc",
  text,
  // A word alone says nothing of what it is.
  dependent: true,
  ...more,
})

testFormat(
  zsh,
  [
    // A glob with a flag is no bash.
    sample("a start-up file", zshrc, { problems: ["unread"] }),
    sample("windows line ends, no final newline", lists.trimEnd().replaceAll("\n", "\r\n")),
    sample("lists", lists),
    sample("odd words, conditions and a here-document", odd),
    sample("a name given twice", "alias a=1\nalias b=2\nalias a=3\nexport E=1\nexport E=2:$E\n", {
      problems: ["duplicate-key"],
    }),
    sample(
      "zsh that is no bash",
      `alias a=1\n(( $+commands[x] )) && alias b=2\nfor x ($list) echo \${(f)"$(ls)"}\nalias c=3\n`,
      {
        problems: ["unread"],
      },
    ),
    sample("empty", ""),
    sample("only a comment", "# x"),
  ],
  {
    refusals: [
      /the shell holds texts/,
      /no such place/,
      /order matters/,
      /not changed as a whole/,
      /element by element/,
      /under a condition/,
      /functions are only read/,
      /no name that the shell/,
      /nothing is added/,
      /only the names/,
      /whole words/,
      /on or off/,
      /computes this value/,
      /not worded by cfgsync/,
      /no list of words/,
      /no NUL/,
      /search path/,
      /shares its line/,
      /grammar does not read/,
      /no place for a line/,
      /no wording/,
    ],
  },
)

const read = (text: string) => zsh.parse({ path: ".zshrc", text, bom: false }, defaultLimits)

test("what a start-up file says", () => {
  const { documents } = read(zshrc)
  expect(documents[0]?.value).toEqual({
    exports: { ZSH: "$HOME/.oh-my-zsh", EDITOR: "nvim", PAGER: "less -R" },
    variables: { ZSH_THEME: "robby russell", HISTSIZE: "10000" },
    aliases: { ll: "ls -l", la: "ls -la $LS_OPTS", "-": "cd -" },
    globalAliases: { G: "| grep" },
    suffixAliases: { md: "less" },
    options: { autocd: true, beep: false, histignoredups: true, sharehistory: false },
    path: ["/opt/bin", "$HOME/bin", "/usr/local/bin"],
    fpath: ["~/.zfunc", "$HOME/my dir"],
    lateFpath: [],
    plugins: ["git", "docker"],
    sources: ["$ZSH/oh-my-zsh.sh"],
    autoload: ["compinit", "colors"],
    zstyle: [[":completion:*", "menu", "select"]],
    bindkey: [["^R", "history-incremental-search-backward"]],
    loaders: ["starship init zsh", "kubectl completion zsh"],
    functions: ["mkcd"],
    commands: ["compinit"],
    guarded: [
      { within: "and-or", words: ["source", "~/.fzf.zsh"] },
      { within: "loop", words: ["source", "~/.zsh/conf.d/*.zsh(N)"] },
    ],
  })
})

test.each<[string, string, Operation, string]>([
  ["quotes stay", "alias a='b'\n", { op: "set", path: ["aliases", "a"], value: "c'd" }, "alias a='c'\\''d'\n"],
  [
    "a new alias stands beside the others",
    "alias a=b\nls\n",
    { op: "set", path: ["aliases", "c"], value: "x $y" },
    "alias a=b\nalias c='x $y'\nls\n",
  ],
  [
    "a variable in a new export is alive",
    "",
    { op: "set", path: ["exports", "A"], value: "$HOME/x y" },
    'export A="$HOME/x y"\n',
  ],
  [
    "nothing new is run",
    "export A=x\n",
    { op: "set", path: ["exports", "A"], value: "$(rm x)" },
    "export A='$(rm x)'\n",
  ],
  [
    "nor in double quotes",
    'export A="x"\n',
    { op: "set", path: ["exports", "A"], value: "`rm x`" },
    "export A='`rm x`'\n",
  ],
  [
    "a home folder is no text",
    "export A=x\n",
    { op: "set", path: ["exports", "A"], value: "~/a b" },
    "export A=~/'a b'\n",
  ],
  [
    "an option is turned round",
    "setopt AUTO_CD\n",
    { op: "set", path: ["options", "autocd"], value: false },
    "setopt NO_AUTO_CD\n",
  ],
  ["and back", "setopt nobeep\n", { op: "set", path: ["options", "beep"], value: true }, "setopt beep\n"],
  [
    "all of a name go",
    "alias a=1\nalias b=2\nalias a=3 # why\n",
    { op: "remove", path: ["aliases", "a"] },
    "alias b=2\n# why\n",
  ],
  ["one of many", "export A=1 B=2 C=3\n", { op: "remove", path: ["exports", "B"] }, "export A=1 C=3\n"],
  [
    "a plugin in its own line",
    "plugins=(\n  a # x\n  b\n)\n",
    { op: "append", path: ["plugins"], value: "c" },
    "plugins=(\n  a # x\n  b\n  c\n)\n",
  ],
  ["a plugin in a line", "plugins=(a b)\n", { op: "remove", path: ["plugins", 0] }, "plugins=(b)\n"],
  ["a first plugin", "plugins=()\n", { op: "append", path: ["plugins"], value: "a" }, "plugins=(a)\n"],
  [
    "a part of PATH",
    'export PATH="$HOME/bin:/x:$PATH"\n',
    { op: "remove", path: ["path", 1] },
    'export PATH="$HOME/bin:$PATH"\n',
  ],
  [
    "a new part of PATH",
    'PATH="$PATH:/x"\n',
    { op: "append", path: ["path"], value: "$HOME/a b" },
    'PATH="$PATH:/x:$HOME/a b"\n',
  ],
  [
    "a source",
    ". ./a.zsh\nls\n",
    { op: "append", path: ["sources"], value: "./b.zsh" },
    ". ./a.zsh\nsource ./b.zsh\nls\n",
  ],
  ["a source that goes", "source a\nsource b\n", { op: "remove", path: ["sources", 1] }, "source a\n"],
  ["a name", "export A=1\n", { op: "rename", path: ["exports", "A"], to: "B" }, "export B=1\n"],
  ["a key binding", "", { op: "append", path: ["bindkey"], value: ["-e"] }, "bindkey -e\n"],
])("%s: %j", (_, text, operation, expected) => {
  const edited = editDocument(zsh, { path: ".zshrc", text, bom: false }, [{ document: 0, operation }], defaultLimits)
  expect(edited.ok ? edited.source.text : edited.reason).toBe(expected)
})

test.each<[string, Operation, RegExp]>([
  ["if true; then alias a=b; fi\n", { op: "remove", path: ["guarded", 0] }, /under a condition/],
  ["export A=$(date)\n", { op: "set", path: ["exports", "A"], value: "x" }, /computes/],
  ["plugins=(b a)\n", { op: "sort", path: ["plugins"] }, /order matters/],
  ["a() { x\nalias b=c\n", { op: "set", path: ["aliases", "n"], value: "c" }, /not balanced/],
  ["alias a=b; ls\n", { op: "remove", path: ["aliases", "a"] }, /shares its line/],
])("%j %j is refused", (text, operation, reason) => {
  const edited = editDocument(zsh, { path: ".zshrc", text, bom: false }, [{ document: 0, operation }], defaultLimits)
  expect(edited.ok ? edited.source.text : edited.reason).toMatch(reason)
})

test.each([
  ["alias a='b\n", "this ' is not closed", 8],
  ["if true\n  x\nfi\n", "this `if` has no `then`", 0],
  ["if true; then\n", "this `if` is not closed", 0],
  ["for x in a; do\n  y\n", "this `do` is not closed", 12],
  ["for x in a\n y\ndone\n", "this `done` closes nothing", 14],
  ["a() {\n", "this `{` is not closed", 4],
  ["x\n}\n", "this `}` closes nothing", 2],
  ["case x in\n a) b;;\n", "this `case` is not closed", 0],
  ["a=(b\n", "this ( is not closed", 2],
  ["echo ${a\n", "this ${ is not closed", 5],
  ["[[ -n x\n", "this [[ is not closed", 0],
  ["cat <<X\nY\n", "this here-document (<<X) is not closed", 7],
  ["fi\n", "this `fi` closes nothing", 0],
  ["x )\n", "this `)` closes nothing", 2],
] as const)("%j is told: %s", (text, message, start) => {
  expect(read(text).problems[0]).toMatchObject({ code: "syntax", severity: "warning", message, span: { start } })
})

test.each([
  "if [[ -n $x ]] { y } else { z }\n",
  "if (( $+commands[x] )) y\n",
  "for x (a b) echo $x\nfor x in a b; { y }\nrepeat 3 x\nforeach x (a b)\n y\nend\n",
  "case $x in (a|b) y ;; c*) z ;& *) w; esac\n",
  `x=\${a:-'}'} y="\${b:-}" z=$'\\'' w=\`echo ')'\`\n`,
  "() { local x }\nfunction a b { y }\nfunction c() y\n",
  "{ x } always { y }\ncat <<'E' | z\n\" unclosed\nE\nx=<->\nls *(.)\n",
  'x && { y } || (z)\n! x\nprint -P "%{$fg[red]%}" # don\'t\n',
])("zsh of its own kind is balanced: %j", (text) => {
  expect(read(text).problems.filter(({ code }) => code === "syntax")).toEqual([])
})

test("a file that is too long is not read", () => {
  expect(read("#".repeat(3 * 1024 * 1024)).problems).toMatchObject([{ code: "too-large", severity: "error" }])
})
