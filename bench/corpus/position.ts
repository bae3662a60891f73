import { load as parseYaml, YAMLException } from "js-yaml"
import { ParseError, parseTOML } from "toml-eslint-parser"
import type { Row } from "./row.ts"

/** The line (from 1) where another parser than cfgsync's says that a text goes wrong; `undefined` where it takes the text or names no place. */
export function wrongLine({ format, labels }: Row, text: string): number | undefined {
  const told = labels.parse.jsonc_errors?.[0]?.split("@")[1]
  if (told !== undefined) return lineAt(text, Number(told))
  try {
    parse(format, text)
  } catch (error) {
    return lineOf(error, text)
  }
  return undefined
}

function parse(format: Row["format"], text: string): void {
  if (format === "json") JSON.parse(text)
  if (format === "yaml") parseYaml(text)
  // A line in the place of the fence, so that the lines keep their numbers.
  if (format === "md") parseYaml(`\n${/^---\r?\n([\s\S]*?)^---[ \t]*$/m.exec(text)?.[1] ?? ""}`)
  if (format === "toml") parseTOML(text)
}

function lineOf(error: unknown, text: string): number | undefined {
  if (error instanceof YAMLException) return (error.mark?.line ?? 0) + 1
  if (error instanceof ParseError) return error.lineNumber
  const position = error instanceof SyntaxError ? /at position (\d+)/.exec(error.message)?.[1] : undefined
  return position === undefined ? undefined : lineAt(text, Number(position))
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length
}
