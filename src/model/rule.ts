import type { Safety, Severity } from "./finding.ts"
import type { Span } from "./span.ts"
import type { Value } from "./value.ts"

/** What `.rule` text says, typed and resolved as far as the text alone allows: `grammar/` makes it, `src/engine` compiles it. All of it is JSON. */
export interface RuleFile {
  /** As given to the parser; for messages. */
  readonly path: string
  readonly imports: readonly { readonly from: string; readonly span: Span }[]
  readonly lets: readonly Let[]
  readonly predicates: readonly Predicate[]
  readonly rules: readonly Rule[]
  readonly links: readonly Link[]
}

export interface Let {
  readonly name: string
  readonly value: Expr
  readonly span: Span
}

/** Inlined where it is called; may call other predicates, never itself. */
export interface Predicate {
  readonly name: string
  readonly parameters: readonly string[]
  readonly body: Expr
  readonly span: Span
}

export interface Rule {
  /** `pack/name`, or `name`. */
  readonly id: string
  readonly title: string
  readonly why?: string
  readonly docs?: string
  readonly severity: Severity
  /** Globs on the path relative to the root; empty: every managed file. */
  readonly files: readonly string[]
  /** Format names; empty: every format. */
  readonly formats: readonly string[]
  readonly environments: readonly string[]
  readonly tags: readonly string[]
  readonly since?: string
  /** Higher is repaired first; 0 unless said. */
  readonly priority: number
  readonly deprecated?: string
  readonly params: readonly { readonly name: string; readonly default: Value; readonly span: Span }[]
  /** Outermost first: one evaluation per combination. */
  readonly for: readonly { readonly name: string; readonly in: PathExpr; readonly span: Span }[]
  /** Every one must hold for the rule to apply. */
  readonly where: readonly Expr[]
  /** Every one must hold; there is a finding for each that does not. */
  readonly require: readonly Requirement[]
  readonly message?: Template
  readonly fixes: readonly Fix[]
  readonly tests: readonly RuleTest[]
  /** The whole rule; `idSpan` its id. */
  readonly span: Span
  readonly idSpan: Span
}

export type Requirement =
  | { readonly type: "holds"; readonly expr: Expr; readonly span: Span }
  /** `require X defaults v`: X is present; repaired by setting it to v. */
  | { readonly type: "defaults"; readonly target: PathExpr; readonly value: Expr; readonly span: Span }
  /** `require schema "name" [at X]`: the value satisfies a JSON Schema known by that name. */
  | { readonly type: "schema"; readonly name: string; readonly target?: PathExpr; readonly span: Span }

/** A rung of the ladder. */
interface Fix {
  readonly title: string
  readonly safety: Safety
  readonly where: readonly Expr[]
  readonly actions: readonly Action[]
  readonly span: Span
}

export type Action = { readonly span: Span } & (
  | { readonly type: "set"; readonly target: PathExpr; readonly value: Expr }
  | { readonly type: "remove"; readonly target: PathExpr }
  | { readonly type: "rename"; readonly target: PathExpr; readonly to: string }
  | { readonly type: "append"; readonly target: PathExpr; readonly value: Expr }
  /** `insert X at N = v` */
  | { readonly type: "insert"; readonly target: PathExpr; readonly index: number; readonly value: Expr }
  | { readonly type: "move"; readonly target: PathExpr; readonly to: PathExpr }
  | { readonly type: "sort"; readonly target: PathExpr }
  /** `create from "templates/x"`, or `create "text"`; `restore` (last known-good); `chmod "0600"`. They mean the rule's file. */
  | { readonly type: "create"; readonly from?: string; readonly text?: string }
  | { readonly type: "restore" }
  | { readonly type: "chmod"; readonly mode: string }
)

export const comparisons = ["==", "!=", "<", "<=", ">", ">=", "in", "contains", "matches", "like", "satisfies"] as const
export type Comparison = (typeof comparisons)[number]

export const functionNames = [
  "key", "path", "file_of", "count", "keys", "values", "lower", "upper", "trim", "basename", "dirname", "split", "join", "replace",
  "doc", "docs", "glob", "env", "last_good", "exists", "on_path", "loading", "secret", "secrets", "conceal", "variable",
] as const // biome-ignore format: a list to read
export type FunctionName = (typeof functionNames)[number]

export const kindNames = [
  "string", "number", "integer", "boolean", "null", "array", "object", "absent", "present", "empty", "sorted", "unique", "url", "path", "executable",
] as const // biome-ignore format: a list to read
export type KindName = (typeof kindNames)[number]
/** What may stand after `is`: a kind, or `[T]`, an array whose elements all are T. */
export type Kind = KindName | { readonly array: Kind }

export const fileFacts = ["exists", "path", "name", "mode", "eol", "bom", "final_newline", "size"] as const
export type FileFact = (typeof fileFacts)[number]

