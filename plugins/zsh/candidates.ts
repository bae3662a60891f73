import type { Candidates } from "../../src/model/document.ts"
import type { Edit, Operation } from "../../src/model/operation.ts"
import { type Path, valueAt } from "../../src/model/path.ts"
import { equal, isArray, type ObjectValue, type Value } from "../../src/model/value.ts"
import { appendTo, insertInto } from "./add.ts"
import { wordFor } from "./cook.ts"
import { type Item, type MapName, maps } from "./item.ts"
import { optionName } from "./items.ts"
import { lineAfter, lineAtEnd, Refused } from "./lines.ts"
import { removalOf } from "./remove.ts"
import type { State } from "./state.ts"
import { mustBeSure, partFor, textOf } from "./sure.ts"

/** The wording of an operation, or why there is none. Only simple statements that both readers see alike are touched. */
export function candidates(state: State, value: ObjectValue, operation: Operation): Candidates {
  try {
    const edits = worded(state, value, operation)
    return { edits: [[...edits].sort((left, right) => left.start - right.start)] }
  } catch (error) {
    if (error instanceof Refused) return { refused: error.message }
    throw error
  }
}

function worded(state: State, value: ObjectValue, operation: Operation): readonly Edit[] {
  const { path } = operation
  switch (operation.op) {
    case "set":
      return set(state, value, path, operation.value)
    case "remove":
      return removal(state, path)
    case "rename":
      return rename(state, path, operation.to)
    case "append":
      return [appendTo(state, listName(path), operation.value)]
    case "insert":
      return [insertInto(state, listName(path.slice(0, -1)), Number(path.at(-1)), operation.value)]
    default:
      throw new Refused("in a shell file the order matters: nothing is sorted or moved")
  }
}

function mapName(path: Path): MapName | undefined {
  return maps.find((name) => name === path[0])
}

function listName(path: Path): string {
  const [name, ...more] = path
  if (more.length > 0 || typeof name !== "string")
    throw new Refused("of what a statement says only whole words are changed")
  return name
}

function set(state: State, root: ObjectValue, path: Path, value: Value): readonly Edit[] {
  const old = valueAt(root, path)
  if (isArray(old) && isArray(value)) return fewer(state, path, old, value)
  const items = itemsAt(state, path)
  const item = items.at(-1)
  if (item === undefined) return [addEntry(state, path, value)]
  return [setItem(state, item, path, value)]
}

/** A list with fewer of the same elements. */
function fewer(state: State, path: Path, old: readonly Value[], value: readonly Value[]): readonly Edit[] {
  const gone: number[] = []
  let kept = 0
  for (const [index, each] of old.entries()) {
    if (kept < value.length && equal(each, value[kept])) kept++
    else gone.push(index)
  }
  if (kept < value.length) throw new Refused("a list is changed element by element")
  return merged(gone.flatMap((index) => removal(state, [...path, index])))
}

/** Of neighbours that go, both may take the blank between them along. */
function merged(removals: readonly Edit[]): readonly Edit[] {
  const found: Edit[] = []
  for (const edit of [...removals].sort((left, right) => left.start - right.start)) {
    const last = found.at(-1)
    if (last === undefined || edit.start >= last.end) found.push(edit)
    else found.splice(-1, 1, { ...last, end: Math.max(last.end, edit.end) })
  }
  return found
}

/** The statements that say what stands at a path; the last one counts. */
function itemsAt({ groups }: State, path: Path): readonly Item[] {
  const map = mapName(path)
  if (map !== undefined) {
    if (typeof path[1] !== "string") throw new Refused("a group of statements is not changed as a whole")
    return (groups.get(map) ?? []).filter(({ key }) => key === path[1])
  }
  const [name, index] = path
  if (typeof index !== "number") throw new Refused("a group of statements is not changed as a whole")
  const list = [...groups].find(([group]) => group === name)?.[1]
  return list?.[index] === undefined ? [] : [list[index]]
}

