import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { writeTree } from "../tree/tree.ts"

const keys = Array.from({ length: 19 }, (_, index) => `limit${index + 1}`)
const filler = "what this service is for, and whom to ask when it does not answer; ".repeat(12)

const rules = ["port", ...keys].map(
  (key) => `rule service/${key} "the ${key} is a number"
{
  why "the service compares it"
  severity error
  files "services/**/*.json"
  require $.${key} is number
  fix safe "take the usual one" { set $.${key} = 80 }
}
`,
)

/** The files that are changed: 1.2 KB of JSON each, with twenty checks of their own. */
export const services: readonly string[] = Array.from(
  { length: 500 },
  (_, index) => `services/${String(Math.floor(index / 10)).padStart(2, "0")}/service${index}.json`,
)

/** Write a project of so many files that cfgsync checks, the services among them. */
export function writeProject(folder: string, files: number, seed: number): void {
  writeTree(folder, files - services.length, seed)
  const settings = {
    files: ["packages/**/*.{json,yaml,toml}", ".opencode/agent/*.md", "services/**/*.json"],
    rules: ["cfgsync:recommended", "service.rule"],
  }
  writeFileSync(join(folder, "cfgsync.config.json"), `${JSON.stringify(settings, null, 2)}\n`)
  writeFileSync(join(folder, "service.rule"), rules.join("\n"))
  for (const path of services) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), serviceText(false))
  }
}

function serviceText(drifted: boolean): string {
  const limits = Object.fromEntries(keys.map((key, index) => [key, index * 100]))
  return `${JSON.stringify({ port: drifted ? "eighty" : 80, ...limits, about: filler }, null, 2)}\n`
}

const texts = { drifted: serviceText(true), good: serviceText(false) }

/** How a program saves a file. */
export type Save = "plain" | "atomic"

/** Save a service. @returns when, just before its text was written, in the clock of `performance` */
export function save(folder: string, path: string, how: Save, text: keyof typeof texts): number {
  const full = join(folder, path)
  if (how === "atomic") writeFileSync(`${full}.new~`, texts[text])
  const at = performance.now()
  if (how === "atomic") renameSync(`${full}.new~`, full)
  else writeFileSync(full, texts[text])
  return at
}

export function isGood(folder: string, path: string): boolean {
  return readFileSync(join(folder, path), "utf8") === texts.good
}