/**
 * An expression. A negated operator (`not contains`, `is not`, `not in`) is a `not` around the plain one.
 * `matches` keeps its pattern as a string literal on the right; `like` a glob; `satisfies` a semver range.
 */
export type Expr = { readonly span: Span } & (
  | { readonly type: "literal"; readonly value: Value }
  | { readonly type: "list"; readonly items: readonly Expr[] }
  | { readonly type: "object"; readonly entries: readonly { readonly key: string; readonly value: Expr }[] }
  /** A string with `{expr}` in it. */
  | { readonly type: "template"; readonly parts: Template }
  | PathBody
  | { readonly type: "file"; readonly fact: FileFact }
  | { readonly type: "call"; readonly name: FunctionName; readonly args: readonly Expr[] }
  /** Replaced by its body before compiling. */
  | { readonly type: "predicate"; readonly name: string; readonly args: readonly Expr[] }
  | { readonly type: "not"; readonly arg: Expr }
  | { readonly type: "and" | "or"; readonly args: readonly Expr[] }
  | { readonly type: "compare"; readonly op: Comparison; readonly left: Expr; readonly right: Expr }
  | { readonly type: "is"; readonly arg: Expr; readonly kind: Kind }
  | {
      readonly type: "quantifier"
      readonly quantifier: "all" | "any"
      readonly name: string
      readonly in: Expr
      readonly body: Expr
    }
  /** `left ?? right`: right where left is missing (not where it is null). */
  | { readonly type: "default"; readonly left: Expr; readonly right: Expr }
  /** `++`: lists or strings, end to end. */
  | { readonly type: "concat"; readonly left: Expr; readonly right: Expr }
)

/**
 * `$.a.b`, `server.env["A.B"]`, `doc("x.toml").y`, or a bare name (a binding of `for` or a quantifier, a `let`, a `param`, a predicate's
 * parameter): a root and what follows it.
 */
export interface PathBody {
  readonly type: "path"
  readonly root:
    | { readonly type: "document" }
    | { readonly type: "name"; readonly name: string }
    | { readonly type: "call"; readonly call: Expr }
  readonly segments: readonly Segment[]
}
export type PathExpr = { readonly span: Span } & PathBody

export type Segment =
  | { readonly type: "member"; readonly name: string }
  | { readonly type: "index"; readonly index: number }
  | { readonly type: "wildcard" }
  | { readonly type: "slice"; readonly start: number | null; readonly end: number | null; readonly step: number | null }
  /** `..name`, `..*`: the inner segment at every depth, the starting node included. */
  | { readonly type: "descendant"; readonly inner: Segment }
  /** `x[expr]`: the member or element that the expression names. */
  | { readonly type: "computed"; readonly expr: Expr }

/** Text and expressions in turn; in a message a list is shown joined by ", ". */
export type Template = readonly (string | Expr)[]

export interface RuleTest {
  readonly name: string
  /** The file the rule looks at. `path` absent: the first of the rule's `files`, made concrete. `text` absent: the file is missing. */
  readonly given: TestFile
  /** Other files, for `doc`, `docs`, `glob`, `exists`. */
  readonly with: readonly TestFile[]
  readonly environment: Readonly<Record<string, string>>
  /** Names that `on_path` finds. */
  readonly onPath: readonly string[]
  readonly params: Readonly<Record<string, Value>>
  readonly lastGood?: TestFile
  /** `clean`: `finds` is empty. Each: where, and optionally what the message says. All findings of the rule must be named. */
  readonly finds: readonly { readonly at: PathExpr; readonly message?: string; readonly span: Span }[]
  readonly outcome:
    | { readonly type: "unchecked" }
    /** The repaired text, or the repaired value where the test gave a value. `unsafe`: with unsafe repairs allowed. */
    | {
        readonly type: "fixed"
        readonly file: TestFile
        readonly others: readonly TestFile[]
        readonly unsafe: boolean
      }
    /** Found, and rightly not repaired. */
    | { readonly type: "unfixed"; readonly unsafe: boolean }
  readonly span: Span
}

/** `value` is given as written (a JSON-like literal) and worded in the file's format by the runner; `text` is used as it is. */
export interface TestFile {
  readonly path?: string
  readonly text?: string
  readonly value?: Value
  readonly mode?: string
  readonly span: Span
}

export interface Link {
  readonly name: string
  readonly source: LinkEnd
  readonly targets: readonly LinkEnd[]
  readonly policy: "source-wins" | "both-ways" | "ask"
  readonly exact: boolean
  readonly span: Span
}

export interface LinkEnd {
  readonly file: string
  readonly at: PathExpr
  readonly lens: string
  readonly span: Span
}

/** What is wrong with a rule text or a compiled rule. `code` is stable: `syntax`, `unknown-name`, `duplicate-id`, `contradiction` … */
export interface RuleProblem {
  readonly code: string
  readonly severity: "error" | "warning"
  readonly message: string
  /** What to do. */
  readonly hint?: string
  /** The rule file. */
  readonly path: string
  readonly span: Span
}
