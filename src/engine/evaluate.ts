import type { Document } from "../model/document.ts"
import type { Finding, Severity } from "../model/finding.ts"
import type { Value } from "../model/value.ts"
import type { World } from "../model/world.ts"
import type { CompiledRule } from "./compiled.ts"
import { emptyWorld } from "./emptyWorld.ts"
import { bindings, type Context, resolveFact, type SchemaChecker, wholeValue } from "./facts.ts"
import { findingsOf } from "./findings.ts"
import { Frame } from "./frame.ts"
import { matcher } from "./glob.ts"
import type { FactValues } from "./jsonRulesEngine.ts"
import { Steps, TooCostly } from "./steps.ts"
import { type KnownVerdicts, Verdicts } from "./verdicts.ts"

/** One file put to the rules. */
export interface Subject {
  /** Relative to the project root, forward slashes. */
  readonly file: string
  /** Name of its format. */
  readonly format: string
  /** Empty: the file is missing, does not parse, or is of no known format; see {@link runsWithoutDocument}. */
  readonly documents: readonly Document[]
  readonly world: World
  /** The project's environment (`production`), when one is chosen. */
  readonly environment: string | undefined
}

export interface EvaluatorSettings {
  /** By rule id, then by name; what is not given has the rule's default. */
  readonly params: Readonly<Record<string, Readonly<Record<string, Value>>>>
  /** By rule id; `off` silences a rule. */
  readonly severity: Readonly<Record<string, Severity | "off">>
  /** Absent: requirements of a schema hold. */
  readonly schemas?: SchemaChecker
}

interface Active {
  readonly rule: CompiledRule
  readonly severity: Severity
  readonly params: Readonly<Record<string, Value>>
  readonly means: (file: string) => boolean
}

/** The lists of globs that decide which rules a file of one format has, and the rules by what they answered. */
interface Choice {
  readonly asks: readonly Active["means"][]
  readonly answers: Map<string, readonly Active[]>
}

/** Puts files to rules; whether a rule fires is what json-rules-engine says of its conditions and facts. */
export class Evaluator {
  readonly #active: readonly Active[]
  readonly #schemas: SchemaChecker | undefined
  readonly #costSeverity: Severity | "off"
  readonly #verdicts: Verdicts
  readonly #choices = new Map<string, Choice>()

