import { formatPath } from "../model/path.ts"
import type { Comparison, Kind } from "../model/rule.ts"
import { isArray, isObject, type Value } from "../model/value.ts"
import type { CompiledRequirement, CompiledTemplate, Term } from "./compiled.ts"
import { type Context, elementsOf, isMany, isTrue, nodesOf, resolveFact } from "./facts.ts"
import type { Frame } from "./frame.ts"
import { quote, show } from "./show.ts"
import { termText } from "./termText.ts"

/** A rule's own message, with its expressions replaced by what they stand for. */
export function fillIn(message: CompiledTemplate, frame: Frame, context: Context): string {
  return message.map((part) => (typeof part === "string" ? part : show(resolveFact(part, frame, context)))).join("")
}

/** What a requirement asks for in plain words, and what is there instead: `server.enabled must be true (it is missing)`. */
export function failureWords(requirement: CompiledRequirement, frame: Frame, context: Context): string {
  if (requirement.type === "holds") return words(requirement.term, frame, context)
  if (requirement.type === "schema")
    return `${termText(requirement.target)} must satisfy the schema "${requirement.name}"`
  return `${termText(requirement.target)} must be set (it is missing)`
}

function words(term: Term, frame: Frame, context: Context): string {
  switch (term.type) {
    case "and": {
      const failing = term.args.find((arg) => !isTrue(arg, frame, context))
      return failing === undefined ? termText(term) : words(failing, frame, context)
    }
    case "quantifier": {
      if (term.quantifier === "any") return `at least one of ${termText(term.in)} must meet: ${termText(term.body)}`
      for (const element of elementsOf(term.in, frame, context)) {
        const inner = frame.with(term.name, element)
        if (!isTrue(term.body, inner, context)) return words(term.body, inner, context)
      }
      return termText(term)
    }
    case "compare":
      return must(term.left, comparisonWords(term.op, term.right, frame, context), frame, context)
    case "is":
      return must(term.arg, kindWords(term.kind, false), frame, context)
    case "not": {
      const { arg } = term
      if (arg.type === "compare") {
        return must(arg.left, `not ${comparisonWords(arg.op, arg.right, frame, context)}`, frame, context)
      }
      if (arg.type === "is") return must(arg.arg, `not ${kindWords(arg.kind, false)}`, frame, context)
      return `must hold: ${termText(term)}`
    }
    case "path":
    case "default":
    case "param":
      return must(term, "be true", frame, context)
    case "file":
      return term.fact === "exists" ? "the file must exist" : must(term, "be true", frame, context)
    default:
      return `must hold: ${termText(term)}`
  }
}

function must(subject: Term, what: string, frame: Frame, context: Context): string {
  const value = resolveFact(subject, frame, context)
  return `${name(subject, frame, context)} must ${what} (${value === undefined ? "it is missing" : `it is ${brief(value)}`})`
}

/** A name bound by the rule says little to the reader of a message; the place that it leads to says all. */
function name(term: Term, frame: Frame, context: Context): string {
  if (term.type !== "path" || term.root.type !== "binding" || isMany(term)) return termText(term)
  const place = nodesOf(term, frame, context)[0]?.place
  if (place === undefined) return termText(term)
  return place.file === null ? formatPath(place.path) : `${place.file} ${formatPath(place.path)}`
}

function brief(value: Value): string {
  if (isArray(value) && value.length > 5) return `a list of ${value.length}`
  if (isObject(value) && Object.keys(value).length > 3) return `an object of ${Object.keys(value).length} members`
  return quote(value)
}

const comparisons: Readonly<Record<Comparison, string>> = {
  "==": "be",
  "!=": "not be",
  "<": "be less than",
  "<=": "be at most",
  ">": "be more than",
  ">=": "be at least",
  in: "be one of",
  contains: "contain",
  matches: "match",
  like: "look like",
  satisfies: "satisfy",
}

function comparisonWords(op: Comparison, right: Term, frame: Frame, context: Context): string {
  const value = resolveFact(right, frame, context)
  if (value === undefined) return `${comparisons[op]} ${termText(right)}, which is missing`
  return `${comparisons[op]} ${op === "in" ? show(value) : op === "matches" ? `/${show(value)}/` : quote(value)}`
}

function kindWords(kind: Kind, many: boolean): string {
  if (typeof kind !== "string") return `${many ? "lists" : "be a list"} of ${kindWords(kind.array, true)}`
  const [one, several] = kindNouns[kind] ?? [kind, kind]
  return many ? several : `be ${one}`
}

const kindNouns: Readonly<Record<string, readonly [string, string]>> = {
  string: ["a string", "strings"],
  number: ["a number", "numbers"],
  integer: ["a whole number", "whole numbers"],
  boolean: ["true or false", "booleans"],
  array: ["a list", "lists"],
  object: ["an object", "objects"],
  url: ["a URL", "URLs"],
  path: ["a file path", "file paths"],
  executable: ["a command that can be found", "commands that can be found"],
  sorted: ["in order", "sorted lists"],
  unique: ["free of repeats", "lists free of repeats"],
}
