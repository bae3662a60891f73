import type { CompiledRule } from "../engine/compiled.ts"
import type { Folding } from "./cache.ts"
import type { CompiledGroup } from "./parseGroup.ts"

/** What is asked of a rule only where a file is held against it. */
type Body = Pick<
  CompiledRule,
  | "why"
  | "docs"
  | "message"
  | "for"
  | "facts"
  | "where"
  | "require"
  | "conditions"
  | "event"
  | "fixes"
  | "reads"
  | "writes"
>
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
  unfold: (head, part) => ({ ...head, rules: head.rules.map((each, index) => whole(each, () => part<Body>(index))) }),
}

function halve(rule: CompiledRule): { readonly head: Head; readonly body: Body } {
  const {
    why,
    docs,
    message,
    for: bindings,
    facts,
    where,
    require,
    conditions,
    event,
    fixes,
    reads,
    writes,
    ...head
  } = rule
  const body = { why, docs, message, for: bindings, facts, where, require, conditions, event, fixes, reads, writes }
  return { head, body }
}

function whole(head: Head, read: () => Body): CompiledRule {
  let body: Body | undefined
  const known = (): Body => {
    body ??= read()
    return body
  }
  return {
    ...head,
    get why() {
      return known().why
    },
    get docs() {
      return known().docs
    },
    get message() {
      return known().message
    },
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
    get reads() {
      return known().reads
    },
    get writes() {
      return known().writes
    },
  }
}
