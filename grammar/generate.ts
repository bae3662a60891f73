import { readFileSync, writeFileSync } from "node:fs"
import { createContext, runInContext } from "node:vm"
import { RuleParser } from "./parser.ts"
import { textMateGrammar } from "./textMate.ts"

const diagrams = new URL("../node_modules/chevrotain/diagrams/", import.meta.url)

const head = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>cfgsync rules: the grammar</title>
<!-- Made by "node grammar/generate.ts" from the parser, with the drawing code of chevrotain (Apache-2.0) and railroad-diagrams (CC0). -->
<style>
body { font-family: sans-serif; margin: 2rem; background: hsl(30, 20%, 97%) }
h2 { font: bold 1rem monospace; margin: 1.5rem 0 0 }
svg { max-width: 100%; height: auto }
svg path { stroke: black; stroke-width: 2; fill: none }
svg text { font: bold 14px monospace; text-anchor: middle }
svg rect { stroke: black; stroke-width: 2; fill: hsl(190, 100%, 90%) }
svg g.non-terminal rect { fill: hsl(223, 100%, 90%) }
</style>
<h1>The grammar of cfgsync rules</h1>
<p>Blue boxes are explained below, the others are text. What each construct means stands in README.md.</p>
`

/** The grammar as diagrams: one page that loads nothing and runs nothing. */
export function railroadHtml(): string {
  const grammar = JSON.stringify(new RuleParser(false).getSerializedGastProductions())
  const context = createContext({})
  for (const file of ["vendor/railroad-diagrams.js", "src/diagrams_builder.js"]) {
    runInContext(readFileSync(new URL(file, diagrams), "utf8"), context)
  }
  const drawn: unknown = runInContext(`diagrams_builder.buildSyntaxDiagramsText(${grammar})`, context)
  return `${head}${String(drawn).replaceAll("<h2", "\n<h2")}\n`
}

/** The grammar for editors, as a file. */
export function textMateJson(): string {
  return `${JSON.stringify(textMateGrammar, null, 2)}\n`
}

if (import.meta.main) {
  writeFileSync(new URL("./railroad.html", import.meta.url), railroadHtml())
  writeFileSync(new URL("./cfgsync.tmLanguage.json", import.meta.url), textMateJson())
}
