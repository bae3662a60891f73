/**
 * `npm run bench:zsh -- FOLDER…`: read every zsh file below the folders, which may be no checkouts of ours, and hold what is found against zsh
 * itself, which has to be installed. Nothing of the files is carried out: zsh checks them (`-n`), and loads each as the body of a function that
 * nobody calls, to print how it understood it; its printed statements say which of a file's lines are statements.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { judgeEdit, nodesOf } from "../src/api/judgeEdit.ts"
import { confirmed } from "../src/app/confirm.ts"
import { formatNamed } from "../src/app/formats.ts"
import { matcher } from "../src/engine/glob.ts"
import { type Document, defaultLimits, type Format } from "../src/model/document.ts"
import type { Operation } from "../src/model/operation.ts"
import { LineIndex } from "../src/model/span.ts"
import { isArray, isObject, type Value } from "../src/model/value.ts"
import { memorySystem } from "../src/system/memory.ts"
import type { ZshJudge } from "../src/system/system.ts"
import { findZsh } from "../src/system/zsh.ts"

const kinds = ["alias", "export", "setopt", "unsetopt", "source", ".", "autoload", "zstyle", "bindkey"] as const
type Kind = (typeof kinds)[number]
/** Where a statement of a kind may be found. */
const groups: Readonly<Record<Kind, readonly string[]>> = {
  alias: ["aliases", "globalAliases", "suffixAliases"],
  export: ["exports", "path", "fpath"],
  setopt: ["options"],
  unsetopt: ["options"],
  source: ["sources", "loaders"],
  ".": ["sources", "loaders"],
  autoload: ["autoload"],
  zstyle: ["zstyle"],
  bindkey: ["bindkey"],
}

const mostMutants = 300
/** Of more files than this, every so many is edited. */
const mostEdited = 20

const zshJudge = findZsh("/nowhere", process.env.PATH ?? "")()
const ask: ZshJudge = (text, forks) => zshJudge?.(text, forks)
const folders = process.argv.slice(2)
const format = await formatNamed("zsh")
if (format !== undefined && folders.length > 0 && zshJudge !== undefined)
  for (const folder of folders) measure(folder, format)
else {
  console.error("name folders with zsh files, and install zsh")
  process.exitCode = 2
}

interface File {
  readonly path: string
  readonly text: string
  readonly milliseconds: number
}

function measure(folder: string, zsh: Format): void {
  const files = filesOf(folder, zsh)
  const accepted = files.filter(({ text }) => ask(text)?.accepted === true)
  const slowest = files.reduce((most, { milliseconds }) => Math.max(most, milliseconds), 0)
  console.log(
    `\n${folder}: ${files.length} files, ${accepted.length} that zsh accepts, slowest ${slowest.toFixed(0)} ms`,
  )
  reportSyntax(accepted, zsh)
  reportStatements(accepted, zsh)
  reportEdits(accepted, zsh)
  reportMutants(accepted, zsh)
}

function filesOf(folder: string, zsh: Format): readonly File[] {
  const matches = matcher(zsh.files)
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => matches(path) && statSync(join(folder, path)).isFile())
    .sort()
    .map((path) => {
      const text = readFileSync(join(folder, path), "utf8")
      const started = performance.now()
      zsh.parse({ path, text, bom: false }, defaultLimits)
      return { path, text, milliseconds: performance.now() - started }
    })
}

function problemsOf(zsh: Format, text: string, installed: boolean) {
  const source = { path: ".zshrc", text, bom: false }
  const system = memorySystem({}, installed ? { zsh: ask } : {})
  return confirmed(system, source, zsh, zsh.parse(source, defaultLimits)).problems
}

function reportSyntax(files: readonly File[], zsh: Format): void {
  const told = files.map(({ text }) => [problemsOf(zsh, text, true), problemsOf(zsh, text, false)] as const)
  const wrong = told.filter(([sure]) => sure.some(({ severity }) => severity === "error"))
  const guessed = told.filter(([, guess]) => guess.some(({ code }) => code === "syntax"))
  const unread = told.filter(([, guess]) => guess.some(({ code }) => code === "unread"))
  console.log(`accepted, with a syntax error told: ${wrong.length}`)
  console.log(`  without zsh: warned of as not balanced ${guessed.length}, as not read by the grammar ${unread.length}`)
}

