import * as posix from "node:path/posix"
import { CfgsyncError } from "../model/errors.ts"
import type { Rule, RuleFile, RuleTest, TestFile } from "../model/rule.ts"
import type { Span } from "../model/span.ts"
import { rulePath, wordFile } from "./ruleTest.ts"

/** A rule file with its text, of which the pages quote. */
export interface DocumentedFile {
  readonly file: RuleFile
  readonly text: string
}

/** Markdown pages about rules, one for each rule file that has any: name of the page (`mcp.md`) to its text. @throws CfgsyncError `usage` for two of one name. */
export async function ruleDocs(files: readonly DocumentedFile[]): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>()
  for (const each of files) {
    if (each.file.rules.length === 0) continue
    const name = `${packName(each.file.path)}.md`
    if (pages.has(name))
      throw new CfgsyncError(
        "usage",
        `two rule files would have the page ${name}`,
        "name their files apart, or write the pages of one at a time",
      )
    pages.set(name, await page(each))
  }
  return pages
}

/** `cfgsync:mcp` and `rules.d/mcp.rule` are the pack `mcp`. */
function packName(path: string): string {
  return posix.basename(path.replace(/^cfgsync:/, ""), ".rule")
}

async function page({ file, text }: DocumentedFile): Promise<string> {
  const about = /^(?:#.*\n)+/.exec(text)?.[0].replaceAll(/^# ?/gm, "").trim()
  const rows = file.rules.map(
    (rule) =>
      `| [${rule.id}](#${rule.id.replaceAll(/[^\w-]/g, "")}) | ${cell(rule.title)} | ${rule.severity} | ${repairWord(rule)} |`,
  )
  const parts = [
    `# ${packName(file.path)}`,
    ...(about === undefined ? [] : [about]),
    ["| rule | what holds | severity | repair |", "| --- | --- | --- | --- |", ...rows].join("\n"),
  ]
  for (const rule of file.rules) parts.push(...(await section(rule, text)))
  const names = [...file.lets, ...file.predicates].map(({ span }) => slice(text, span).trim())
  if (names.length > 0) parts.push("## Names used here", `\`\`\`\`\n${names.join("\n")}\n\`\`\`\``)
  return `${parts.join("\n\n")}\n`
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|")
}

/** What the rule's own tests show it to repair, and whether that has to be asked for. */
function repairWord({ tests }: Rule): string {
  const fixed = tests.flatMap(({ outcome }) => (outcome.type === "fixed" ? [outcome.unsafe] : []))
  return fixed.includes(false) ? "yes" : fixed.length > 0 ? "when asked for" : "–"
}

async function section(rule: Rule, text: string): Promise<readonly string[]> {
  const quote = ({ span }: { readonly span: Span }) => code(text.slice(span.start, span.end).replaceAll(/\s+/g, " "))
  const facts = [
    ["severity", rule.severity],
    ["files", rule.files.map(code).join(", ") || "every managed file"],
    ["formats", rule.formats.join(", ")],
    ["environments", rule.environments.join(", ")],
    ["tags", rule.tags.join(", ")],
    ["parameters", rule.params.map((each) => code(slice(text, each.span).replace(/^param\s+/, ""))).join(", ")],
    ["looks at", rule.for.map((each) => code(`${each.name} in ${slice(text, each.in.span)}`)).join(", ")],
    ["where", rule.where.map(quote).join(" and ")],
    ["requires", rule.require.map((each) => quote(each).replace(/^`require /, "`")).join(" and ")],
  ].filter(([, value]) => value !== "")
  const repairs = rule.fixes.map(({ title, safety }) => `- ${safety}: ${title}`)
  return [
    `## ${rule.id}`,
    sentence(rule.title),
    ...(rule.deprecated === undefined ? [] : [`Deprecated: ${rule.deprecated}`]),
    ...(rule.why === undefined ? [] : [`Why: ${rule.why}.`]),
    ...(rule.docs === undefined ? [] : [`See <${rule.docs}>.`]),
    facts.map(([name, value]) => `- ${name}: ${value}`).join("\n"),
    ...(repairs.length > 0 ? [`Repairs, the first that is proven:\n\n${repairs.join("\n")}`] : []),
    ...(repairs.length === 0 && rule.tests.some(({ outcome }) => outcome.type === "fixed")
      ? ["What is required is its own repair, where one change alone brings it about."]
      : []),
    ...(await example(rule)),
  ]
}

function slice(text: string, { start, end }: Span): string {
  return text.slice(start, end)
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`
}

function code(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``
}

/** A test that tells most: one with a repair, best one that need not be asked for. */
async function example(rule: Rule): Promise<readonly string[]> {
  const rank = ({ outcome, finds }: RuleTest) =>
    outcome.type === "fixed" ? (outcome.unsafe ? 2 : 3) : finds.length > 0 ? 1 : 0
  const best = rule.tests.toSorted((a, b) => rank(b) - rank(a))[0]
  if (best === undefined) return []
  const path = rulePath(rule, best)
  const parts = [`Example, ${best.name}:`, ...(await fenced(path, best.given))]
  for (const other of best.with)
    parts.push(`with ${code(other.path ?? "")}`, ...(await fenced(other.path ?? "", other)))
  if (best.outcome.type !== "fixed") return best.finds.length > 0 ? [...parts, "is found, and not repaired."] : parts
  return [
    ...parts,
    best.outcome.unsafe ? "becomes, with `--unsafe`," : "becomes",
    ...(await fenced(path, best.outcome.file)),
  ]
}

async function fenced(path: string, file: TestFile): Promise<readonly string[]> {
  const text = await wordFile(path, file)
  if (text === undefined) return ["(no file)"]
  const language = posix.extname(path).slice(1)
  // A mark at the start would not be seen, and would hide the text from some readers.
  return [`\`\`\`\`${language}\n${text.replace(/^\uFEFF/, "<BOM>").replace(/\n?$/, "\n")}\`\`\`\``]
}
