import { severities } from "../src/model/finding.ts"
import { functionNames, kindNames } from "../src/model/rule.ts"
import { words } from "./lexer.ts"
import { operatorWords, statementWords } from "./syntax.ts"

interface Pattern {
  readonly name?: string
  readonly contentName?: string
  readonly match?: string
  readonly begin?: string
  readonly end?: string
  readonly captures?: Readonly<Record<string, { readonly name: string }>>
  readonly beginCaptures?: Readonly<Record<string, { readonly name: string }>>
  readonly patterns?: readonly Pattern[]
  readonly include?: string
}

export interface TextMateGrammar {
  readonly name: string
  readonly scopeName: string
  readonly fileTypes: readonly string[]
  readonly patterns: readonly Pattern[]
  readonly repository: Readonly<Record<string, { readonly patterns: readonly Pattern[] }>>
}

const name = "[A-Za-z_][A-Za-z0-9_]*(?:-+[A-Za-z0-9_]+)*"
const whole = (list: readonly string[]) =>
  `(?<![\\w.-])(?:${[...list].sort((a, b) => b.length - a.length).join("|")})(?![\\w-])`

const constants = ["true", "false", "null"]
const operators = [...operatorWords, "all", "any", "defaults", "at", "as", "to", "from"]
const clauses = words.filter(
  (word) => ![...constants, ...operators, ...statementWords, "file"].some((other) => other === word),
)

const text = (quote: string, kind: string): Pattern => ({
  name: `string.quoted.${kind}.cfgsync`,
  begin: quote,
  end: `${quote}|$`,
  patterns: [
    { name: "constant.character.escape.cfgsync", match: "\\\\(?:u[0-9A-Fa-f]{4}|.)" },
    {
      name: "meta.interpolation.cfgsync",
      begin: `\\{(?=[A-Za-z_$(\\['"])`,
      end: `\\}|(?=${quote})`,
      patterns: [{ include: "#expression" }],
    },
  ],
})

/** How editors colour rules, made from the words of the lexer. Its patterns mean the same to Oniguruma and to JavaScript. */
export const textMateGrammar: TextMateGrammar = {
  name: "cfgsync rules",
  scopeName: "source.cfgsync-rule",
  fileTypes: ["rule"],
  patterns: [
    {
      match: `(?<![\\w.-])(rule|link)\\s+(${name}(?:/${name})*)`,
      captures: { 1: { name: "storage.type.cfgsync" }, 2: { name: "entity.name.type.cfgsync" } },
    },
    {
      match: `(?<![\\w.-])(let|predicate)\\s+(${name})`,
      captures: { 1: { name: "storage.type.cfgsync" }, 2: { name: "entity.name.function.cfgsync" } },
    },
    { name: "storage.type.cfgsync", match: whole(statementWords) },
    {
      match: `(?<![\\w.-])(severity)\\s+(${severities.join("|")})(?![\\w-])`,
      captures: { 1: { name: "keyword.control.cfgsync" }, 2: { name: "constant.language.cfgsync" } },
    },
    { include: "#expression" },
  ],
  repository: {
    expression: {
      patterns: [
        { name: "comment.line.number-sign.cfgsync", match: "#.*$" },
        { name: "string.quoted.triple.cfgsync", begin: '"""', end: '"""(?!")' },
        text('"', "double"),
        text("'", "single"),
        {
          match: `(?<![\\w.-])(matches)\\s+(/(?:[^/\\\\\\[]|\\\\.|\\[(?:[^\\]\\\\]|\\\\.)*\\])+/[ims]*)`,
          captures: { 1: { name: "keyword.operator.word.cfgsync" }, 2: { name: "string.regexp.cfgsync" } },
        },
        {
          match: `(?<![\\w.-])(is)(\\s+not)?\\s+(\\[*(?:${kindNames.join("|")})(?![\\w-])\\]*)`,
          captures: {
            1: { name: "keyword.operator.word.cfgsync" },
            2: { name: "keyword.operator.word.cfgsync" },
            3: { name: "support.type.cfgsync" },
          },
        },
        {
          match: `(\\.\\.?)(${name})`,
          captures: { 1: { name: "punctuation.accessor.cfgsync" }, 2: { name: "variable.other.member.cfgsync" } },
        },
        { name: "support.function.cfgsync", match: `(?<![\\w.-])(?:${functionNames.join("|")})(?=\\()` },
        { name: "entity.name.function.cfgsync", match: `(?<![\\w.-])${name}(?=\\()` },
        { name: "support.type.property-name.cfgsync", match: `(?<![\\w.-])${name}(?=:)` },
        { name: "constant.language.cfgsync", match: whole(constants) },
        { name: "keyword.operator.word.cfgsync", match: whole(operators) },
        { name: "variable.language.cfgsync", match: `${whole(["file"])}|\\$` },
        { name: "keyword.control.cfgsync", match: whole(clauses) },
        { name: "variable.other.cfgsync", match: `(?<![\\w.-])${name}` },
        { name: "constant.numeric.cfgsync", match: "-?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?" },
        { name: "keyword.operator.cfgsync", match: "==|!=|<=|>=|\\?\\?|\\+\\+|[<>=*]" },
        { name: "punctuation.cfgsync", match: "[{}()\\[\\],:./]" },
      ],
    },
  },
}
