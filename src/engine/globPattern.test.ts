import fc from "fast-check"
import picomatch from "picomatch"
import { expect, test } from "vitest"
import { globPattern, globProblem } from "./globPattern.ts"

const part = fc.constantFrom("a", "b", ".", "*", "?", "[ab]", "{a,b}", "{,a}", "a.b")
const globSegment = fc.oneof(
  fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")),
  fc.constant("**"),
)
const pathSegment = fc
  .array(fc.constantFrom("a", "b", "."), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(""))
  .filter((segment) => segment !== "." && segment !== "..")

test("globs mean what picomatch takes them for", () => {
  fc.assert(
    fc.property(
      fc.array(globSegment, { minLength: 1, maxLength: 3 }),
      fc.array(pathSegment, { minLength: 1, maxLength: 4 }),
      (globs, segments) => {
        const glob = globs.join("/")
        // Inside a segment picomatch reads two stars in its own way.
        fc.pre(!/[^/]\*\*|\*\*[^/]/.test(glob) && !/\{[^}]*\}\*|\*\{/.test(glob))
        // A segment of braces that may be empty is one there, and none here.
        fc.pre(!/(?:^|\/)(?:\{,a\})+(?:\/|$)/.test(glob))
        // What lies below, and the folder itself: picomatch answers `a/**` and `*/**` differently. Dot segments are no names.
        fc.pre(!/\/\*\*$/.test(glob) && !/(?:^|\/)(?:\.|\{,a\}|\?|\{a,b\}){1,4}(?:\/|$)/.test(glob))
        const path = segments.join("/")
        expect(globPattern(glob)(path), `${glob} on ${path}`).toBe(picomatch(glob, { dot: true })(path))
      },
    ),
    { numRuns: 1500 },
  )
})

test.each<[glob: string, text: string, matches: boolean]>([
  ["", "", true],
  ["*", "", false],
  ["a*", "a", true],
  ["\\*", "*", true],
  ["\\*", "a", false],
  ["[a-c]x", "bx", true],
  ["[!a-c]x", "bx", false],
  ["[^a]", "b", true],
  ["[a", "[a", true],
  ["{a,{b,c}d}", "cd", true],
  ["{a}", "{a}", true],
  ["?", "😀", true],
  ["a/**", "a", false],
  ["a/**", "a/b/c", true],
  ["a/**/b", "a/b", true],
  ["a/**/b", "a/x/y/b", true],
  ["**/*.md", "x.md", true],
  ["A", "a", false],
])("%s on %s: %s", (glob, text, matches) => {
  expect(globPattern(glob)(text)).toBe(matches)
})

test("no glob makes a short text take long", () => {
  const started = performance.now()
  expect(globPattern("*a*a*a*a*a*a*a*b")("a".repeat(5000))).toBe(false)
  expect(globPattern("**/a/**/a/**/a/**/b")("a/".repeat(2000))).toBe(false)
  expect(globPattern("{a,b}".repeat(40))("a".repeat(40))).toBe(false)
  expect(performance.now() - started).toBeLessThan(2000)
})

test.each<[glob: string, reason: string | undefined]>([
  ["*.json", undefined],
  ["a/**", undefined],
  ["!x/[ab].json", undefined],
  ["[]a].json", undefined],
  ["[!a-z]", undefined],
  ["{a,b}/c{,d}", undefined],
  ["a\\[b", undefined],
  ["[a", "its [ is never closed"],
  ["[a/b]", "its [ is never closed"],
  ["[]", "its [ is never closed"],
  ["a.{json,yaml", "its braces are not closed"],
  ["", "it is empty"],
  ["conf/", "it ends with a slash"],
  ["../a.json", "it leads out of the project"],
  ["./../a.json", "it leads out of the project"],
])("what is wrong with %s", (glob, reason) => {
  expect(globProblem(glob)?.reason).toBe(reason)
})
