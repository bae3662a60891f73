import type { CompiledLink } from "../engine/compiled.ts"
import type { Evaluator, EvaluatorSettings } from "../engine/evaluate.ts"
import { linkFindings } from "../engine/links.ts"
import type { Mending } from "../engine/mend.ts"
import type { Ground } from "../engine/mendedLike.ts"
import { prototypeKeys } from "../engine/prototypeKeys.ts"
import { applySuppressions, type SuppressionEntry } from "../engine/suppress.ts"
import type { Document, Format, Limits, Parsed, Problem } from "../model/document.ts"
import { hasErrors } from "../model/document.ts"
import type { Finding, Repair, Severity } from "../model/finding.ts"
import type { Source } from "../model/source.ts"
import type { HeldSecret } from "../model/world.ts"
import { mayHoldSecrets } from "../secrets/recognise.ts"
import type { FileState } from "./fileState.ts"
import type { LaidSchemas } from "./laidSchemas.ts"
import { withLenience } from "./lenientFrontMatter.ts"
import type { Lenses } from "./lenses.ts"
import type { Mendings } from "./mendings.ts"
import { joinFindings, type SchemaFinding, schemaFindings } from "./schemaFindings.ts"
import type { Schemas } from "./schemas.ts"
import type { Dependencies, Files } from "./world.ts"

/** One file, checked. `source` is absent where there is no text. */
export interface Checked {
  readonly findings: readonly Finding[]
  readonly silenced: number
  readonly source: Source | undefined
  readonly dependencies: Dependencies
}

/** What every file of a run is held against. */
export interface Measure {
  readonly evaluator: Evaluator
  readonly evaluatorSettings: EvaluatorSettings
  readonly links: readonly CompiledLink[]
  /** Absent: there are no links. */
  readonly lenses: Lenses | undefined
  readonly laid: LaidSchemas
  readonly schemas: Schemas
  readonly suppressions: readonly SuppressionEntry[]
  /** Configured severities by rule id, those of `cfgsync/…` and `schema/…` among them. */
  readonly severity: Readonly<Record<string, Severity | "off">>
  readonly ruleIds: readonly string[]
  readonly environment: string | undefined
  /** Whether a rule of the file asks for its secrets. */
  readonly asksSecrets: (path: string) => boolean
  readonly limits: Limits
  readonly mendings: Mendings
  /** Whether it is a finding that the file is not there. */
  readonly required: (path: string) => boolean
  /** How the file stands to its known-good state. */
  readonly drift: (path: string, files: Files) => Promise<readonly Finding[]>
  /** Its known-good text, where one is remembered. */
  readonly good: (path: string) => Promise<Source | undefined>
}

/** Check one file against everything: its syntax, its schemas, its rules; then leave out what its owner suppressed with a reason. */
export async function checkFile(path: string, files: Files, measure: Measure): Promise<Checked> {
  const dependencies: Dependencies = { files: new Set(), globs: new Set(), outside: new Set() }
  const state = files.state(path, false)
  if (state.kind === "unreadable") {
    const finding = unreadable(path, state.code, state.reason)
    return { findings: withSeverity(finding, measure), silenced: 0, source: undefined, dependencies }
  }
  const parsed: Parsed = state.kind === "text" ? state.parsed : { documents: [], problems: [] }
  const documents = hasErrors(parsed) ? [] : parsed.documents
  const source = state.kind === "text" ? state.source : undefined
  const own = [
    ...(state.kind === "missing" && measure.required(path)
      ? [wholeFile(path, "cfgsync/missing", "missing", "the file is missing, and the configuration requires it")]
      : []),
    ...(await syntaxFindings(path, state, files.format(path), measure)),
    ...(state.kind === "missing" && path.includes("\uFFFD") ? [unreadable(path, "unreadable", illegible)] : []),
    ...documents.flatMap((document, index) => prototypeFindings(path, state, document, index)),
  ]
  const ofRules = await measure.evaluator.evaluate({
    file: path,
    format: files.format(path)?.name ?? "",
    documents,
    world: files.world(path, dependencies, await secretsFor(path, state, measure)),
    environment: measure.environment,
  })
  const findings = [
    ...[...own, ...ofLinks(path, documents[0], files, dependencies, measure)].flatMap((finding) =>
      withSeverity(finding, measure),
    ),
    ...joinFindings(source === undefined ? [] : await ofSchemas(source, documents, measure), ofRules),
  ]
  const drift = (await measure.drift(path, files)).flatMap((finding) => withSeverity(finding, measure))
  if (source === undefined) return { findings: [...findings, ...drift], silenced: 0, source, dependencies }
  const left = applySuppressions({
    findings,
    file: path,
    source,
    documents,
    entries: measure.suppressions,
    ruleIds: measure.ruleIds,
  })
  // Who changes a file must not be able to say in it that this is no matter.
  return { ...left, findings: [...left.findings, ...drift], source, dependencies }
}

function ofLinks(
  path: string,
  document: Document | undefined,
  files: Files,
  dependencies: Dependencies,
  { links, lenses }: Measure,
): readonly Finding[] {
  const own = links.filter(({ source, targets }) => [source, ...targets].some(({ file }) => file === path))
  if (lenses === undefined || own.length === 0) return []
  const { document: value, exists } = files.world(path, dependencies, new Map())
  return linkFindings(path, document, own, {
    ...lenses,
    value: (file) => (file === path ? document?.value : value(file)),
    exists,
    lastGood: (file, at) => files.world(file, dependencies, new Map()).lastGood(at),
  })
}

