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
    const heads = halves.map(({ head }) => head)
    return {
      head: { ...rest, rules: heads },
      parts: places(heads).map((index) => JSON.stringify(halves[index]?.body)),
    }
  },
  unfold: (head, part) => {
    const rules: CompiledRule[] = []
    for (const [place, index] of places(head.rules).entries()) {
      const own = head.rules[index]
      if (own !== undefined) rules[index] = FoldedRule.of(own, () => part<Body>(place))
    }
    return { ...head, rules }
  },
}

/** Rules by their numbers, in the order of their parts: those of all files, or of all with an ending, come first, so that they are read together. */
function places(rules: readonly Head[]): readonly number[] {
  const isNarrow = ({ files }: Head) => Number(files.length > 0 && !files.some((glob) => glob.startsWith("*.")))
  return [...rules.entries()].sort(([, a], [, b]) => isNarrow(a) - isNarrow(b)).map(([index]) => index)
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

/** What has a getter here is no property of its own: `{ ...rule }` has the head alone. */
class FoldedRule {
  readonly #read: () => Body
  #body: Body | undefined

  private constructor(read: () => Body) {
    this.#read = read
  }

  static of(head: Head, read: () => Body): CompiledRule {
    return Object.assign(new FoldedRule(read), head)
  }

  get #known(): Body {
    this.#body ??= this.#read()
    return this.#body
  }

  get why() {
    return this.#known.why
  }

  get docs() {
    return this.#known.docs
  }

  get message() {
    return this.#known.message
  }

  get for() {
    return this.#known.for
  }

  get facts() {
    return this.#known.facts
  }

  get where() {
    return this.#known.where
  }

  get require() {
    return this.#known.require
  }

  get conditions() {
    return this.#known.conditions
  }

  get event() {
    return this.#known.event
  }

  get fixes() {
    return this.#known.fixes
  }

  get reads() {
    return this.#known.reads
  }

  get writes() {
    return this.#known.writes
  }
}
