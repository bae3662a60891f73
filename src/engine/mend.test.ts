import { expect, test } from "vitest"
import json from "../../plugins/json/index.ts"
import markdown from "../../plugins/markdown/index.ts"
import toml from "../../plugins/toml/index.ts"
import yaml from "../../plugins/yaml/index.ts"
import { defaultLimits, type Format } from "../model/document.ts"
import { applyEdits } from "./edits.ts"
import { mendedTexts, mendText } from "./mend.ts"

const formats: Readonly<Record<string, Format>> = { json, jsonc: json, yaml, toml, md: markdown }

async function mend(name: string, text: string) {
  const format = formats[name] ?? json
  const source = { path: `a.${name}`, text, bom: false }
  const { repairs, hindrance } = mendText(await format.mender?.(), format, source, defaultLimits)
  const texts = repairs.map(({ safety, steps }) => {
    const [operation] = steps.map((step) => step.operation)
    return [safety, operation?.op === "mend" ? applyEdits(text, operation.edits) : ""] as const
  })
  return { texts, hindrance }
}

const safe: readonly (readonly [string, string, string])[] = [
  ["json", '{"a": 1 "b": 2}', '{"a": 1, "b": 2}'],
  ["json", '{"a": 1,, "b": 2}', '{"a": 1, "b": 2}'],
  ["json", '{"a": [1, 2,],}', '{"a": [1, 2]}'],
  ["json", '{"a" 1}', '{"a": 1}'],
  ["json", '{"a": "x, "b": 1}', '{"a": "x", "b": 1}'],
  ["json", '{"a: "x"}', '{"a": "x"}'],
  ["json", "{'a': 'it\\'s \"x\"'}", '{"a": "it\'s \\"x\\""}'],
  ["json", "{a: 1, b-c: [x]}", '{"a": 1, "b-c": ["x"]}'],
  ["json", "{“a”: True}", '{"a": true}'],
  ["json", '{"a": 1;"b"= 2}', '{"a": 1,"b": 2}'],
  ["json", '{"a": 1,\uFEFF "b":\u00A02}', '{"a": 1, "b": 2}'],
  ["json", '{"a": "C:\\Users\\me"}', '{"a": "C:\\\\Users\\\\me"}'],
  ["jsonc", '{"a": 1, /* x *,/ "b" /* y */: 2}', '{"a": 1, /* x */ "b" /* y */: 2}'],
  ["json", '{"a": "x\ty"}', '{"a": "x\\ty"}'],
  ["jsonc", '{\n  # why\n  "a": 1\n}', '{\n  // why\n  "a": 1\n}'],
  ["json", '{\n  "a": {\n    "b": 1\n  ,\n  "c": 2\n}\n', '{\n  "a": {\n    "b": 1\n  },\n  "c": 2\n}\n'],
  ["json", '{\n  "a": [\n    1,\n    2\n  "c": 2\n}\n', '{\n  "a": [\n    1,\n    2\n  ],\n  "c": 2\n}\n'],
  ["json", '{\n  "a": {\n    "b": 1\n  }\n  },\n  "c": 2\n}\n', '{\n  "a": {\n    "b": 1\n  }\n  ,\n  "c": 2\n}\n'],
  ["json", '{\n  "a": "x", "y"],\n  "c": 2\n}\n', '{\n  "a": ["x", "y"],\n  "c": 2\n}\n'],
  ["yaml", "a:\n\tb: 1\n\tc:\n\t\t- 2\n", "a:\n  b: 1\n  c:\n    - 2\n"],
  ["yaml", "title: Shop: the book\n", 'title: "Shop: the book"\n'],
  ["yaml", 'title: Say "hi": it\'s me\n', "title: 'Say \"hi\": it''s me'\n"],
  ["yaml", "globs: *.js\n", 'globs: "*.js"\n'],
  ["yaml", "user: @me\n", 'user: "@me"\n'],
  ["yaml", "a: 1\nb:c\nd: 2\n", "a: 1\nb: c\nd: 2\n"],
  ["yaml", "a: 1\nb: 2\na: 1\n", "a: 1\nb: 2\n"],
  [
    "md",
    "---\nname: x\ndescription: Use it: now\n---\n# Body: text\n",
    '---\nname: x\ndescription: "Use it: now"\n---\n# Body: text\n',
  ],
  ["md", "---\nargument-hint: [file] [line]\n---\n", '---\nargument-hint: "[file] [line]"\n---\n'],
  ["toml", 'a = "x\nb = 1\n', 'a = "x"\nb = 1\n'],
  ["toml", "a = [1, 2\nb = 1\n", "a = [1, 2]\nb = 1\n"],
  ["toml", "a: 1\n", "a = 1\n"],
  ["toml", "a = True,\n// why\n", "a = true\n# why\n"],
  ["toml", "a = word\n", 'a = "word"\n'],
  ["toml", "[t]\nx = 1\n[u]\n[t]\nx = 1\n", "[t]\nx = 1\n[u]\n"],
  ["toml", 'p = "C:\\Windows"\n', 'p = "C:\\\\Windows"\n'],
]

test.each(safe)("what can only mean one thing is safe: %s %j", async (name, text, wanted) => {
  expect((await mend(name, text)).texts).toEqual([["safe", wanted]])
})