function reportStatements(files: readonly File[], zsh: Format): void {
  const count = new Map<Kind, { total: number; found: number }>()
  const missed: string[] = []
  for (const { path, text } of files) {
    const lines = statementLines(text)
    if (lines.length === 0) continue
    const { documents, problems } = zsh.parse({ path, text, bom: false }, defaultLimits)
    const known = documents[0] === undefined ? new Map<string, Set<number>>() : linesOf(documents[0], text)
    // A name that is given another value further down: the earlier statement is told, and the document holds the later one.
    const index = new LineIndex(text)
    const lost = problems.filter(({ code }) => code === "duplicate-key")
    const told = new Set(lost.map(({ span }) => index.position(span.start).line))
    for (const { line, kind, words } of lines) {
      const one = count.get(kind) ?? { total: 0, found: 0 }
      count.set(kind, one)
      one.total++
      const places = [...groups[kind], "guarded", "commands"]
      if (told.has(line) || places.some((group) => known.get(group)?.has(line))) one.found++
      else missed.push(`${path}:${line}: ${words}`)
    }
  }
  const all = [...count.values()]
  const sum = (of: (each: { total: number; found: number }) => number) =>
    all.reduce((total, each) => total + of(each), 0)
  console.log(`statements at column 0: ${sum(({ found }) => found)} of ${sum(({ total }) => total)} found`)
  console.log(`  ${[...count].map(([kind, { total, found }]) => `${kind} ${found}/${total}`).join(", ")}`)
  for (const line of missed.slice(0, 20)) console.log(`  missed: ${line}`)
}

/** The lines on which what a group holds begins. */
function linesOf(document: Document, text: string): ReadonlyMap<string, Set<number>> {
  const index = new LineIndex(text)
  const found = new Map<string, Set<number>>()
  for (const { path } of nodesOf(document.value)) {
    const [group] = path
    const place = path.length < 2 ? undefined : document.locate(path)
    if (typeof group !== "string" || place === undefined) continue
    const lines = found.get(group) ?? new Set()
    found.set(group, lines)
    lines.add(index.position((place.key ?? place.value).start).line)
  }
  return found
}

/** Lines at column 0 that zsh itself takes for the start of a statement of a kind. */
function statementLines(text: string): readonly { line: number; kind: Kind; words: string }[] {
  const printed = printedStatements(text)
  return text.split("\n").flatMap((words, at) => {
    const kind = kinds.find((each) => words.startsWith(`${each} `) || words.startsWith(`${each}\t`))
    if (kind === undefined) return []
    const key = keyOf(words)
    const left = printed.get(key) ?? 0
    if (left === 0) return []
    printed.set(key, left - 1)
    return [{ line: at + 1, kind, words }]
  })
}

/** A statement's name and the beginning of its next word, up to where zsh might print it otherwise. */
function keyOf(words: string): string {
  const [name = "", next = ""] = words.trim().split(/[ \t]+/)
  return `${name} ${/^[\w./~:@%+-]*/.exec(next)?.[0] ?? ""}`
}

