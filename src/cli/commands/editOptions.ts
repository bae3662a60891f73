import { InvalidArgumentError, Option } from "commander"

export interface EditOptions {
  /** 1-based, as people count. */
  readonly document?: number
}

export function documentOption(): Option {
  return new Option("--document <number>", "which document of a YAML stream, from 1").argParser((text) => {
    if (!/^[1-9][0-9]*$/.test(text)) throw new InvalidArgumentError("it is a number from 1")
    return Number(text)
  })
}

/** What the app is asked for. */
export function targetOf(cwd: string, file: string, path: string, { document }: EditOptions) {
  return { cwd, file, path, ...(document === undefined ? {} : { document }) }
}