const unsafe: readonly (readonly [string, string, RegExp, readonly string[]])[] = [
  ["json", '{ // why\n"a": 1}', /comments would be lost/, ['{\n"a": 1}']],
  ["json", "", /empty/, ["{}"]],
  ["json", '{"a": 1}{"b": 2}', /3 ways/, ['{"a": 1}', '{"b": 2}', '{"a": 1,"b": 2}']],
  ["json", '{"a": [1, 2', /end of the text is missing/, ['{"a": [1, 2]}']],
  ["json", '{"a": "1, "b": 2}', /2 ways/, ['{"a": "1", "b": 2}', '{"a": 1, "b": 2}']],
  ["yaml", "a: [1, 2\nb: 3\n", /ways/, []],
  ["json", '{"a": [[1, 2], [3]}', /ways/, []],
  ["json", '{"a": nul}', /./, ['{"a": "nul"}']],
  ["json", '{"a": [truenull]}', /2 ways/, ['{"a": [true,null]}', '{"a": ["truenull"]}']],
  ["json", '{"a": "C:\\,x"}', /./, []],
  ["json", "[1\n", /2 ways/, ["1\n", "[1]\n"]],
  ["json", '{"a":"b","c": d"}', /2 ways/, ['{"a":"b","c": "d"}', '{"a":"b","c":" d"}']],
  ["json", '{"a": "trail }', /./, []],
  [
    "json",
    '{\n  "a": 1,\n      "b": 2,\n      "c": 3\n    },\n    "d": {\n      "e": 4\n    }\n  },\n  "f": 5\n}\n',
    /lines are missing above line 3/,
    [
      '{\n  "a": 1,\n  "missing-1": {\n    "missing-2": {\n      "b": 2,\n      "c": 3\n    },\n    "d": {\n      "e": 4\n    }\n  },\n  "f": 5\n}\n',
    ],
  ],
  [
    "json",
    '{\n<<<<<<< mine\n"a": 1\n||||||| old\n"a": 0\n=======\n"a": 2\n>>>>>>> yours\n}',
    /2 ways/,
    ['{\n"a": 1\n}', '{\n"a": 2\n}'],
  ],
  ["yaml", "server: port: 80\n", /2 ways/, ['server: "port: 80"\n', "server:\n  port: 80\n"]],
  ["yaml", "a: 1\na: 2\n", /2 ways/, ["a: 1\n", "a: 2\n"]],
  ["yaml", 'a: "1\nb: 2\n', /2 ways/, []],
  [
    "md",
    "---\nname: x\n\n**Body**\n\n---\n",
    /where the front matter ends/,
    ["---\nname: x\n---\n\n**Body**\n\n---\n"],
  ],
  ["toml", "[t]\nx = 1\n[t]\nx = 2\n", /2 ways/, ["[t]\nx = 1\n", "[t]\nx = 2\n"]],
  ["toml", "a = yes\n", /./, ['a = "yes"\n']],
]

test.each(unsafe)(
  "what can mean several things, or loses something, is not: %s %j",
  async (name, text, why, wanted) => {
    const { texts, hindrance } = await mend(name, text)
    expect(texts.map(([safety]) => safety)).not.toContain("safe")
    expect(hindrance).toMatch(why)
    if (wanted.length > 0) expect(texts.map(([, each]) => each)).toEqual(wanted)
    expect(texts.length).toBeLessThanOrEqual(3)
  },
)

const hostile: readonly (readonly [string, string])[] = [
  ["json", "[".repeat(150) + "{".repeat(100_000)],
  ["json", `{${'"a": '.repeat(10_000)}`],
  ["json", "„".repeat(60_000)],
  ["json", `[${"a ".repeat(30_000)}`],
  ["json", `"${"\\q".repeat(30_000)}" x`],
  ["json", `{${"\n".repeat(60_000)}"a" 1 "b"`],
  ["yaml", `a: ${": ".repeat(30_000)}`],
  ["yaml", "a: [\n".repeat(150)],
  ["yaml", "<<<<<<< a\n".repeat(6_000)],
  ["yaml", `${"\t".repeat(60_000)}a: b: c`],
  ["toml", "a = [\n".repeat(10_000)],
  ["toml", `${" ".repeat(60_000)}a b`],
  ["toml", "[a]\n".repeat(15_000)],
  ["md", `---\n${"a: b: c\n".repeat(7_000)}`],
  ["md", `---\n${":".repeat(60_000)}\n---\n`],
]

test.each(hostile)("a hostile text is given up soon: %s %.20s", async (name, text) => {
  const started = process.cpuUsage()
  const { texts } = await mend(name, text)
  const { user, system } = process.cpuUsage(started)
  expect(texts.filter(([safety]) => safety === "safe")).toEqual([])
  // The work is counted, so this holds wherever the machine is not much slower than people have them; less than half of it is usual.
  expect((user + system) / 1000).toBeLessThan(2000)
})

test("every text that mending could lead to, for those who know more", async () => {
  const source = { path: "a.json", text: '{"a": [1, 2, [3, 4], "b": 5}', bom: false }
  const mended = mendedTexts(await json.mender?.(), json, source, defaultLimits)
  const offered = mendText(await json.mender?.(), json, source, defaultLimits).repairs
  expect(mended.slice(0, offered.length).map(({ repair }) => repair)).toEqual(offered)
  expect(mended.map(({ text }) => text)).toContain('{"a": [1, 2, [3, 4]], "b": 5}')
  expect(new Set(mended.map(({ parsed }) => JSON.stringify(parsed.documents[0]?.value))).size).toBe(mended.length)
})
