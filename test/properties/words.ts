import type { Random } from "./random.ts"

const letters = ["a", "b", "c", "d", "key", "name", "x1", "long-key", "under_score"]
const oddKeys = [
  "__proto__",
  "constructor",
  "10",
  "2",
  "a.b",
  "two words",
  "ключ",
  "😀",
  "",
  "#x",
  "true",
  "null",
  "a: b",
  "it's",
  'say "x"',
]
const strings = [
  "",
  "x",
  "plain words",
  "yes",
  "null",
  "12",
  "1e3",
  "~",
  "#no",
  "a: b",
  "- x",
  " lead",
  "trail ",
  "it's",
  'say "x"',
  "C:\\dir",
  "naïve",
  "漢字 😀",
  "tab\there",
  "two\nlines",
  "{a}",
  "[b]",
  "*c",
  "&d",
  "@e",
  "%f",
  "// g",
  "/* h */",
  "'''",
  '"""',
  "2024-01-02",
]
const comments = [
  "note",
  "TODO: it's",
  'say "x"',
  "漢字 😀",
  "a: b",
  "[x]",
  "{y}",
  "key = 1",
  "",
  "---",
  "#",
  "cfgsync-ignore a/b: why",
]

/** Distinct keys, a few of them odd. */
export function keys(random: Random, most: number): readonly string[] {
  return [...new Set(random.times(most, () => random.pick(random.chance(0.8) ? letters : oddKeys)))]
}

export function string(random: Random): string {
  return random.pick(strings)
}

export function comment(random: Random): string {
  return random.pick(comments)
}
