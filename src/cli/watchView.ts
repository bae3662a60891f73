import { stripVTControlCharacters } from "node:util"
import type { MonitorEvent, MonitorHealth, ToldFinding } from "../model/monitorEvent.ts"
import { type Colors, colorsFor } from "../report/colors.ts"
import { count } from "../report/summary.ts"
import type { Output } from "./io.ts"
import { beginningWords, clock, findingWords, textLine } from "./watchLines.ts"

export interface ViewState {
  readonly health: MonitorHealth
  readonly findings: readonly ToldFinding[]
  readonly repairing: boolean
}

/** Between two pictures, in milliseconds: a burst is no flicker. */
const pause = 100
const kept = 50

/** A picture of a watched project that stays in its place in the terminal and changes with what happens. */
export class WatchView {
  readonly #out: Output
  readonly #colors: Colors
  readonly #state: () => ViewState | undefined
  readonly #events: string[] = []
  #shown = 0
  #timer: NodeJS.Timeout | undefined
  #held = false

  /** @param state `undefined` while the rules are read. */
  constructor(out: Output, color: boolean, state: () => ViewState | undefined) {
    this.#out = out
    this.#colors = colorsFor(color)
    this.#state = state
    out.on("resize", () => this.#soon())
  }

  tell(event: MonitorEvent): void {
    const line = textLine(event, this.#colors)
    if (line !== undefined) this.#events.push(line)
    if (this.#events.length > kept) this.#events.shift()
    this.#soon()
  }

  /** Make room for a question; `resume` goes on. */
  hold(): void {
    this.#held = true
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#clear()
  }

  resume(): void {
    this.#held = false
    this.#soon()
  }

  /** The last picture stays. */
  end(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#held = true
    this.draw()
  }

  #soon(): void {
    if (this.#held) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.draw()
    }, pause)
  }

  draw(): void {
    const width = this.#out.columns ?? 80
    const height = (this.#out as { readonly rows?: number }).rows ?? 24
    const state = this.#state()
    const lines = picture(state, this.#events, height - 1, this.#colors).map((line) => cut(line, width - 1))
    this.#clear()
    this.#out.write(lines.map((line) => `${line}\n`).join(""))
    this.#shown = lines.length
    // How far it is changes without an event.
    if (state?.health.beginning !== null) this.#soon()
  }

  #clear(): void {
    if (this.#shown > 0) this.#out.write(`\u001b[${this.#shown}A\r\u001b[J`)
    this.#shown = 0
  }
}

/** @param height lines that there is room for. */
function picture(
  state: ViewState | undefined,
  events: readonly string[],
  height: number,
  colors: Colors,
): readonly string[] {
  if (state === undefined) return [colors.dim("reading the rules …")]
  const { health, findings, repairing } = state
  if (health.beginning !== null) return [colors.dim(`${beginningWords(health.beginning)} …`)]
  const head = [
    `${colors.bold("cfgsync watch")}  ${health.root}`,
    `${dot(health, colors)} ${words(health, repairing)}`,
    ...(health.degraded === null ? [] : [`  ${colors.yellow("degraded:")} ${health.degraded}`]),
    ...(health.configuration === null ? [] : [`  ${colors.red("configuration:")} ${firstLine(health.configuration)}`]),
    "",
  ]
  const foot = [colors.dim("Ctrl-C ends it")]
  const room = Math.max(4, height - head.length - foot.length - 4)
  const shown = Math.min(findings.length, Math.ceil(room / 2))
  const drift =
    findings.length === 0
      ? [colors.green("nothing has drifted")]
      : [
          driftWords(health, colors),
          ...findings.slice(0, shown).map((finding) => `  ${findingWords(finding, colors)}`),
          ...(findings.length > shown ? [colors.dim(`  and ${findings.length - shown} more`)] : []),
        ]
  const last = events.slice(-Math.max(2, room - drift.length))
  return [
    ...head,
    ...drift,
    "",
    ...(last.length === 0 ? [] : [colors.bold("last"), ...last.map((each) => `  ${each}`), ""]),
    ...foot,
  ]
}

function dot({ degraded, configuration, fights }: MonitorHealth, colors: Colors): string {
  if (configuration !== null || fights > 0) return colors.red("●")
  return degraded === null ? colors.green("●") : colors.yellow("●")
}

function words({ files, repairs, pending, fights, since }: MonitorHealth, repairing: boolean): string {
  return [
    `${count(files, "file")} since ${clock(since)}`,
    repairing ? count(repairs, "repair") : "repairs are off",
    ...(pending > 0 ? [`${pending} pending`] : []),
    ...(fights > 0 ? [`${count(fights, "file")} left alone`] : []),
  ].join(" · ")
}

function driftWords({ drifted, findings }: MonitorHealth, colors: Colors): string {
  const severities = [
    findings.error > 0 ? colors.red(count(findings.error, "error")) : "",
    findings.warning > 0 ? colors.yellow(count(findings.warning, "warning")) : "",
    findings.info > 0 ? colors.blue(`${findings.info} info`) : "",
  ].filter((each) => each !== "")
  return `${count(drifted, "file")} drifted: ${severities.join(", ")}`
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? ""
}

/** A line of at most `width` columns; colours end where it is cut. */
function cut(line: string, width: number): string {
  if (stripVTControlCharacters(line).length <= width) return line
  let shown = ""
  let columns = 0
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
  for (const part of line.match(/\u001b\[[\d;]*m|./gu) ?? []) {
    if (part.startsWith("\u001b")) shown += part
    else if (columns < width - 1) {
      shown += part
      columns++
    }
  }
  return `${shown}…`
}
