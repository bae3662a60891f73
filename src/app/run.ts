import type { CompiledRule } from "../engine/compiled.ts"
import { Evaluator, type EvaluatorSettings } from "../engine/evaluate.ts"
import { matcher } from "../engine/glob.ts"
import { linkedFiles } from "../engine/linkedFiles.ts"
import type { SuppressionEntry } from "../engine/suppress.ts"
import type { Document, Format } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { Severity } from "../model/finding.ts"
import { nearest } from "../model/nearest.ts"
import type { Source } from "../model/source.ts"
import type { Value } from "../model/value.ts"
import type { HeldSecret } from "../model/world.ts"
import { addedSchemas } from "./addedSchemas.ts"
import { openDriftMeasure } from "./driftMeasure.ts"
import { type Formats, loadFormats } from "./formats.ts"
import { type LaidSchema, LaidSchemas } from "./laidSchemas.ts"
import { loadLenses } from "./lenses.ts"
import { compileGroup, loadRuleSet, type RuleSet } from "./loadRules.ts"
import { Mendings } from "./mendings.ts"
import type { Project } from "./project.ts"
import { ruleGroups, shippedPacks } from "./ruleSources.ts"
import { Schemas } from "./schemas.ts"
import { requiredFiles } from "./selectFiles.ts"
import { readSuppressions } from "./suppressions.ts"
import { type Checked, checkFile, type Measure, secretsFor } from "./workspace.ts"
import { type Documents, Files, type Overlay } from "./world.ts"

/** One run over a project: rules compiled, schemas and formats loaded, ready to check any file with any texts laid over the disk's. */
export class Run {
  readonly project: Project
  readonly ruleSet: RuleSet
  readonly #measure: Measure
  readonly #formats: Formats
  /** Why it cannot be told how files stand to their known-good states; `undefined`: it can. */
  readonly storeProblem: () => string | undefined

  constructor(
    project: Project,
    ruleSet: RuleSet,
    measure: Measure,
    formats: Formats,
    storeProblem: () => string | undefined,
  ) {
    this.project = project
    this.ruleSet = ruleSet
    this.#measure = measure
    this.#formats = formats
    this.storeProblem = storeProblem
  }