/** How often zsh prints a statement with such a beginning: it indents statements, and nothing else. */
function printedStatements(text: string): Map<string, number> {
  const folder = mkdtempSync(join(tmpdir(), "zsh-bench-"))
  const name = "cfgsync_measured_file"
  try {
    writeFileSync(join(folder, name), text)
    const script = `fpath=("$1"); autoload -Uz +X ${name} && functions ${name}`
    const done = spawnSync("zsh", ["-f", "-c", script, "zsh", folder], {
      encoding: "utf8",
      env: { PATH: process.env.PATH ?? "", LC_ALL: "C.UTF-8" },
      timeout: 10_000,
      maxBuffer: 64 * 1024 * 1024,
    })
    const found = new Map<string, number>()
    for (const line of done.stdout.split("\n")) {
      if (!line.startsWith("\t")) continue
      for (const part of line.split(/ && | \|\| /)) found.set(keyOf(part), (found.get(keyOf(part)) ?? 0) + 1)
    }
    return found
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Every kind of edit once a file. */
function operationsOf(value: Value): readonly Operation[] {
  if (!isObject(value)) return []
  const operations: Operation[] = []
  for (const [group, held] of Object.entries(value)) {
    if (isObject(held)) {
      operations.push({
        op: "set",
        path: [group, group === "options" ? "cfgsync" : "CFGSYNC"],
        value: group === "options" ? true : "a b",
      })
      const key = Object.keys(held).at(-1)
      if (key === undefined) continue
      const isOn = held[key]
      operations.push({ op: "set", path: [group, key], value: typeof isOn === "boolean" ? !isOn : "it's $HOME" })
      operations.push({ op: "remove", path: [group, key] }, { op: "rename", path: [group, key], to: "renamed" })
    } else if (isArray(held)) {
      operations.push({ op: "append", path: [group], value: /zstyle|bindkey/.test(group) ? ["a", "b c"] : "~/new" })
      if (held.length > 0)
        operations.push(
          { op: "remove", path: [group, held.length - 1] },
          { op: "set", path: [group, 0], value: "/x y" },
        )
    }
  }
  return operations
}

function reportEdits(files: readonly File[], zsh: Format): void {
  const counts = { done: 0, refused: 0, wrong: 0, broken: 0 }
  const notes: string[] = []
  const small = files.filter((each) => each.text.length < 60_000)
  const step = Math.ceil(small.length / mostEdited)
  for (const { path, text } of small.filter((_, index) => index % step === 0)) {
    const source = { path, text, bom: false }
    for (const operation of operationsOf(zsh.parse(source, defaultLimits).documents[0]?.value ?? null)) {
      const verdict = judgeEdit(zsh, source, operation)
      if (verdict.outcome === "meaningless") continue
      if (verdict.outcome !== "done") {
        counts[verdict.outcome]++
        if (verdict.outcome === "wrong")
          notes.push(`${path}: ${JSON.stringify(operation)}: ${verdict.law}: ${verdict.detail}`)
      } else if (ask(verdict.source.text)?.accepted === true) counts.done++
      else {
        counts.broken++
        notes.push(`${path}: ${JSON.stringify(operation)}: zsh does not take it`)
      }
    }
  }
  console.log(
    `edits: ${counts.done} made that zsh accepts, ${counts.broken} that it does not, ${counts.wrong} wrong, ${counts.refused} refused`,
  )
  for (const note of notes.slice(0, 20)) console.log(`  ${note}`)
}

/** Accepted files without one quote, bracket or keyword, which zsh then rejects. Always the same ones. */
function reportMutants(files: readonly File[], zsh: Format): void {
  const random = generator(7)
  const small = files.filter(({ text }) => text.length > 0 && text.length < 60_000)
  let [mutants, told, guessed, onLine] = [0, 0, 0, 0]
  for (let tries = 0; tries < mostMutants * 20 && mutants < mostMutants && small.length > 0; tries++) {
    const file = small[Math.floor(random() * small.length)]
    const tokens = [...(file?.text ?? "").matchAll(/["'`{}()]|\b(?:if|then|fi|do|done|case|esac)\b/g)]
    const token = tokens[Math.floor(random() * tokens.length)]
    if (file === undefined || token === undefined) continue
    const text = file.text.slice(0, token.index) + file.text.slice(token.index + token[0].length)
    const verdict = ask(text)
    if (verdict?.accepted !== false) continue
    mutants++
    const sure = problemsOf(zsh, text, true).find(({ severity }) => severity === "error")
    if (sure !== undefined) told++
    if (sure !== undefined && new LineIndex(text).position(sure.span.start).line === verdict.line) onLine++
    if (problemsOf(zsh, text, false).some(({ code }) => code === "syntax" || code === "unread")) guessed++
  }
  console.log(
    `mutants that zsh rejects: ${mutants}, told with zsh ${told}, in its line ${onLine}, told without zsh ${guessed}`,
  )
}

/** Numbers from 0 to 1 (mulberry32). */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
