import type { BacktestResult, Episode } from "../../app/git/backtest.ts"
import { printable } from "../../report/printable.ts"
import { count } from "../../report/summary.ts"

/** What a backtest showed, an episode a paragraph. */
export function backtestText({ commits, blocked, episodes, rules }: BacktestResult): string {
  const repaired = episodes.filter((each) => each.repaired).length
  const living = episodes.filter(({ gone }) => gone === null).length
  const days = episodes.map((each) => each.days).sort((a, b) => a - b)
  const summary = [
    `${count(rules.length, "rule")} over ${count(commits, "commit")}: ${count(episodes.length, "finding")}`,
    `${count(blocked, "commit")} would have been blocked`,
    `${repaired} repaired at once`,
    ...(days.length === 0 ? [] : [`lived ${days[days.length >> 1]} days in the median, ${days.at(-1)} at most`]),
    ...(living === 0 ? [] : [`${living} there still`]),
  ]
  return `${[...episodes.map(paragraph), summary.join(", ")].join("\n")}\n`
}

function paragraph({ rule, severity, file, path, message, came, gone, days, repaired }: Episode): string {
  const named = ({ oid, author, time, subject }: Episode["came"]) =>
    `${oid.slice(0, 10)} ${new Date(time * 1000).toISOString().slice(0, 10)} ${printable(author)}: ${printable(subject)}`
  return [
    `${severity} ${rule} ${file} ${path}${repaired ? " (would have been repaired)" : ""}`,
    `  ${printable(message)}`,
    `  came  ${named(came)}`,
    gone === null ? `  there still, after ${days} days` : `  gone  ${named(gone)}, after ${days} days`,
    "",
  ].join("\n")
}
