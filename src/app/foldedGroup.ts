import type { CompiledRule } from "../engine/compiled.ts"
import type { Folding } from "./cache.ts"
import type { CompiledGroup } from "./parseGroup.ts"

/** What is asked of a rule only where a file is held against it. */
type Body = Pick<CompiledRule, "for" | "facts" | "where" | "require" | "conditions" | "event" | "fixes" | "writes">
type Head = Omit<CompiledRule, keyof Body>

interface Folded extends Omit<CompiledGroup, "rules"> {
  readonly rules: readonly Head[]
}

/** Most files have few of all rules: what makes up a rule is read from the cache when it is asked for. */
export const foldedGroup: Folding<CompiledGroup, Folded> = {
  fold: ({ rules, ...rest }) => {
    const halves = rules.map(halve)
    return {
      head: { ...rest, rules: halves.map(({ head }) => head) },
      parts: halves.map(({ body }) => JSON.stringify(body)),
    }
  },
  unfold: (head, part) => ({ ...head, rules: head.rules.map((each, index) => whole(each, () => part(index))) }),
}

function halve(rule: CompiledRule): { readonly head: Head; readonly body: Body } {
  const { for: bindings, facts, where, require, conditions, event, fixes, writes, ...head } = rule
  return { head, body: { for: bindings, facts, where, require, conditions, event, fixes, writes } }
}

function whole(head: Head, read: () => string): CompiledRule {
  let body: Body | undefined
  const known = (): Body => {
    body ??= JSON.parse(read()) as Body
    return body
  }
  return {
    ...head,
    get for() {
      return known().for
    },
    get facts() {
      return known().facts
    },
    get where() {
      return known().where
    },
    get require() {
      return known().require
    },
    get conditions() {
      return known().conditions
    },
    get event() {
      return known().event
    },
    get fixes() {
      return known().fixes
    },
    get writes() {
      return known().writes
    },
  }
}
