import type { Kind } from "../model/rule.ts"
import type { JsonConstant, Place, Term, TermSegment } from "./compiled.ts"

/** How tightly a term binds; a part that binds less than its place asks for stands in parentheses. */
const strength = { or: 1, and: 2, not: 3, compare: 4, default: 5, concat: 6, atom: 7 }

/** The source text of a term in canonical form: equal terms have equal texts, different ones of one rule different texts. */
export function termText(term: Term): string {
  return write(term)[0]
}

function write(term: Term): readonly [string, number] {
  switch (term.type) {
    case "literal":
      return [constantText(term.value), strength.atom]
    case "bigint":
      return [term.digits, strength.atom]
    case "list":
      return [`[${term.items.map(termText).join(", ")}]`, strength.atom]
    case "object":
      return [
        `{${term.entries.map(({ key, value }) => `${quoted(key)}: ${termText(value)}`).join(", ")}}`,
        strength.atom,
      ]
    case "template":
      return [
        `"${term.parts.map((part) => (typeof part === "string" ? quoted(part).slice(1, -1) : `{${termText(part)}}`)).join("")}"`,
        strength.atom,
      ]
    case "path": {
      const { root } = term
      const start =
        root.type === "document" ? "$" : root.type === "binding" ? root.name : within(root.term, strength.atom)
      return [start + term.segments.map(segmentText).join(""), strength.atom]
    }
    case "param":
      return [term.name, strength.atom]
    case "file":
      return [`file.${term.fact}`, strength.atom]
    case "call":
      return [`${term.name}(${term.args.map(termText).join(", ")})`, strength.atom]
    case "not":
      return [notText(term.arg), strength.not]
    case "and":
    case "or":
      return [term.args.map((arg) => within(arg, strength[term.type] + 1)).join(` ${term.type} `), strength[term.type]]
    case "compare":
      return [
        `${within(term.left, strength.default)} ${term.op} ${within(term.right, strength.default)}`,
        strength.compare,
      ]
    case "is":
      return [`${within(term.arg, strength.default)} is ${kindText(term.kind)}`, strength.compare]
    case "quantifier":
      return [
        `${term.quantifier} ${term.name} in ${within(term.in, strength.default)} : ${termText(term.body)}`,
        strength.or - 1,
      ]
    case "default":
      return [`${within(term.left, strength.concat)} ?? ${within(term.right, strength.default)}`, strength.default]
    case "concat":
      return [`${within(term.left, strength.concat)} ++ ${within(term.right, strength.atom)}`, strength.concat]
    case "violations":
      return [`violations(${quoted(term.schema)}, ${termText(term.target)})`, strength.atom]
    case "frames":
      return [
        `{${Object.keys(term.facts).join(", ")}} of ${term.name} in ${within(term.in, strength.default)}`,
        strength.or - 1,
      ]
  }
}

/** A brace begins an expression in a string of the language. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("{", "\\{")
}

function constantText(value: JsonConstant): string {
  return Array.isArray(value)
    ? `[${value.map(constantText).join(", ")}]`
    : typeof value === "string"
      ? quoted(value)
      : JSON.stringify(value)
}

function within(term: Term, least: number): string {
  const [text, binds] = write(term)
  return binds < least ? `(${text})` : text
}

function notText(arg: Term): string {
  if (arg.type === "compare") {
    const sides = [within(arg.left, strength.default), within(arg.right, strength.default)] as const
    if (arg.op === "==") return `${sides[0]} != ${sides[1]}`
    if (/^[a-z]/.test(arg.op)) return `${sides[0]} not ${arg.op} ${sides[1]}`
  }
  if (arg.type === "is") return `${within(arg.arg, strength.default)} is not ${kindText(arg.kind)}`
  return `not ${within(arg, strength.not)}`
}

function kindText(kind: Kind): string {
  return typeof kind === "string" ? kind : `[${kindText(kind.array)}]`
}

function segmentText(segment: TermSegment): string {
  switch (segment.type) {
    case "member":
      return /^[A-Za-z_][A-Za-z0-9_]*$/.test(segment.name) ? `.${segment.name}` : `[${quoted(segment.name)}]`
    case "index":
      return `[${segment.index}]`
    case "wildcard":
      return ".*"
    case "slice":
      return `[${segment.start ?? ""}:${segment.end ?? ""}${segment.step === null ? "" : `:${segment.step}`}]`
    case "descendant": {
      const inner = segmentText(segment.inner)
      return `..${inner.startsWith(".") ? inner.slice(1) : inner}`
    }
    case "computed":
      return `[${termText(segment.term)}]`
  }
}

/** A place as people write it: `$.mcp.*.command`, `opencode.json $.theme`, `$.a..*` for everything below. */
export function placeText(place: Place): string {
  const step = (part: string | number | null) =>
    part === null
      ? ".*"
      : segmentText(typeof part === "number" ? { type: "index", index: part } : { type: "member", name: part })
  return `${place.file === null ? "" : `${place.file} `}$${place.steps.map(step).join("")}${place.deep ? "..*" : ""}`
}
