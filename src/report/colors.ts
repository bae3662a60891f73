import { styleText } from "node:util"

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "cyan"

/** Each gives a text its colour, or the text as it is where there are none. */
export type Colors = Readonly<Record<Style, (text: string) => string>>

/** @param on whether there are colours: who asks has looked at the stream and the environment */
export function colorsFor(on: boolean): Colors {
  const as = (style: Style) => (text: string) => (on ? styleText(style, text, { validateStream: false }) : text)
  return {
    bold: as("bold"),
    dim: as("dim"),
    red: as("red"),
    green: as("green"),
    yellow: as("yellow"),
    blue: as("blue"),
    cyan: as("cyan"),
  }
}
