import { expect, test } from "vitest"
import { parseRules } from "../../grammar/index.ts"
import { ruleDocs } from "./ruleDocs.ts"

function read(path: string, text: string) {
  const { file, problems } = parseRules(text, path)
  expect(problems).toEqual([])
  return { file, text }
}

const pack = `# Ports.

predicate low(x) = x < 1024

rule net/port "a port is | free" {
  why       "it is taken"
  severity  warning
  files     "*.yaml"
  param     big = 12345678901234567890
  where     $.port is present
  require   not low($.port)
  fix unsafe "take another" { set $.port = 8080 }
  test "low" { given { port: 80 } finds $.port unsafe fixed { port: 8080 } }
  test "high" { given { port: 8080 } clean }
}
`

test("a page tells a rule's story, with the example that repairs", async () => {
  const pages = await ruleDocs([read("rules.d/net.rule", pack)])
  expect([...pages.keys()]).toEqual(["net.md"])
  expect(pages.get("net.md")).toBe(`# net

Ports.

| rule | what holds | severity | repair |
| --- | --- | --- | --- |
| [net/port](#netport) | a port is \\| free | warning | when asked for |

## net/port

A port is | free.

Why: it is taken.

- severity: warning
- files: \`*.yaml\`
- parameters: \`big = 12345678901234567890\`
- where: \`$.port is present\`
- requires: \`not low($.port)\`

Repairs, the first that is proven:

- unsafe: take another

Example, low:

\`\`\`\`yaml
port: 80
\`\`\`\`

becomes, with \`--unsafe\`,

\`\`\`\`yaml
port: 8080
\`\`\`\`

## Names used here

\`\`\`\`
predicate low(x) = x < 1024
\`\`\`\`
`)
})

test("files without rules have no page; two of one name are refused", async () => {
  expect([...(await ruleDocs([read("a.rule", "let a = 1\n")])).keys()]).toEqual([])
  const other = read("other/net.rule", pack)
  await expect(ruleDocs([read("cfgsync:net", pack), other])).rejects.toThrow(
    "two rule files would have the page net.md",
  )
})