  /** @param verdicts what json-rules-engine said of the rules when they were compiled */
  constructor(
    rules: readonly CompiledRule[],
    settings: EvaluatorSettings,
    verdicts: Readonly<Record<string, KnownVerdicts>> = {},
  ) {
    this.#verdicts = new Verdicts(verdicts)
    this.#schemas = settings.schemas
    this.#costSeverity = settings.severity[tooCostly] ?? "warning"
    const matchers = new Map<string, Active["means"]>()
    this.#active = rules.flatMap((rule) => {
      const severity = settings.severity[rule.id] ?? rule.severity
      if (severity === "off") return []
      const key = rule.files.join("\n")
      const means = matchers.get(key) ?? matcher(rule.files)
      matchers.set(key, means)
      return [{ rule, severity, params: paramsOf(rule, settings), means }]
    })
  }

  /** @returns findings in order of document, rule and binding. */
  async evaluate(subject: Subject): Promise<readonly Finding[]> {
    const active = this.#activeFor(subject)
    const findings: Finding[] = []
    const documents = subject.documents.length === 0 ? [undefined] : subject.documents
    for (const [index, document] of documents.entries()) {
      for (const each of active) {
        // A rule about the file as such speaks once, however many documents the file holds.
        if (document !== undefined && !each.rule.needsDocument && index > 0) continue
        if (document === undefined && !runsWithoutDocument(each.rule, subject)) continue
        const context = {
          ...contextOf(document?.value, subject.world, each.params, this.#schemas),
          steps: new Steps(),
        }
        const known = findings.length
        try {
          for (const frame of bindings(each.rule, context)) {
            const verdict = this.#verdicts.of(each.rule, lazyFacts(each.rule, frame, context))
            if (!(typeof verdict === "boolean" ? verdict : await verdict)) continue
            const spot = { file: subject.file, document: index }
            const fired = { rule: each.rule, severity: each.severity, frame, context, spot, document }
            for (const finding of findingsOf(fired)) findings.push(finding)
          }
        } catch (error) {
          if (!(error instanceof TooCostly)) throw error
          // What it found so far is left out: half an answer would look like all of it.
          findings.length = known
          if (this.#costSeverity !== "off")
            findings.push(costFinding(each.rule, this.#costSeverity, subject.file, index))
        }
      }
    }
    return findings
  }

  /** Rules of a pack mostly name the same files, and files mostly have the same rules: each list of globs is asked once, each answer made once. */
  #activeFor(subject: Subject): readonly Active[] {
    const { asks, answers } = this.#choiceFor(subject)
    const answer = asks.map((means) => (means(subject.file) ? "1" : "0")).join("")
    let active = answers.get(answer)
    if (active === undefined) {
      active = this.#active.filter((each) => applies(each.rule, subject) && answer[asks.indexOf(each.means)] === "1")
      answers.set(answer, active)
    }
    return active
  }

  #choiceFor(subject: Subject): Choice {
    const key = `${subject.format} ${subject.environment ?? ""}`
    let choice = this.#choices.get(key)
    if (choice === undefined) {
      const asks = new Set(this.#active.filter(({ rule }) => applies(rule, subject)).map(({ means }) => means))
      choice = { asks: [...asks], answers: new Map() }
      this.#choices.set(key, choice)
    }
    return choice
  }
}

const tooCostly = "cfgsync/rule-too-costly"

function costFinding({ id }: CompiledRule, severity: Severity, file: string, document: number): Finding {
  return {
    file,
    document,
    rule: tooCostly,
    kind: "rule",
    severity,
    message: `the rule ${id} was given up: this document gives it too much to look at`,
    why: "A rule that takes each place from each other place grows with the square of a document, or faster",
    path: [],
    span: { start: 0, end: 0 },
    priority: 0,
    repairs: [],
  }
}

/** Whether a rule speaks of files of this format in this environment. */
export function applies(
  rule: Pick<CompiledRule, "formats" | "environments">,
  subject: Pick<Subject, "format" | "environment">,
): boolean {
  if (rule.formats.length > 0 && !rule.formats.includes(subject.format)) return false
  if (rule.environments.length === 0) return true
  return subject.environment !== undefined && rule.environments.includes(subject.environment)
}

/** Of a missing file only rules speak that ask whether it exists; of a file without a document those that ask about the file alone. */
export function runsWithoutDocument(rule: CompiledRule, { world }: Pick<Subject, "world">): boolean {
  return world.file("exists") === true ? !rule.needsDocument : !rule.needsFile
}

/** A rule's params as set by the project, else their defaults. */
export function paramsOf(rule: CompiledRule, settings: EvaluatorSettings): Readonly<Record<string, Value>> {
  const set = settings.params[rule.id] ?? {}
  return Object.fromEntries(
    Object.entries(rule.params).map(([name, term]) => [
      name,
      Object.hasOwn(set, name) ? (set[name] as Value) : literal(term),
    ]),
  )
}

/** A param's default is a literal, which asks nobody. */
function literal(term: CompiledRule["params"][string]): Value {
  const value = resolveFact(term, Frame.empty, { value: undefined, world: emptyWorld, params: {} })
  return value === undefined ? null : value
}

/** @param value of the document, if there is one. */
export function contextOf(
  value: Value | undefined,
  world: World,
  params: Readonly<Record<string, Value>>,
  schemas: SchemaChecker | undefined,
): Context {
  const context = { value, world, params }
  return schemas === undefined ? context : { ...context, schemas }
}

/** The value of each fact, when it is asked for first. */
function lazyFacts(rule: CompiledRule, frame: Frame, context: Context): (name: string) => Value | undefined {
  const known: Map<string, Value | undefined> = new Map()
  return (name) => {
    const definition = known.has(name) ? undefined : rule.facts[name]
    if (definition !== undefined) known.set(name, wholeValue(definition, frame, context))
    return known.get(name)
  }
}

/** The value of every fact that the rule's conditions name. */
export function factsIn(rule: CompiledRule, frame: Frame, context: Context): FactValues {
  const facts = new Map<string, Value | undefined>()
  for (const name of Object.keys(rule.facts)) {
    const definition = rule.facts[name]
    if (definition !== undefined) facts.set(name, wholeValue(definition, frame, context))
  }
  return facts
}
