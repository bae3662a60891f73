import { testFormat } from "../../src/api/formatContract.ts"
import yaml from "./index.ts"

testFormat(
  yaml,
  [
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
    strategy:
      matrix:
        os: [ubuntu-latest, windows-latest]
        node: [ 20, 22 ]
    steps:
      # Get it.
      - uses: actions/checkout@v4 # pinned

      - name: Set up
        uses: actions/setup-node@v4
        with:
          node-version: "22"
      - run: |
          npm ci
          npm test
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
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  key: value
  "10": ten
  __proto__: odd
  constructor: odder
---
apiVersion: apps/v1
kind: Deployment
spec:
  replicas: 9007199254740993
  template:
    spec:
      containers:
      - name: app
        args: ["--port", "80"]
        # ports
        ports:
        - containerPort: 80
      - name: side
...
---
kind: Last
`,
    },
    {
      name: "windows",
      path: "a.yml",
      bom: true,
      text: "a: 1\r\nb:\r\n  - x\r\n  - 'y' # why\r\nc: |\r\n  line\r\n  line\r\nd: {}\r\n",
    },
    { name: "no final newline", path: "a.yml", text: "list:\n- a\n- b:\n    c: 1\nlast:\n  deep: ключ😀" },
    {
      name: "flow",
      path: "a.yml",
      text: '{\n  "a": 1, # one\n  "b": [1, [2, {c: d}]],\n  e: {},\n  f: [\n    x,\n    y, # why\n  ],\n}\n',
    },
  ],
  { refusals: [] },
)
