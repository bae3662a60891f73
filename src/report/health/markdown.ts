import type { Health } from "../../model/health.ts"
import { ailing, keyFigures, minute, percent } from "./words.ts"

/** For a pull request or a wiki. */
export function healthMarkdown(health: Health): string {
  const { project, since, until, groups, rules, pending, days } = health
  const sections = [
    `# ${escaped(project)}: configuration, ${minute(since)} to ${minute(until)} UTC`,
    table(["", ""], keyFigures(health)),
    titled(
      "Groups",
      table(
        ["files", "number", "without an error"],
        groups.map(({ name, files, healthy }) => [code(name), files, healthy]),
      ),
    ),
    titled(
      "Files",
      table(
        ["file", "errors", "warnings"],
        ailing(health).map(({ path, errors, warnings }) => [code(path), errors, warnings]),
      ),
    ),
    titled(
      "Rules",
      table(
        ["rule", "now", "found"],
        rules.map(({ rule, now, found }) => [code(rule), now, found]),
      ),
    ),
    titled(
      "Waiting for a person",
      table(
        ["since", "file", ""],
        pending.map(({ since: from, file, what }) => [minute(from), file === null ? "" : code(file), what]),
      ),
    ),
    titled(
      "Days",
      table(
        ["day", "found", "resolved", "repaired", "watched"],
        days.map(({ date, found, resolved, repaired, watched }) => [
          date,
          found,
          resolved,
          repaired,
          watched === null ? "" : percent(watched),
        ]),
      ),
    ),
  ]
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`
}

function titled(title: string, content: string): string {
  return content === "" ? "" : `## ${title}\n\n${content}`
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  if (rows.length === 0) return ""
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => (typeof cell === "number" || cell.startsWith("`") ? cell : escaped(cell))).join(" | ")} |`
  return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n")
}

function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, "\\$&").replaceAll(/\s+/g, " ")
}

/** A name of a file may hold anything. */
function code(text: string): string {
  const flat = text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|")
  const fence = "`".repeat(1 + Math.max(0, ...[...flat.matchAll(/`+/g)].map(([run]) => run.length)))
  return fence.length === 1 ? `\`${flat}\`` : `${fence} ${flat} ${fence}`
}
