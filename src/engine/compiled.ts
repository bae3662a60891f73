import type { Safety, Severity } from "../model/finding.ts"
import type { Path } from "../model/path.ts"
import type { Comparison, FileFact, FunctionName, Kind } from "../model/rule.ts"

/** What JSON can say without a second reading; everything in a compiled rule is made of it. */
type JsonScalar = null | boolean | number | string
export type JsonConstant = JsonScalar | readonly JsonConstant[]

/**
 * An expression with every name resolved: lets and predicates are inlined, a binder's name is unique within its rule, spans are gone.
 * All of it survives `JSON.parse(JSON.stringify(term))` unchanged.
 */
export type Term =
  | { readonly type: "literal"; readonly value: JsonConstant }
  /** An integer that a double cannot hold, as its digits. */
  | { readonly type: "bigint"; readonly digits: string }
  | { readonly type: "list"; readonly items: readonly Term[] }
  | { readonly type: "object"; readonly entries: readonly { readonly key: string; readonly value: Term }[] }
  | { readonly type: "template"; readonly parts: CompiledTemplate }
  | PathTerm
  | { readonly type: "param"; readonly name: string }
  | { readonly type: "file"; readonly fact: FileFact }
  | { readonly type: "call"; readonly name: FunctionName; readonly args: readonly Term[] }
  | { readonly type: "not"; readonly arg: Term }
  | { readonly type: "and" | "or"; readonly args: readonly Term[] }
  | { readonly type: "compare"; readonly op: Comparison; readonly left: Term; readonly right: Term }
  | { readonly type: "is"; readonly arg: Term; readonly kind: Kind }
  | {
      readonly type: "quantifier"
      readonly quantifier: "all" | "any"
      readonly name: string
      readonly in: Term
      readonly body: Term
    }
  | { readonly type: "default"; readonly left: Term; readonly right: Term }
  | { readonly type: "concat"; readonly left: Term; readonly right: Term }
  /** How many places of the target break the schema. */
  | { readonly type: "violations"; readonly schema: string; readonly target: PathTerm }
  /** What a quantifier ranges over: per element, the facts that its condition asks for. */
  | { readonly type: "frames"; readonly name: string; readonly in: Term; readonly facts: Facts }

export interface PathTerm {
  readonly type: "path"
  readonly root:
    | { readonly type: "document" }
    | { readonly type: "binding"; readonly name: string }
    | { readonly type: "term"; readonly term: Term }
  readonly segments: readonly TermSegment[]
}

export type TermSegment =
  | { readonly type: "member"; readonly name: string }
  | { readonly type: "index"; readonly index: number }
  | { readonly type: "wildcard" }
  | { readonly type: "slice"; readonly start: number | null; readonly end: number | null; readonly step: number | null }
  | { readonly type: "descendant"; readonly inner: TermSegment }
  | { readonly type: "computed"; readonly term: Term }

export type CompiledTemplate = readonly (string | Term)[]

/** Definitions by name; a fact's name is its source text in canonical form, such as `count(server.command)`. */
export type Facts = Readonly<Record<string, Term>>

/** The right side of a condition: a constant, another fact, or what `is`, `every` and `some` ask for. */
export type Operand = JsonConstant | { readonly fact: string } | { readonly array: Kind } | BooleanCondition

/** A json-rules-engine condition. */
export type Condition = BooleanCondition | FactCondition
export type BooleanCondition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
export interface FactCondition {
  readonly fact: string
  readonly operator: string
  readonly value: Operand
}

export type CompiledRequirement = {
  /** Source text in canonical form. */
  readonly text: string
  readonly condition: BooleanCondition
} & (
  | { readonly type: "holds"; readonly term: Term }
  | { readonly type: "defaults"; readonly target: PathTerm; readonly value: Term }
  | { readonly type: "schema"; readonly name: string; readonly target: PathTerm }
)

export type CompiledAction =
  | { readonly type: "set" | "append"; readonly target: PathTerm; readonly value: Term }
  | { readonly type: "remove" | "sort"; readonly target: PathTerm }
  | { readonly type: "rename"; readonly target: PathTerm; readonly to: string }
  | { readonly type: "insert"; readonly target: PathTerm; readonly index: number; readonly value: Term }
  | { readonly type: "move"; readonly target: PathTerm; readonly to: PathTerm }
  | { readonly type: "create"; readonly from: string | null; readonly text: string | null }
  | { readonly type: "restore" }
  | { readonly type: "chmod"; readonly mode: string }

export interface CompiledFix {
  readonly title: string
  readonly safety: Safety
  readonly where: readonly { readonly text: string; readonly term: Term }[]
  readonly actions: readonly CompiledAction[]
}

/** Places in a file that may be read or written: `null` stands for any one step. */
export interface Place {
  /** `null`: the file that the rule looks at; else a path or a glob. */
  readonly file: string | null
  readonly steps: readonly (string | number | null)[]
  /** Everything below is meant too. */
  readonly deep: boolean
}

/** How a rule looks at files other than its own: at those that it names, at which are there, at which load others, or at any. */
export type OtherFiles = "named" | "existing" | "loading" | "any"

/** One rule as `cfgsync rules compile` prints it: pure JSON, fit for a cache and for a plain json-rules-engine. */
export interface CompiledRule {
  readonly id: string
  readonly title: string
  readonly since?: string
  readonly deprecated?: string
  readonly severity: Severity
  readonly files: readonly string[]
  readonly formats: readonly string[]
  readonly environments: readonly string[]
  readonly tags: readonly string[]
  readonly priority: number
  /** Default values. */
  readonly params: Readonly<Record<string, Term>>
  /** Outermost first. */
  readonly for: readonly { readonly name: string; readonly in: PathTerm }[]
  /** False: the rule asks about the file only, so it runs where there is no document too. */
  readonly needsDocument: boolean
  /** False: the rule asks whether the file exists, so it runs where there is none, with every place in it missing. */
  readonly needsFile: boolean
  /** Whether it asks for the secrets of the file, which takes a scan of its text. */
  readonly needsSecrets: boolean
  /** Whether it asks for the last known-good state of the file, which so must not move on while it finds something. */
  readonly needsLastGood: boolean
  /** What to expect when other files change. */
  readonly others: readonly OtherFiles[]
  readonly why?: string | undefined
  readonly docs?: string | undefined
  readonly facts: Facts
  readonly where: readonly { readonly text: string; readonly condition: BooleanCondition }[]
  readonly require: readonly CompiledRequirement[]
  /** All of `where`, and not all of `require`. */
  readonly conditions: BooleanCondition
  readonly event: { readonly type: string; readonly params: { readonly severity: Severity; readonly title: string } }
  readonly message?: CompiledTemplate | undefined
  readonly fixes: readonly CompiledFix[]
  readonly reads: readonly Place[]
  readonly writes: readonly (Place & { readonly safety: Safety })[]
}

/** A link, compiled: the same fact in several files of the project. */
export interface CompiledLink {
  /** `link/NAME`, as its findings call it. */
  readonly id: string
  readonly source: CompiledLinkEnd
  readonly targets: readonly CompiledLinkEnd[]
  readonly policy: "source-wins" | "both-ways" | "ask"
  readonly exact: boolean
}

/** Where the entries of one client stand. */
export interface CompiledLinkEnd {
  readonly file: string
  readonly at: Path
  /** Name of the lens. */
  readonly lens: string
}
