import { escapeHtml } from "../../model/escapeHtml.ts"
import type { DayHealth, Health } from "../../model/health.ts"
import { ailing, keyFigures, minute, percent } from "./words.ts"

/** One page with everything in it: no script, nothing is loaded. */
export function healthHtml(health: Health): string {
  const { project, since, until, groups, rules, pending, days } = health
  const title = `${project}: configuration`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p class="time">${minute(since)} to ${minute(until)} UTC</p>
<dl>${keyFigures(health)
    .map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`)
    .join("")}</dl>
${section("Found and repaired by day", plot(days))}
${section("Watched by day", watchedPlot(days))}
${section("Groups", groups.map((group) => bar(group.name, group.healthy, group.files)).join(""))}
${section(
  "Files that need a look",
  table(
    ["file", "errors", "warnings", "found"],
    ailing(health).map(({ path, errors, warnings, found }) => [path, errors, warnings, found]),
  ),
)}
${section(
  "Rules",
  table(
    ["rule", "now", "found"],
    rules.map(({ rule, now, found }) => [rule, now, found]),
  ),
)}
${section(
  "Waiting for a person",
  table(
    ["since", "file", "what"],
    pending.map((each) => [minute(each.since), each.file ?? "", each.what]),
  ),
)}
</main>
</body>
</html>
`
}

const style = `
:root{color-scheme:light dark;--ink:#1f2328;--soft:#59636e;--line:#d1d9e0;--back:#fff;--found:#bc4c00;--done:#1a7f37;--watch:#0969da}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--line:#3d444d;--back:#0d1117;--found:#f0883e;--done:#3fb950;--watch:#4493f8}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:960px;margin:0 auto;padding:24px 16px}
h1{font-size:24px;margin:0}h2{font-size:17px;margin:32px 0 8px}
.time{color:var(--soft);margin:0 0 16px}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:12px;margin:0}
dl div{border:1px solid var(--line);border-radius:6px;padding:8px 12px}
dt{color:var(--soft);font-size:13px}dd{margin:0;font-size:18px;font-weight:600}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:4px 12px 4px 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{white-space:nowrap}
@media(max-width:600px){svg text{font-size:24px}}
td.number,th.number{text-align:right}
svg{width:100%;height:auto;display:block}
svg text{fill:var(--soft);font:11px system-ui,sans-serif}
.found{fill:var(--found)}.done{fill:var(--done)}.watch{fill:var(--watch)}.line{stroke:var(--line)}
.key span{margin-right:16px}.key i{display:inline-block;width:10px;height:10px;margin-right:4px}
.bar{margin:6px 0}.bar .name{display:flex;justify-content:space-between;gap:12px;overflow-wrap:anywhere}
.track{background:var(--line);height:8px;border-radius:4px;overflow:hidden}.track div{background:var(--done);height:100%}
`.trim()

function section(title: string, content: string): string {
  return content === "" ? "" : `<section><h2>${title}</h2>${content}</section>`
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  if (rows.length === 0) return ""
  const cell = (name: string, value: string | number, number: boolean) =>
    `<${name}${number ? ' class="number"' : ""}>${escapeHtml(String(value))}</${name}>`
  const numeric = rows[0]?.map((value) => typeof value === "number") ?? []
  const line = (name: string, cells: readonly (string | number)[]) =>
    `<tr>${cells.map((value, index) => cell(name, value, numeric[index] === true)).join("")}</tr>`
  return `<div class="wide"><table><thead>${line("th", head)}</thead><tbody>${rows.map((row) => line("td", row)).join("")}</tbody></table></div>`
}

function bar(name: string, part: number, whole: number): string {
  const share = whole === 0 ? 0 : (part / whole) * 100
  return `<div class="bar"><div class="name"><span>${escapeHtml(name)}</span><span>${part} of ${whole}</span></div><div class="track"><div style="width:${share.toFixed(1)}%"></div></div></div>`
}

const width = 900
const height = 180
const left = 36
const bottom = 22

/** Two bars a day: what was found, and what was put right. */
function plot(days: readonly DayHealth[]): string {
  const most = Math.max(1, ...days.flatMap(({ found, resolved }) => [found, resolved]))
  const bars = (day: DayHealth, x: number, step: number) =>
    column(x + step * 0.1, step * 0.4, day.found / most, "found", `${day.date}: ${day.found} found`) +
    column(
      x + step * 0.5,
      step * 0.4,
      day.resolved / most,
      "done",
      `${day.date}: ${day.resolved} resolved, ${day.repaired} repairs`,
    )
  const key = `<p class="key"><span><i style="background:var(--found)"></i>found</span><span><i style="background:var(--done)"></i>resolved</span></p>`
  return key + chart(days, String(most), bars, "findings by day")
}

function watchedPlot(days: readonly DayHealth[]): string {
  if (days.every(({ watched }) => watched === null)) return ""
  const bars = ({ watched, date }: DayHealth, x: number, step: number) =>
    watched === null ? "" : column(x + step * 0.1, step * 0.8, watched, "watch", `${date}: ${percent(watched)}`)
  return chart(days, "100 %", bars, "part of each day in which a monitor was there")
}

function chart(
  days: readonly DayHealth[],
  most: string,
  bars: (day: DayHealth, x: number, step: number) => string,
  label: string,
): string {
  const step = (width - left) / Math.max(1, days.length)
  const every = Math.ceil(days.length / 8)
  const names = days
    .map(({ date }, index) =>
      index % every === 0
        ? `<text x="${(left + index * step).toFixed(1)}" y="${height - 6}">${date.slice(5)}</text>`
        : "",
    )
    .join("")
  const columns = days.map((day, index) => bars(day, left + index * step, step)).join("")
  const base = height - bottom
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}"><line class="line" x1="${left}" x2="${width}" y1="${base}" y2="${base}"/><text x="0" y="12">${most}</text><text x="0" y="${base}">0</text>${columns}${names}</svg>`
}

function column(x: number, wide: number, part: number, kind: string, title: string): string {
  const tall = Math.max(part > 0 ? 2 : 0, part * (height - bottom - 4))
  return `<rect class="${kind}" x="${x.toFixed(1)}" y="${(height - bottom - tall).toFixed(1)}" width="${wide.toFixed(1)}" height="${tall.toFixed(1)}"><title>${escapeHtml(title)}</title></rect>`
}
