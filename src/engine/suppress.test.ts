import { expect, test } from "vitest"
import json from "../../plugins/json/index.ts"
import toml from "../../plugins/toml/index.ts"
import yaml from "../../plugins/yaml/index.ts"
import { defaultLimits, type Format } from "../model/document.ts"
import type { Finding } from "../model/finding.ts"
import type { Path } from "../model/path.ts"
import { applySuppressions } from "./suppress.ts"

const formats: Readonly<Record<string, Format>> = { jsonc: json, yaml, toml }

/** What is left of a finding of `a/one` at each path, and what the suppressions themselves are blamed for. */
function left(name: string, text: string, ...paths: readonly Path[]): readonly string[] {
  const source = { path: `a.${name}`, text, bom: false }
  const { documents } = (formats[name] ?? json).parse(source, defaultLimits)
  const findings = paths.map((path): Finding => {
    const place = documents[0]?.locate(path) ?? documents[0]?.locate(path.slice(0, -1))
    return {
      file: source.path,
      document: 0,
      rule: "a/one",
      kind: "rule",
      severity: "error",
      message: "wrong",
      path,
      span: place?.value ?? { start: 0, end: 0 },
      priority: 0,
      repairs: [],
    }
  })
  const request = { findings, file: source.path, source, documents, entries: [], ruleIds: ["a/one", "a/two"] }
  return applySuppressions(request).findings.map(({ rule, path }) => (rule === "a/one" ? path.join(".") : rule))
}

test.each<readonly [string, string, string, readonly Path[], readonly string[]]>([
  ["its own line", "yaml", "a: 1 # cfgsync-ignore a/one: why\nb: 2\n", [["a"], ["b"]], ["b"]],
  ["the next line with content", "yaml", "# cfgsync-ignore a/one: why\n\n# more\na: 1\nb: 2\n", [["a"], ["b"]], ["b"]],
  [
    "all that is in the entry",
    "yaml",
    "# cfgsync-ignore a/one: why\na:\n  b:\n    - 1\nc: 2\n",
    [["a", "b", 0], ["c"]],
    ["c"],
  ],
  [
    "an entry without indentation",
    "yaml",
    "# cfgsync-ignore a/one: why\na:\n- 1\n- 2\nc: 2\n",
    [["a", 1], ["c"]],
    ["c"],
  ],
  ["a key that is missing", "yaml", "# cfgsync-ignore a/one: why\na:\n  b: 1\nc: 2\n", [["a", "no"], ["c"]], ["c"]],
  [
    "an element",
    "yaml",
    "l:\n  # cfgsync-ignore a/one: why\n  - x: 1\n    y: 2\n  - x: 3\n",
    [
      ["l", 0, "y"],
      ["l", 1, "x"],
    ],
    ["l.1.x"],
  ],
  [
    "brackets in a row",
    "jsonc",
    '{\n // cfgsync-ignore a/one: why\n "a": {\n"b": 1\n},\n "c": 2\n}',
    [["a", "b"], ["c"]],
    ["c"],
  ],
  [
    "a table",
    "toml",
    "# cfgsync-ignore a/one: why\n[a]\nx = 1\ny = 2\n[b]\nx = 1\n",
    [
      ["a", "y"],
      ["b", "x"],
    ],
    ["b.x"],
  ],
  [
    "not what a longer header implies",
    "toml",
    "# cfgsync-ignore a/one: why\n[a.b]\nx = 1\n[a.c]\nx = 1\n",
    [
      ["a", "b", "x"],
      ["a", "c", "x"],
    ],
    ["a.c.x"],
  ],
  ["several rules", "yaml", "# cfgsync-ignore a/two, a/one: why\na: 1\n", [["a"]], ["cfgsync/unused-suppression"]],
  ["the file", "yaml", "# cfgsync-ignore-file a/one: why\n\na: 1\nb: 2\n", [["a"], ["b"]], []],
  [
    "nothing without a reason",
    "yaml",
    "# cfgsync-ignore a/one\na: 1\n",
    [["a"]],
    ["a", "cfgsync/suppression-without-reason"],
  ],
  [
    "nothing for an unknown rule",
    "yaml",
    "# cfgsync-ignore a/oen: why\na: 1\n",
    [["a"]],
    ["a", "cfgsync/unknown-suppression"],
  ],
  ["nothing that is right", "yaml", "# cfgsync-ignore a/one: why\na: 1\n", [], ["cfgsync/unused-suppression"]],
])("a suppression covers %s (%s)", (_, name, text, paths, expected) => {
  expect(left(name, text, ...paths)).toEqual(expected)
})
