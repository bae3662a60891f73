import type { Monitor } from "../app/monitor/monitor.ts"
import type { MonitorEvent } from "../model/monitorEvent.ts"
import { colorsFor } from "../report/colors.ts"
import type { Session } from "./session.ts"
import { jsonLine, textLine } from "./watchLines.ts"
import { WatchPrompt } from "./watchPrompt.ts"
import { WatchView } from "./watchView.ts"

/** How a person or a program hears of what happens. */
export interface Face {
  readonly tell: (event: MonitorEvent) => void
  readonly end: () => void
}

export function openFace(
  { format, fix }: { readonly format: "text" | "json"; readonly fix: boolean },
  session: Session,
  monitor: () => Monitor | undefined,
  leave: () => void,
): Face {
  const { io, voice } = session
  if (format === "json") return { tell: (event) => voice.result(jsonLine(event)), end: () => {} }
  if (io.stdout.isTTY === true && io.env.TERM !== "dumb") {
    const view = new WatchView(io.stdout, voice.color, () => {
      const open = monitor()
      return open === undefined ? undefined : { health: open.health(), findings: open.findings, repairing: fix }
    })
    view.draw()
    const prompt = io.isTTY && fix ? new WatchPrompt({ session, view, monitor, leave }) : undefined
    return {
      tell: (event) => {
        view.tell(event)
        prompt?.tell(event)
      },
      end: () => {
        prompt?.end()
        view.end()
      },
    }
  }
  const colors = colorsFor(voice.color)
  return {
    tell: (event) => {
      const line = textLine(event, colors)
      if (line !== undefined) voice.result(`${line}\n`)
    },
    end: () => {},
  }
}
