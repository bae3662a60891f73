import type { Safety } from "../src/model/finding.ts"
import type { Action, Expr, LinkEnd, PathExpr, Requirement, Template, TestFile } from "../src/model/rule.ts"
import type { Span } from "../src/model/span.ts"
import type { Value } from "../src/model/value.ts"

/** The parts of a statement as they stand in the text, before they are put together in `typed.ts`. */
export type Clause = { readonly span: Span } & (
  | { readonly type: "why" | "docs" | "since" | "deprecated"; readonly value: string }
  | { readonly type: "severity"; readonly value: string; readonly valueSpan: Span }
  | { readonly type: "files" | "formats" | "environments" | "tags"; readonly values: readonly string[] }
  | { readonly type: "priority"; readonly value: number }
  | { readonly type: "param"; readonly name: string; readonly value: Value }
  | { readonly type: "for"; readonly name: string; readonly in: PathExpr }
  | { readonly type: "where"; readonly expr: Expr }
  | { readonly type: "require"; readonly requirement: Requirement }
  | { readonly type: "message"; readonly parts: Template }
  | {
      readonly type: "fix"
      readonly safety: Safety
      readonly title: string
      readonly where: readonly Expr[]
      readonly actions: readonly Action[]
    }
  | { readonly type: "test"; readonly name: string; readonly items: readonly TestItem[] }
)

export type TestItem = { readonly span: Span } & (
  | { readonly type: "given" | "with" | "last_good"; readonly file: TestFile }
  | { readonly type: "mode"; readonly mode: string }
  | { readonly type: "env"; readonly name: string; readonly value: string }
  | { readonly type: "on_path"; readonly names: readonly string[] }
  | { readonly type: "param"; readonly name: string; readonly value: Value }
  | { readonly type: "finds"; readonly at: PathExpr; readonly message?: string }
  | { readonly type: "clean" }
  | { readonly type: "fixed"; readonly unsafe: boolean; readonly file: TestFile }
  | { readonly type: "unfixed"; readonly unsafe: boolean }
)

export type LinkItem = { readonly span: Span } & (
  | { readonly type: "source" | "target"; readonly end: LinkEnd }
  | { readonly type: "policy"; readonly value: string; readonly valueSpan: Span }
  | { readonly type: "exact" }
)

interface Heading {
  readonly span: Span
  readonly nameSpan: Span
}

export type Statement =
  | { readonly type: "import"; readonly from: string; readonly span: Span }
  | ({ readonly type: "let"; readonly name: string; readonly value: Expr } & Heading)
  | ({
      readonly type: "predicate"
      readonly name: string
      readonly parameters: readonly { readonly name: string; readonly span: Span }[]
      readonly body: Expr
    } & Heading)
  | ({
      readonly type: "rule"
      readonly id: string
      readonly title: string
      readonly clauses: readonly Clause[]
    } & Heading)
  | ({ readonly type: "link"; readonly name: string; readonly items: readonly LinkItem[] } & Heading)
