import type { Health } from "../../model/health.ts"
import { printable } from "../printable.ts"
import { count } from "../summary.ts"
import { ailing, keyFigures, minute } from "./words.ts"

/** For a terminal. */
export function healthText(health: Health): string {
  const sections = [
    [`${health.project}, ${minute(health.since)} to ${minute(health.until)} UTC`],
    table(keyFigures(health)),
    titled(
      "groups",
      table(health.groups.map(({ name, files, healthy }) => [name, `${healthy} of ${files} without an error`])),
    ),
    titled(
      "files",
      table(
        ailing(health).map(({ path, errors, warnings }) => [
          path,
          `${count(errors, "error")}, ${count(warnings, "warning")}`,
        ]),
      ),
    ),
    titled(
      "rules",
      table(health.rules.map(({ rule, now, found }) => [rule, `${now} now, ${found} found in the time`])),
    ),
    titled(
      "waiting for a person",
      health.pending.map(({ what, file, since }) => `${minute(since)}  ${[file ?? [], what].flat().join(": ")}`),
    ),
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(printable).join("\n"))
    .join("\n\n")}\n`
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)]
}

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`)
}
