import { expect, test } from "vitest"
import { parseRules } from "./index.ts"

test.each<[text: string, hint: RegExp]>([
  ["rule x/a {\n require $.a\n}", /^a rule has a title/],
  ['rule x/a "t" {\n files a.json\n require $.a\n}', /^put globs in quotes/],
  ['rule x/a "t" {\n files *.json\n require $.a\n}', /^put globs in quotes/],
  ['rule x/a "t" {\n requires $.a\n}', /^did you mean `require`\?$/],
  [
    'rule x/a "t" { require $.a\n test "u" { given {} finds $ fixed { a: 1 } unsafe fixed { a: 2 } } }',
    /^make two tests of one `given`/,
  ],
  ['rule x/a "t" { require $.a\n test "u" { given {} finds $ fixed { a: 1 } fixed { a: 2 } } }', /^keep one `fixed`/],
])("%s: what to do", (text, hint) => {
  expect(parseRules(text, "x.rule").problems[0]?.hint).toMatch(hint)
})
