import { testFormat } from "../../src/api/formatContract.ts"
import { DateTime } from "../../src/model/value.ts"
import toml from "./index.ts"

const codex = `# Codex
model = "gpt-5"

[mcp_servers.docs] # the docs
command = "npx"
args = ["-y", "docs-mcp"]
env = { "API_KEY" = "x", LANG = 'C' }

# second
[mcp_servers.other]
url = "https://x.test"

[mcp_servers.other.env]
A = "1"

[profiles]
`
const cargo = `[package]
name = "demo" # the name
version = "0.1.0"
edition = "2021"

[dependencies]
serde = { version = "1", features = ["derive"] }
rand = "0.8"

[[bin]]
name = "a"
path = "src/a.rs"
# about b
[[bin]]
name = "b"

[bin.extra]
x = 1

[profile.release]
lto = true
`
const py = `# top

# about the project
[project]
name = 'x'
dependencies = [
    "a>=1", # why a
    # before b
    "b",
]
requires = [
  "x",
  "y"
]

[tool.ruff]
line-length = 120
lint.select = ["E", "F"]
lint.ignore = []
[tool.ruff.format]
quote = """
many
lines"""
`
const odd = [
  "\ttabs\t=\t1",
  '"__proto__" = {}',
  "constructor = { toString = 1 }",
  '10 = "ten"',
  "2 = 'two'",
  "big = 9223372036854775807",
  "hex = 0xFF",
  "f = 1.0",
  "n = nan",
  "inf = -inf",
  "dates = [1979-05-27T07:32:00Z, 1979-05-27T00:32:00.999999, 1979-05-27, 07:32:00]",
  "\t[a.b.c]",
  '\tk\t= "ключ😀" # ü',
  "\tdeep = [[[1], []], { x = { y = [] } }]",
  "\"quoted key\".'lit' = 1",
  "[empty]",
  "",
].join("\n")
const commented = `# a

# b
x = 1 # c
# d
y = [ # e
  # f
  1, # g
  # h
] # i
# j
[t] # k
# l
z = 1 # m
# n

# o
[[u]] # p
# q
[[u]] # r
v = 1# s
# t`
testFormat(
  toml,
  [
    { name: "codex", path: "config.toml", text: codex },
    { name: "CRLF, no final newline", path: "Cargo.toml", text: cargo.trimEnd().replaceAll("\n", "\r\n") },
    { name: "BOM", path: "pyproject.toml", text: py, bom: true },
    { name: "odd keys, values and tabs", path: "x.toml", text: odd },
    { name: "comments everywhere", path: "x.toml", text: commented },
    { name: "empty", path: "x.toml", text: "" },
    { name: "only comment", path: "x.toml", text: "# x" },
  ],
  {
    refusals: [/no null/, /holds tables only/, /holds a table/, /cannot be sorted|would mix|comments stand|belongs to/],
    values: [new DateTime("2024-01-02")],
  },
)
