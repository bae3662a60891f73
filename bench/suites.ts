/** The figures of docs/formats.md: `npx node bench/suites.ts [json|yaml|toml] [--details]`. */
import { suitesAreHere, suitesFolder } from "./suites/folder.ts"
import { type EditFigures, measureAcceptance, measuredOperations, measureEdits, type Suite } from "./suites/measure.ts"

const suites: Readonly<Record<string, () => Promise<{ readonly suite: Suite }>>> = {
  json: () => import("./suites/json.ts"),
  yaml: () => import("./suites/yaml.ts"),
  toml: () => import("./suites/toml.ts"),
}

const details = process.argv.includes("--details")
const asked = process.argv.slice(2).filter((word) => !word.startsWith("--"))
const unknown = asked.filter((name) => !(name in suites))

if (!suitesAreHere) {
  console.error(`the official test suites are not here: ${suitesFolder.pathname}`)
  process.exitCode = 2
} else if (unknown.length > 0) {
  console.error(`no such format: ${unknown.join(", ")}; there are ${Object.keys(suites).join(", ")}`)
  process.exitCode = 2
} else {
  for (const [name, load] of Object.entries(suites))
    if (asked.length === 0 || asked.includes(name)) report(name, (await load()).suite)
}

function report(name: string, suite: Suite): void {
  const { valid, invalid, values, wrong, excepted } = measureAcceptance(suite)
  console.log(`## ${name}\n`)
  console.log(`valid accepted ${valid.accepted}/${valid.cases}, invalid rejected ${invalid.rejected}/${invalid.cases}`)
  if (values.cases > 0) console.log(`read as the suite says ${values.right}/${values.cases}`)
  for (const line of excepted) console.log(`  exception: ${line}`)
  for (const line of wrong) console.log(`  WRONG: ${line}`)
  console.log("\n| operation | cases | done | refused | wrong | out of the second reader's reach |")
  console.log("| --- | ---: | ---: | ---: | ---: | ---: |")
  const figures = measureEdits(suite)
  for (const operation of measuredOperations) console.log(row(operation, figures[operation]))
  console.log("")
  for (const operation of measuredOperations) reasons(operation, figures[operation])
}

function row(operation: string, figures: EditFigures): string {
  const share = (part: number) => (figures.cases === 0 ? "-" : `${((100 * part) / figures.cases).toFixed(2)} %`)
  const { cases, done, refused, wrong, unjudged } = figures
  return `| ${operation} | ${cases} | ${share(done)} | ${share(refused)} | ${wrong} | ${unjudged} |`
}

function reasons(operation: string, figures: EditFigures): void {
  const most = [...figures.reasons].sort((a, b) => b[1] - a[1]).slice(0, details ? 50 : 5)
  for (const [reason, count] of most) console.log(`  ${operation} refused ${count} x: ${reason}`)
  if (details) for (const refusal of figures.refusals) console.log(`    ${refusal}`)
  for (const breach of figures.breaches.slice(0, details ? 500 : 5)) console.log(`  ${operation} WRONG: ${breach}`)
}
