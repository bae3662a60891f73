import fc from "fast-check"
import { expect, test } from "vitest"
import { Random } from "../../bench/tree/random.ts"
import { tomlFiles } from "../../bench/tree/toml.ts"
import { commentsIn } from "./survey.ts"
import { readTree } from "./tree.ts"

/** What is found without the tree is what the tree has; of a text that does not parse nothing is asked. */
function agrees(text: string): boolean {
  let tree: ReturnType<typeof readTree>
  try {
    tree = readTree(text)
  } catch {
    return true
  }
  return JSON.stringify(commentsIn(text)) === JSON.stringify(tree.comments)
}

test.each([
  ['a = 1 # one\n#two\r\n[b] # "three"\nc = "# no" # four', 4],
  ['a = """\n# no " "" \\""" # no\n"""" # one\nb = \'\'\'# no\'\'\'\'\' # two\n', 2],
  ["a = '# no \\' # one\n\"# no\" = 'x' # two\n", 2],
  ['a = [ # one\n  "#", # two\n]\n', 2],
  ['a = ""\nb = \'\' # one\nc = """""" # two\n', 2],
])("%j has %i comments", (text, count) => {
  expect(commentsIn(text)).toHaveLength(count)
  expect(agrees(text)).toBe(true)
})

const piece = fc.constantFrom(
  ...'a = |"|\'|"""|\'\'\'|#|# c|\n|\r\n|\\|\\"|"x"|\'y\'|[|]|{|}|,|1|[t]\n|b.c = |  |"#"|true'.split("|"),
)
const soup = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(""))
const line = fc.oneof(soup, piece, fc.constantFrom('a = """x"""" # c\n', "b = '''\n#'''' # d\n", '"#" = "#" # e\n'))
const texts = fc.array(line, { maxLength: 4 }).map((lines) => lines.join(""))
const files = [1, 2, 3].flatMap((seed) => tomlFiles(new Random(seed), false).map(([, text]) => text))
const changed = fc
  .record({ text: fc.constantFrom(...files), at: fc.nat(), put: piece })
  .map(({ text, at, put }) => text.slice(0, at % text.length) + put + text.slice(at % text.length))
const runs = Number(process.env.CFGSYNC_CASES ?? 4000)

test("never says anything but the tree", () => {
  expect(files.filter((text) => !agrees(text))).toEqual([])
  fc.assert(fc.property(texts, agrees), { numRuns: runs })
  fc.assert(fc.property(changed, agrees), { numRuns: runs / 4 })
})
