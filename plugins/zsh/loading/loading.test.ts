// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are words of the shell
import { expect, test } from "vitest"
import { formatNamed } from "../../../src/app/formats.ts"
import { like } from "../../../src/engine/glob.ts"
import { defaultLimits } from "../../../src/model/document.ts"
import { targetsOf } from "./target.ts"

const zsh = await formatNamed("zsh")
if (zsh === undefined) throw new Error("no zsh")

/** What is known of each file. */
function loaded(files: Readonly<Record<string, string>>, there: readonly string[] = []) {
  const of = zsh?.loading?.({
    root: "/dots",
    home: "/home/x",
    paths: Object.keys(files).sort(),
    document: (path) => zsh.parse({ path, text: files[path] ?? "", bom: false }, defaultLimits).documents[0],
    exists: (path) => there.includes(path) || Object.hasOwn(files, path),
    onPath: () => false,
    like,
  })
  return Object.fromEntries(Object.keys(files).map((path) => [path, of?.(path)]))
}

const setting = { folder: "/dots/zsh", start: "/dots", variables: new Map([["CONF", "~/.config/zsh"]]) }

test.each([
  ["~/a.zsh", "~/a.zsh"],
  ['"$HOME/a b.zsh"', "~/a b.zsh"],
  ["${HOME}/'a'.zsh", "~/a.zsh"],
  ["$CONF/a.zsh", "~/.config/zsh/a.zsh"],
  ['"${CONF:-/nowhere}"/a.zsh', "~/.config/zsh/a.zsh"],
  ["${X:-$HOME/.zsh}/a.zsh", "~/.zsh/a.zsh"],
  ["$ZDOTDIR/a.zsh", "/dots/a.zsh"],
  ["${0:A:h}/a.zsh", "/dots/zsh/a.zsh"],
  ["${${(%):-%x}:A:h}/a.zsh", "/dots/zsh/a.zsh"],
  ['"$(dirname "$0")/a.zsh"', "/dots/zsh/a.zsh"],
  ["$DOTS/a.zsh", "?/a.zsh"],
])("%s leads to %s", (word, path) => {
  expect(targetsOf(word, setting)).toEqual([{ path, glob: false, guessed: false }])
})

test.each([
  ["conf.d/*.zsh(N)", "conf.d/*.zsh", false],
  ["conf.d/*.zsh(.Non)", "conf.d/*.zsh", false],
  ["conf.d/<->-*.zsh", "conf.d/*-*.zsh", false],
  ["conf.d/(a|b).zsh", "conf.d/{a,b}.zsh", false],
  ["conf.d/[^_]*.zsh", "conf.d/[!_]*.zsh", false],
  ["conf.d/*.zsh~*.bak.zsh", "conf.d/*.zsh", true],
  ["conf.d/*.zsh(e:'touch x':)", "conf.d/*.zsh", true],
  ["conf.d/$(uname).zsh", "conf.d/*.zsh", true],
  ["$1", "?/*", true],
])("%s means the files of %s", (word, path, guessed) => {
  expect(targetsOf(word, setting)).toEqual([{ path, glob: true, guessed }])
})

test("a loop leads to each of its words", () => {
  const loop = { name: "f", words: ["a", "$CONF/b"] }
  expect(targetsOf('"$f.zsh"', setting, loop).map(({ path }) => path)).toEqual(["a.zsh", "~/.config/zsh/b.zsh"])
})

test("start-up files are read in the order of the shell, wherever they lie", () => {
  const found = loaded({
    ".zshenv": "export ZDOTDIR=~/.config/zsh\nexport EDITOR=vi\n",
    ".config/zsh/.zshrc": "for f in $ZDOTDIR/conf.d/*.zsh; do source $f; done\nexport EDITOR=vim\n",
    ".config/zsh/.zprofile": "export EDITOR=ed\n",
    ".config/zsh/conf.d/a.zsh": "export EDITOR=nano\n",
    ".config/zsh/conf.d/b.zsh": "export EDITOR=vim\n",
  })
  const lost = { lost: { exports: { EDITOR: { what: "EDITOR", by: ".config/zsh/.zshrc" } } } }
  expect(found[".zshenv"]).toEqual(lost)
  expect(found[".config/zsh/.zprofile"]).toEqual(lost)
  expect(found[".config/zsh/conf.d/a.zsh"]).toEqual({ by: ".config/zsh/.zshrc", glob: true, ...lost })
  expect(found[".config/zsh/conf.d/b.zsh"]).toEqual({ by: ".config/zsh/.zshrc", glob: true })
  expect(found[".config/zsh/.zshrc"]).toBeUndefined()
})

test("a module that loads others is followed where it stands", () => {
  const found = loaded({
    dot_zshrc: "source ~/.zsh/init.zsh\nalias g=git\n",
    "dot_zsh/init.zsh": "source ${0:A:h}/one.zsh\nsource ${0:A:h}/two.zsh\n",
    "dot_zsh/one.zsh": "alias g=hub\nalias t=one\n",
    "dot_zsh/two.zsh": "alias t=two\n",
  })
  expect(found["dot_zsh/one.zsh"]).toEqual({
    by: "dot_zsh/init.zsh",
    glob: false,
    lost: { aliases: { g: { what: "g", by: "dot_zshrc" }, t: { what: "t", by: "dot_zsh/two.zsh" } } },
  })
})

test("files that load each other are an end, and told", () => {
  const found = loaded({ ".zshrc": "source ~/.zshrc\nsource ./a.zsh\n", "a.zsh": "source ./.zshrc\nsource ./a.zsh\n" })
  expect(found[".zshrc"]).toEqual({ again: { sources: [{ what: ".zshrc", by: "zsh" }] } })
  expect(found["a.zsh"]).toMatchObject({
    again: {
      sources: [
        { what: ".zshrc", by: "zsh" },
        { what: "a.zsh", by: ".zshrc" },
      ],
    },
  })
})

test("only what its folder could hold is missing", () => {
  const text =
    "source ~/.zsh/a.zsh\nsource ~/.zsh/gone.zsh\nsource ~/gone.zsh\nsource /opt/x/gone.zsh\nsource /opt/y/gone.zsh\n"
  const found = loaded({ "zsh/.zshrc": text, "zsh/a.zsh": "" }, ["/opt/x"])
  const what = (path: string) => ({ what: path })
  expect(found["zsh/.zshrc"]).toEqual({
    missing: { sources: [null, what("~/.zsh/gone.zsh"), null, what("/opt/x/gone.zsh")] },
  })
})

test("two sets of start-up files are two starts", () => {
  const found = loaded({
    "mac/.zshrc": "source ./a.zsh\n",
    "mac/a.zsh": "alias l=ls\n",
    "linux/.zshrc": "source ./a.zsh\nalias l=exa\n",
    "linux/a.zsh": "alias l=ls\n",
  })
  expect(found["mac/a.zsh"]).toEqual({ by: "mac/.zshrc", glob: false })
  expect(found["linux/a.zsh"]).toMatchObject({ lost: { aliases: { l: { by: "linux/.zshrc" } } } })
})

test("of very many only some are told, and that there are more", () => {
  const again = loaded({ ".zshrc": "source /a.zsh\n".repeat(1500) })[".zshrc"]
  const told = { what: "/a.zsh", by: ".zshrc" }
  const last = { what: "/a.zsh (and 499 more like it)", by: ".zshrc" }
  expect(again).toEqual({ again: { sources: [null, ...Array.from({ length: 999 }, () => told), last] } })
})