function setItem(state: State, item: Item, path: Path, value: Value): Edit {
  mustBeSure(state, item)
  if (item.form === "option") return setOption(state, item, value)
  if (item.group === "commands" || item.group === "loaders")
    throw new Refused("what the shell runs is not worded by cfgsync")
  const element = item.elements !== undefined && path.length > 2 ? item.elements[Number(path[2])] : undefined
  if (element !== undefined && path.length === 3) return { ...element, text: wordFor(textOf(value)) }
  if (path.length > 2 || item.elements !== undefined) throw new Refused("a list is changed element by element")
  if (item.cooked?.computed) throw new Refused("the shell computes this value, so it is not worded anew")
  const text = textOf(value)
  if (item.value === null) return { ...item.span, text: `=${wordFor(text)}` }
  if (item.form === "part") return { ...item.span, text: partFor(text, item) }
  return { ...item.span, text: wordFor(text, item.cooked?.style, isAlias(item.group)) }
}

function setOption({ text }: State, { span, keySpan, word, command }: Item, value: Value): Edit {
  if (typeof value !== "boolean") throw new Refused("an option of the shell is on or off")
  if (!/^\w+$/.test(text.slice(word.start, word.end))) throw new Refused("this option is not worded plainly")
  const on = text.slice(command.start, command.end).startsWith("setopt")
  if (on === value) return { ...span, text: "" }
  return { ...span, text: /^[A-Z]/.test(text.slice(keySpan?.start, keySpan?.end)) ? "NO_" : "no" }
}

function isAlias(group: string): boolean {
  return /aliases$/i.test(group)
}

const variable = /^[A-Za-z_]\w*$/
const aliasName = /^[\w.,:@%+/!^]+[\w.,:@%+/!^-]*$/

function mustBeName(group: string, key: string): void {
  const tied = /^(?:f?path|F?PATH|plugins)$/.test(key)
  const name =
    group === "options"
      ? /^[a-z]+$/.test(key) && optionName(key).name === key
      : isAlias(group)
        ? aliasName.test(key)
        : variable.test(key) && !tied
  if (!name) throw new Refused("this is no name that the shell would take here")
}

const wordings: Readonly<Record<MapName, (key: string, value: Value) => string>> = {
  exports: (key, value) => (value === null ? `export ${key}` : `export ${key}=${wordFor(textOf(value))}`),
  variables: (key, value) => `${key}=${wordFor(textOf(value))}`,
  aliases: (key, value) => `alias ${key}=${wordFor(textOf(value), undefined, true)}`,
  globalAliases: (key, value) => `alias -g ${key}=${wordFor(textOf(value), undefined, true)}`,
  suffixAliases: (key, value) => `alias -s ${key}=${wordFor(textOf(value), undefined, true)}`,
  options: (key, value) => {
    if (typeof value !== "boolean") throw new Refused("an option of the shell is on or off")
    return `${value ? "setopt" : "unsetopt"} ${key}`
  },
}

function addEntry(state: State, path: Path, value: Value): Edit {
  const map = mapName(path)
  const [, key] = path
  if (map === undefined || typeof key !== "string" || path.length !== 2)
    throw new Refused("a zsh document has no such place")
  mustBeName(map, key)
  return addLine(state, map, wordings[map](key, value))
}

/** Beside what is like it, else at the end. */
function addLine(state: State, group: Item["group"], line: string): Edit {
  for (const { command } of [...(state.groups.get(group) ?? [])].reverse()) {
    const edit = command.within === undefined ? lineAfter(state, command.end, line) : undefined
    if (edit !== undefined) return edit
  }
  return lineAtEnd(state, line)
}

function removal(state: State, path: Path): readonly Edit[] {
  const items = itemsAt(state, path)
  if (items.length === 0) throw new Refused("a zsh document has no such place")
  for (const item of items) mustBeSure(state, item)
  const [, , index, ...more] = path
  const item = items.at(-1)
  if (index !== undefined) {
    const element = typeof index === "number" ? item?.elements?.[index] : undefined
    if (item === undefined || element === undefined || more.length > 0)
      throw new Refused("a zsh document has no such place")
    return [removalOf(state, { ...item, form: "element", span: element })]
  }
  return items.map((each) => removalOf(state, each))
}

function rename(state: State, path: Path, to: string): readonly Edit[] {
  const items = path.length === 2 ? itemsAt(state, path) : []
  if (items.length === 0 || mapName(path) === undefined)
    throw new Refused("only the names of variables, aliases and options are changed")
  return items.map((item) => {
    mustBeSure(state, item)
    mustBeName(item.group, to)
    const span = item.keySpan ?? item.span
    return { ...span, text: to }
  })
}
