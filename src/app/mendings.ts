import type { Mended, Mending } from "../engine/mend.ts"
import type { Format, Limits, Parsed } from "../model/document.ts"
import type { Source } from "../model/source.ts"

/** How the texts of a run that do not parse can be mended. A proof checks the same text several times, so the last answer for a path is kept. */
export class Mendings {
  readonly #known = new Map<string, { readonly text: string; readonly mending: Mending }>()

  /** @param parsed what the text says. */
  async of(source: Source, format: Format, limits: Limits, parsed: Parsed): Promise<Mending> {
    const known = this.#known.get(source.path)
    if (known?.text === source.text) return known.mending
    const { mendText } = await import("../engine/mend.ts")
    const mending = mendText(await format.mender?.(), format, source, limits, parsed)
    this.#known.set(source.path, { text: source.text, mending })
    return mending
  }

  /** Every text that mending could lead to, the likely ones first. Not kept. */
  async texts(source: Source, format: Format, limits: Limits): Promise<readonly Mended[]> {
    const { mendedTexts } = await import("../engine/mend.ts")
    return mendedTexts(await format.mender?.(), format, source, limits)
  }
}
