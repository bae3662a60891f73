import type { Reference, Template } from "../../src/model/mcpServer.ts"

/** How a client words references. A pattern's groups are told to `read`. */
export interface ReferenceStyle {
  /** Global and sticky-free; what it matches is a reference, all else is text. */
  readonly pattern: RegExp | undefined
  readonly read: (groups: Readonly<Record<string, string | undefined>>) => Reference
  /** `undefined`: the client has no words for it. */
  readonly print: (reference: Reference) => string | undefined
}

/** A template without empty texts and with no two texts side by side. */
export function template(parts: readonly (string | Reference)[]): Template {
  const joined: (string | Reference)[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (part === "") continue
    if (typeof part === "string" && typeof last === "string") joined[joined.length - 1] = last + part
    else joined.push(part)
  }
  return joined
}

export function readTemplate(text: string, { pattern, read }: ReferenceStyle): Template {
  if (pattern === undefined) return template([text])
  const parts: (string | Reference)[] = []
  let end = 0
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(end, match.index), read(match.groups ?? {}))
    end = match.index + match[0].length
  }
  return template([...parts, text.slice(end)])
}

export type Printed = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string }

/** @returns why not, where the client has no words for a reference, or would take a text for one. */
export function printTemplate(parts: Template, style: ReferenceStyle): Printed {
  let text = ""
  for (const part of parts) {
    const printed = typeof part === "string" ? part : style.print(part)
    if (printed === undefined) return { ok: false, why: `it has no words for ${nameOf(part)}` }
    text += printed
  }
  return sameTemplate(readTemplate(text, style), parts)
    ? { ok: true, text }
    : { ok: false, why: `it would fill in a part of ${JSON.stringify(text)} that is meant as it stands` }
}

export function sameTemplate(left: Template, right: Template): boolean {
  return left.length === right.length && left.every((part, index) => samePart(part, right[index]))
}

function samePart(left: string | Reference, right: string | Reference | undefined): boolean {
  return JSON.stringify(sorted(left)) === JSON.stringify(sorted(right))
}

function sorted(part: string | Reference | undefined): unknown {
  return typeof part === "object" ? Object.entries(part).sort(([a], [b]) => a.localeCompare(b)) : part
}

function nameOf(part: string | Reference): string {
  if (typeof part === "string") return "text"
  switch (part.kind) {
    case "env":
      return part.fallback === undefined
        ? `the variable ${part.name}`
        : `the variable ${part.name} with a fallback for when it is not set`
    case "file":
      return `what the file ${part.path} holds`
    case "input":
      return `what its user is asked for (${part.id})`
    case "place":
      return part.name === "home" ? "the home folder" : "the folder of the project"
  }
}

const name = "[A-Za-z_][A-Za-z0-9_]*"

/** Nothing is filled in. */
export const noReferences: ReferenceStyle = {
  pattern: undefined,
  read: () => ({ kind: "env", name: "" }),
  print: () => undefined,
}

/** `{env:NAME}`, `{file:PATH}`. */
export const braced: ReferenceStyle = {
  pattern: /\{env:(?<env>[^}]+)\}|\{file:(?<file>[^}]+)\}/g,
  read: ({ env, file }) => (env === undefined ? { kind: "file", path: file ?? "" } : { kind: "env", name: env }),
  print: (reference) => {
    if (reference.kind === "file") return `{file:${reference.path}}`
    return reference.kind === "env" && reference.fallback === undefined ? `{env:${reference.name}}` : undefined
  },
}

/** As a shell has them: `${NAME}`; with `fallbacks` also `${NAME:-text}`, with `bare` also `$NAME`. */
export function shellLike({
  fallbacks,
  bare,
}: {
  readonly fallbacks: boolean
  readonly bare: boolean
}): ReferenceStyle {
  const inBraces = `\\$\\{(?<braced>${name})${fallbacks ? "(?::-(?<fallback>[^}]*))?" : ""}\\}`
  return {
    pattern: new RegExp(bare ? `${inBraces}|\\$(?<bare>${name})` : inBraces, "g"),
    read: ({ braced: inside, bare: outside, fallback }) => ({
      kind: "env",
      name: inside ?? outside ?? "",
      ...(fallback === undefined ? {} : { fallback }),
    }),
    print: (reference) => {
      if (reference.kind !== "env" || !new RegExp(`^${name}$`).test(reference.name)) return undefined
      if (reference.fallback === undefined) return `\${${reference.name}}`
      return fallbacks ? `\${${reference.name}:-${reference.fallback}}` : undefined
    },
  }
}

/** `${env:NAME}` and others with a prefix, as editors have them. */
export function editorLike(places: Readonly<Record<string, "workspace" | "home">>, inputs: boolean): ReferenceStyle {
  const words = Object.keys(places).join("|")
  const alternatives = [
    `\\$\\{env:(?<env>[^}]+)\\}`,
    ...(inputs ? ["\\$\\{input:(?<input>[^}]+)\\}"] : []),
    ...(words === "" ? [] : [`\\$\\{(?<place>${words})\\}`]),
  ]
  return {
    pattern: new RegExp(alternatives.join("|"), "g"),
    read: ({ env, input, place }) => {
      if (env !== undefined) return { kind: "env", name: env }
      return input === undefined
        ? { kind: "place", name: places[place ?? ""] ?? "workspace" }
        : { kind: "input", id: input }
    },
    print: (reference) => {
      switch (reference.kind) {
        case "env":
          return reference.fallback === undefined ? `\${env:${reference.name}}` : undefined
        case "input":
          return inputs ? `\${input:${reference.id}}` : undefined
        case "place": {
          const word = Object.keys(places).find((each) => places[each] === reference.name)
          return word === undefined ? undefined : `\${${word}}`
        }
        case "file":
          return undefined
      }
    },
  }
}