async function ofSchemas(
  source: Source,
  documents: Parsed["documents"],
  measure: Measure,
): Promise<readonly SchemaFinding[]> {
  const found: SchemaFinding[] = []
  for (const [index, document] of documents.entries())
    found.push(...(await schemaFindings(source, document, index, measure)))
  return found.flatMap(({ finding, packs }) => withSeverity(finding, measure).map((each) => ({ finding: each, packs })))
}

/** The texts of a file that hold a secret, by what kind; none where no rule asks, because that takes a scan. */
export async function secretsFor(
  path: string,
  state: FileState,
  { asksSecrets }: Pick<Measure, "asksSecrets">,
): Promise<ReadonlyMap<string, HeldSecret>> {
  if (state.kind !== "text" || !mayHoldSecrets(state.source.text) || !asksSecrets(path)) return new Map()
  const { secretTexts } = await import("../secrets/inDocuments.ts")
  const found = await secretTexts(state.parsed.documents)
  const held = new Map<string, HeldSecret>()
  for (const { text, kind, secret, atKey } of found)
    if (!atKey) held.set(text, { kind, parts: [...new Set([...(held.get(text)?.parts ?? []), secret])] })
  return held
}

/** The evaluator does this for rules; here it is done for what cfgsync finds itself. */
function withSeverity(finding: Finding, { severity }: Measure): readonly Finding[] {
  const level = severity[finding.rule] ?? (isLargeLock(finding) ? "warning" : undefined)
  return level === "off" ? [] : [level === undefined ? finding : { ...finding, severity: level }]
}

const locks = new Set(["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml"])

/** What a package manager writes for itself is as large as it must be: that it is not read is nobody's mistake. */
function isLargeLock({ file, rule }: Finding): boolean {
  return /^cfgsync\/too-(?:large|many-nodes)$/.test(rule) && locks.has(file.slice(file.lastIndexOf("/") + 1))
}

/** Such a name is shown with a sign in place of its bad bytes, and under that name nothing is there. */
const illegible = "its name is not valid UTF-8, so that it cannot be opened; rename it"

function unreadable(path: string, code: string, reason: string): Finding {
  return wholeFile(path, `cfgsync/${code}`, code === "encoding" ? "syntax" : "unreadable", reason)
}

/** A warning: the file is right, and only some of its readers stumble. */
function prototypeFindings(file: string, state: FileState, document: Document, index: number): readonly Finding[] {
  const text = state.kind === "text" ? state.source.text : ""
  return prototypeKeys(text, document.value).map((path) => {
    const place = document.locate(path)
    const span = place?.key ?? place?.value ?? document.span
    const message =
      "no setting is called `__proto__`, and JavaScript programs that merge it lose it or change what every object inherits; remove it"
    const problem = { code: "prototype-key", severity: "warning", message, span, path } as const
    return { ...syntaxFinding(file, problem), document: index }
  })
}

function wholeFile(file: string, rule: string, kind: Finding["kind"], message: string): Finding {
  return {
    file,
    document: 0,
    rule,
    kind,
    severity: "error",
    message,
    path: [],
    span: { start: 0, end: 0 },
    priority: 0,
    repairs: [],
  }
}

/** All errors of a text have one and the same repair, which makes the whole of it parse. */
async function syntaxFindings(
  file: string,
  state: FileState,
  format: Format | undefined,
  { mendings, limits, good }: Measure,
): Promise<readonly Finding[]> {
  if (state.kind !== "text" || state.parsed.problems.length === 0) return []
  const { source, parsed } = state
  const mending =
    format !== undefined && hasErrors(parsed)
      ? await heldAgainst(await good(file), await mendings.of(source, format, limits, parsed), source, {
          format,
          limits,
        })
      : { repairs: [] }
  const findings = parsed.problems.map((problem) => {
    const finding = syntaxFinding(
      file,
      standsAtMarker(source.text, problem) ? { ...problem, message: leftMarker } : problem,
    )
    return problem.severity === "error" ? { ...finding, ...mending } : finding
  })
  return withLenience(findings, source, format)
}

/** What was last good may tell that something is missing which no parser misses: then mending is no safe repair. */
async function heldAgainst(
  good: Source | undefined,
  mending: Mending,
  source: Source,
  ground: Ground,
): Promise<Mending> {
  if (good === undefined || !mending.repairs.some(({ safety }) => safety === "safe")) return mending
  const { isMendedLike } = await import("../engine/mendedLike.ts")
  const repairs = mending.repairs.map((repair): Repair => {
    return repair.safety === "unsafe" || isMendedLike(good, source, repair, ground)
      ? repair
      : { ...repair, safety: "unsafe" }
  })
  if (repairs.some(({ safety }) => safety === "safe")) return { ...mending, repairs }
  const hindrance = `mending it loses what the last good state has there: \`cfgsync rollback ${source.path}\` takes that back`
  return { repairs, hindrance }
}

const leftMarker =
  "a merge left its markers here: keep one side of it, and take out the lines that begin with <<<<<<<, ======= and >>>>>>>"

/** Whether an error is on a line that git wrote into a file whose sides it could not merge. */
function standsAtMarker(text: string, { severity, span }: Problem): boolean {
  const line = text.slice(text.lastIndexOf("\n", span.start - 1) + 1)
  return severity === "error" && /^(?:[<>|]{7} |={7}\r?\n)/.test(line) && /^<{7} /m.test(text) && /^>{7} /m.test(text)
}

function syntaxFinding(file: string, { code, severity, message, span, path }: Problem): Finding {
  return {
    file,
    document: 0,
    rule: `cfgsync/${code}`,
    kind: "syntax",
    severity,
    message,
    path: path ?? [],
    span,
    priority: 0,
    repairs: [],
  }
}