  /** The same run over another view of the project. */
  on(project: Project): Run {
    return new Run(project, this.ruleSet, this.#measure, this.#formats, this.storeProblem)
  }

  get rules(): readonly CompiledRule[] {
    return this.ruleSet.rules
  }

  get evaluatorSettings(): EvaluatorSettings {
    return this.#measure.evaluatorSettings
  }

  get suppressions(): readonly SuppressionEntry[] {
    return this.#measure.suppressions
  }

  format(path: string): Format | undefined {
    return this.#formats.of(path)
  }

  /** To be awaited before a file is edited with a format of this run. */
  prepareEdits(): Promise<void> {
    return this.#formats.prepareEdits()
  }

  /** A view of the project's files with these texts laid over the disk's; what it reads for rules it remembers. */
  files(overlay: Overlay, documents?: Documents): Files {
    return new Files(this.project, this.#formats.of, overlay, documents)
  }

  /** The texts of a file that hold a secret, where a rule of it asks. */
  secrets(path: string, files: Files): Promise<ReadonlyMap<string, HeldSecret>> {
    return secretsFor(path, files.state(path, true), this.#measure)
  }

  /** The files of the links that one of these files has a part in. */
  linkedFiles(paths: readonly string[]): ReadonlySet<string> {
    const { links, lenses } = this.#measure
    return lenses === undefined ? new Set() : linkedFiles(links, paths, lenses)
  }

  /** The schemas that a document is held against. */
  schemas(path: string, document: Document, source: Source): readonly LaidSchema[] {
    return this.#measure.laid.of(path, document, source)
  }

  /** @throws CfgsyncError `config-invalid` when there is no such schema. */
  schemaValue(schema: Pick<LaidSchema, "name" | "asker">): Promise<Value> {
    return this.#measure.schemas.value(schema)
  }

  check(path: string, files: Files): Promise<Checked> {
    return checkFile(path, files, this.#measure)
  }

  /** @throws CfgsyncError `usage` when no rule has this id and cfgsync has none of its own by that name. */
  async mustKnow(id: string): Promise<void> {
    if (/^(?:cfgsync|schema)\//.test(id) || this.#measure.ruleIds.includes(id)) return
    const pack = await packOf(id, this.project.system)
    if (pack !== undefined) {
      const hint = `it is in the shipped pack cfgsync:${pack}: add "cfgsync:${pack}" to \`rules\` in the configuration`
      throw new CfgsyncError("usage", `the rule ${id} is not switched on`, hint)
    }
    const near = nearest(id, this.#measure.ruleIds)
    throw new CfgsyncError(
      "usage",
      `there is no rule ${id}`,
      near === undefined ? "`cfgsync rules list` shows them" : `did you mean ${near.word}?`,
    )
  }
}

/** @param paths what will be checked: of the formats and schemas only what these need is loaded. */
export async function openRun(project: Project, paths: readonly string[]): Promise<Run> {
  return openRunWith(await loadRuleSet(project), project, paths)
}

/** The same with rules at hand. */
export async function openRunWith(
  { rules, links, verdicts }: RuleSet,
  project: Project,
  paths: readonly string[],
): Promise<Run> {
  const { settings } = project
  const applicable = rules.filter(({ files }) => paths.some(matcher(files)))
  const named = applicable.flatMap(({ id, require }) =>
    require.flatMap((each) => (each.type === "schema" ? [[each.name, `the rule ${id}`] as const] : [])),
  )
  const schemas = new Schemas(project)
  const severity = await severityOf([...rules, ...links], project)
  const evaluatorSettings = { params: settings.params, severity, schemas: await schemas.prepare(new Map(named)) }
  const drift = await openDriftMeasure(project)
  const measure: Measure = {
    evaluator: new Evaluator(rules, evaluatorSettings, verdicts),
    evaluatorSettings,
    severity,
    laid: new LaidSchemas(settings, project.system, addedSchemas(project.system)),
    schemas,
    suppressions: await readSuppressions(project),
    links,
    lenses: links.length === 0 ? undefined : await loadLenses(),
    ruleIds: [...rules, ...links].map(({ id }) => id),
    environment: project.environment,
    limits: settings.limits,
    mendings: new Mendings(),
    required: requiredFiles(project),
    drift: drift.of,
    good: drift.good,
    asksSecrets: matchesAny(rules.filter(({ needsSecrets, id }) => needsSecrets && severity[id] !== "off")),
  }
  return new Run(
    project,
    { rules, links, verdicts },
    measure,
    await formatsFor(paths, applicable, links, project.system),
    drift.problem,
  )
}

function matchesAny(rules: readonly CompiledRule[]): (path: string) => boolean {
  const each = rules.map(({ files }) => matcher(files))
  return (path) => each.some((matches) => matches(path))
}

/** Of the files that rules ask for besides, only the names are known, or globs, or nothing. */
function formatsFor(
  paths: readonly string[],
  rules: readonly CompiledRule[],
  links: RuleSet["links"],
  system: Project["system"],
): Promise<Formats> {
  const others = rules.flatMap(({ reads, writes }) => [...reads, ...writes].flatMap(({ file }) => file ?? []))
  const linked = links.flatMap(({ source, targets }) => [source, ...targets].map(({ file }) => file))
  return loadFormats(paths, [...new Set([...others, ...linked])], system)
}

/**
 * The configured severities by rule id; `PACK/*` means every rule of a pack, its own id comes before that.
 * @throws CfgsyncError `config-invalid` for a rule that does not exist, with the nearest one.
 */
async function severityOf(
  rules: readonly Pick<CompiledRule, "id">[],
  { settings: { severity, params }, system }: Project,
): Promise<Readonly<Record<string, Severity | "off">>> {
  const ids = rules.map(({ id }) => id)
  const packs = new Set(ids.map((id) => `${id.slice(0, id.indexOf("/") + 1)}*`))
  for (const id of [...Object.keys(severity), ...Object.keys(params)]) {
    if (ids.includes(id) || packs.has(id) || /^(?:cfgsync|schema)\//.test(id)) continue
    const pack = await packOf(id, system)
    if (pack !== undefined) {
      throw new CfgsyncError(
        "config-invalid",
        `the configuration speaks of the rule ${id}, which is not switched on`,
        `it is in the shipped pack cfgsync:${pack}: add "cfgsync:${pack}" to \`rules\``,
      )
    }
    const near = nearest(id, [...ids, ...packs])
    throw new CfgsyncError(
      "config-invalid",
      `the configuration speaks of the rule ${id}, which does not exist`,
      near === undefined ? "`cfgsync rules list` shows them" : `did you mean ${near.word}?`,
    )
  }
  const own = ids.flatMap((id) => {
    const level = severity[id] ?? severity[`${id.slice(0, id.indexOf("/") + 1)}*`]
    return level === undefined ? [] : [[id, level] as const]
  })
  return { ...severity, ...Object.fromEntries(own) }
}

/** The shipped pack that has a rule, or all rules of `PACK/*`. */
async function packOf(id: string, system: Project["system"]): Promise<string | undefined> {
  for (const pack of shippedPacks()) {
    for (const group of ruleGroups([`cfgsync:${pack}`], system)) {
      const { rules } = await compileGroup(group)
      if (rules.some((rule) => rule.id === id || `${rule.id.slice(0, rule.id.indexOf("/") + 1)}*` === id)) return pack
    }
  }
  return undefined
}
