import { expect, test } from "vitest"
import { testFormat } from "../../src/api/formatContract.ts"
import { defaultLimits } from "../../src/model/document.ts"
import yaml from "./index.ts"

testFormat(yaml, [
  {
    name: "a workflow",
    path: ".github/workflows/ci.yml",
    text: `# Checks every push.
name: CI

on:
  push:
    branches: [main, "release/**"] # both
  pull_request: # any
permissions: {}
jobs:
  # The only job.
  test:
    runs-on: \${{ matrix.os }}
    steps:
      # Get it.
      - uses: actions/checkout@v4 # pinned

      - run: |
          npm ci
      - run: >-
          echo one
          two
        env: { CI: 'true' }
`,
  },
  {
    name: "kubernetes documents",
    path: "k8s.yaml",
    text: `# Two objects
kind: ConfigMap
data:
  "10": ten
  __proto__: odd
  constructor: odder
---
spec:
  replicas: 9007199254740993
  containers:
  - name: app
    args: ["--port", "80"]
    # ports
    ports:
    - containerPort: 80
...
---
kind: Last
`,
  },
  {
    name: "compose with anchors and merges",
    path: "compose.yml",
    dependent: true,
    refusals: [
      /is used again as|elsewhere refers to|inherited through|stands for what is written|is the alias/,
      /must stay before/,
    ],
    text: `x-base: &base # shared
  image: app
services:
  web:
    <<: *base
    ports: ["80:80"]
  worker:
    <<: [*base]
    image: &own other # own
  copy: *own
`,
  },
  {
    name: "tags",
    path: "mkdocs.yml",
    dependent: true,
    text: "site: !ENV [NAME, 'x']\nslugify: !!python/object/apply:slug\n  kwds:\n    case: lower\nn: !!int 3\nt: !!str 4\ncut: !cut [a]\n",
  },
  {
    name: "explicit keys and odd places",
    path: "a.yaml",
    dependent: true,
    refusals: [/no wording/],
    text: "%YAML 1.2\n---\n? a\n: - - b\n  - [c: d]\n? e # no value\n'f g': |+\n  kept\n\n\"h\":\n...\n",
  },
  {
    name: "windows",
    path: "a.yml",
    bom: true,
    text: "a: 1\r\nb:\r\n  - x\r\n  - 'y' # why\r\nc: |\r\n  line\r\nd: {}\r\n",
  },
  { name: "no final newline", path: "a.yml", text: "list:\n- a\n- b:\n    c: 1\n\nlast:\n  deep: ключ😀" },
  {
    name: "brackets",
    path: "a.yml",
    text: '{\n  "a": 1, # one\n  "b": [[2, {c: d}]],\n  f: [\n    x,\n    y, # why\n  ],\n}\n',
  },
  { name: "nothing", path: "a.yml", text: "" },
  { name: "comments only", path: "a.yml", text: "# nothing yet\n" },
])

test("a comment before --- belongs to the document above it, wherever that ends", () => {
  const text = "---\n{}\n# one\n# two\n---\nkey: 1\n"
  const { documents } = yaml.parse({ path: "a.yaml", text, bom: false }, defaultLimits)
  expect(documents.map(({ span }) => text.slice(span.start, span.end))).toEqual([
    "---\n{}\n# one\n# two\n",
    "---\nkey: 1\n",
  ])
})
