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
  if (format === "json") return inOneGo((event) => jsonLine(event), voice)
  if (io.stdout.isTTY === true && io.env.TERM !== "dumb") {
    const view = new WatchView(io.stdout, voice.color, () => {
      const open = monitor()
      return open && { health: open.health(), findings: open.isReady ? open.findings : [], repairing: fix }
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
  return inOneGo((event) => {
    const line = textLine(event, colors)
    return line === undefined ? "" : `${line}\n`
  }, voice)
}

/** What happens in one turn is written in one go: of a burst each line by itself would take as long as a check. */
function inOneGo(lineOf: (event: MonitorEvent) => string, voice: Session["voice"]): Face {
  let lines = ""
  let soon: NodeJS.Immediate | undefined
  const say = () => {
    clearImmediate(soon)
    soon = undefined
    const said = lines
    lines = ""
    voice.result(said)
  }
  return {
    tell: (event) => {
      lines += lineOf(event)
      soon ??= setImmediate(say)
    },
    end: say,
  }
}
