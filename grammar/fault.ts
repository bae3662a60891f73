import type { RuleProblem } from "../src/model/rule.ts"
import type { Span } from "../src/model/span.ts"

/** A problem before it is known in which file it stands. */
export type Fault = Omit<RuleProblem, "path" | "severity"> & { readonly severity?: "warning" }

export function fault(code: string, span: Span, message: string, hint?: string): Fault {
  return hint === undefined ? { code, span, message } : { code, span, message, hint }
}
