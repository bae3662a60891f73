import { escapeHtml } from "../model/escapeHtml.ts"
import { type Message, type Notice, type Severity, total } from "./message.ts"

const severities: readonly Severity[] = ["error", "warning", "info"]

/** `cfgsync: shop: 2 errors, 1 warning`, or what it is about where that is one thing. */
export function subjectOf(message: Message): string {
  const [only] = message.notices
  const what = total(message) === 1 && only !== undefined ? titleOf(only) : countsOf(message)
  return `cfgsync: ${message.project}: ${what}`
}

export function titleOf({ title, file }: Notice): string {
  return file === undefined ? title : `${file}: ${title}`
}

function countsOf({ counts }: Message): string {
  const words: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "remark" }
  return severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${words[severity]}${counts[severity] === 1 ? "" : "s"}`)
    .join(", ")
}

/** What is not shown, as a line; "" where everything is. */
export function restOf(message: Message): string {
  const rest = total(message) - message.notices.length
  return rest === 0 ? "" : `and ${rest} more; \`cfgsync status\` shows them all`
}

/** For whom reads plain text. Ends with a line break. */
export function plainText(message: Message): string {
  const rest = restOf(message)
  return `${[...message.notices.map(plainNotice), ...(rest === "" ? [] : [rest])].join("\n\n")}\n`
}

function plainNotice(notice: Notice): string {
  const { severity, detail, diff, todo, concern } = notice
  return [
    `${severity}${concern === undefined ? "" : " (needs a person)"}: ${titleOf(notice)}`,
    ...(detail === undefined ? [] : [indented(detail)]),
    ...(todo === undefined ? [] : [indented(`to do: ${todo}`)]),
    ...(diff === undefined ? [] : [indented(diff)]),
  ].join("\n")
}

function indented(text: string): string {
  return text.trimEnd().replaceAll(/^(?=.)/gm, "  ")
}

/** A mail for programs that show HTML: nothing is loaded from anywhere. */
export function htmlText(message: Message): string {
  const rest = restOf(message)
  const body = message.notices.map(htmlNotice).join("\n")
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(subjectOf(message))}</title></head>
<body style="font:14px/1.5 system-ui,sans-serif;color:#1f2328;max-width:720px;margin:0 auto;padding:16px">
<h1 style="font-size:16px;margin:0 0 12px">${escapeHtml(subjectOf(message))}</h1>
${body}
${rest === "" ? "" : `<p>${escapeHtml(rest)}</p>`}
</body></html>
`
}

const colors: Readonly<Record<Severity, string>> = { error: "#cf222e", warning: "#9a6700", info: "#57606a" }

function htmlNotice(notice: Notice): string {
  const { severity, detail, diff, todo, concern } = notice
  const pre = 'style="background:#f6f8fa;padding:8px;overflow:auto;font:12px/1.4 ui-monospace,monospace"'
  return [
    `<div style="border-left:3px solid ${colors[severity]};padding:2px 0 2px 12px;margin:0 0 14px">`,
    `<strong style="color:${colors[severity]}">${severity}${concern === undefined ? "" : ", needs a person"}</strong>`,
    `<div><strong>${escapeHtml(titleOf(notice))}</strong></div>`,
    ...(detail === undefined ? [] : [`<div>${escapeHtml(detail).replaceAll("\n", "<br>")}</div>`]),
    ...(todo === undefined ? [] : [`<div>To do: ${escapeHtml(todo)}</div>`]),
    ...(diff === undefined ? [] : [`<pre ${pre}>${escapeHtml(diff)}</pre>`]),
    "</div>",
  ].join("")
}
