import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { Checker } from "./checker.ts"
import { type Cross, type Row, readCross } from "./row.ts"

const rule = "mcp/one-definition"

/** Kinds of files that list MCP servers. */
const lists =
  /mcp|claude-desktop|codex-config|gemini-settings|opencode-config|zed-settings|amp-settings|crush-config|kilo-config/

/**
 * One MCP server that two files of a repository define: whether the rule tells of the pairs that are labelled as different, and what else it
 * tells of among the files that stood beside each other.
 */
export async function crossTable(
  corpus: string,
  rows: readonly Row[],
  checker: Checker,
  notes: string[],
): Promise<readonly string[]> {
  const told = new Set<string>()
  const labelled = readCross(corpus)
  const head = Map.groupBy(
    rows.filter(({ kind, section }) => section === "head" && lists.test(kind)),
    ({ repo }) => repo,
  )
  for (const [repo, files] of head) {
    if (files.length < 2) continue
    const texts = Object.fromEntries(files.map((row) => [row.path, readFileSync(join(corpus, row.file), "utf8")]))
    for (const { path } of files) for (const one of await differences(path, texts, checker)) told.add(`${repo} ${one}`)
  }
  const byId = new Map(rows.map((row) => [row.id, row]))
  const counts = { due: 0, found: 0, explained: 0, toldAll: 0 }
  const known = new Set<string>()
  for (const pair of labelled) {
    known.add(nameOf(pair))
    const [a, b] = [byId.get(pair.a_id ?? -1), byId.get(pair.b_id ?? -1)]
    if (a === undefined || b === undefined) continue
    const texts = Object.fromEntries([a, b].map((row) => [row.path, readFileSync(join(corpus, row.file), "utf8")]))
    const found = [...(await differences(a.path, texts, checker)), ...(await differences(b.path, texts, checker))]
    const isTold = found.some((one) => `${pair.repo} ${one}` === nameOf(pair))
    if (pair.explained_by_client) {
      counts.explained++
      if (isTold) counts.toldAll++
    } else {
      counts.due++
      if (isTold) counts.found++
      else notes.push(`one server in two files, not told: ${nameOf(pair)} (${pair.differs_in.join(", ")})`)
    }
  }
  const others = [...told].filter((one) => !known.has(one))
  for (const one of others) notes.push(`one server in two files, told without a label: ${one}`)
  return [
    `${counts.due} labelled pairs that no client explains, ${counts.found} told; ${counts.explained} that one does, ${counts.toldAll} told all the same`,
    `${told.size} told in the newest state of ${head.size} repositories, ${others.length} of them without a label`,
  ]
}

function nameOf({ repo, server, a, b }: Cross): string {
  return `${repo} ${[a, b].sort().join(" ")} ${server}`
}

/** Each as `FILE OTHER SERVER`, told in the first of the two. */
async function differences(
  path: string,
  texts: Readonly<Record<string, string>>,
  checker: Checker,
): Promise<readonly string[]> {
  const { [path]: text = "", ...others } = texts
  const bytes = new TextEncoder().encode(text)
  const answer = await checker.check({ path, bytes, others, schemas: {}, severity: {}, repair: false })
  if (answer === "hang" || "crash" in answer) return []
  return answer.findings
    .filter((seen) => seen.rule === rule)
    .map((seen) => `${path} ${/another one in (.+?): /.exec(seen.message)?.[1]} ${seen.path.at(-1)}`)
}
