import { type Format, hasErrors, type Limits, type Mend, type Mender, type Parsed } from "../model/document.ts"
import { costOfText, Effort } from "../model/effort.ts"
import type { Repair } from "../model/finding.ts"
import type { Edit } from "../model/operation.ts"
import type { Source } from "../model/source.ts"
import { equal } from "../model/value.ts"
import { conflictMends } from "./conflictMarkers.ts"
import { applyEdits, composeEdits } from "./edits.ts"
import { lostBy, type MendGround } from "./mendLaw.ts"
import { rivalOf } from "./rivals.ts"
import { tinker } from "./tinker.ts"

/** What is known of mending one text: no repair, one that is safe, or up to three that a person must choose from. */
export interface Mending {
  readonly repairs: readonly Repair[]
  /** Why there is no safe one. */
  readonly hindrance?: string
}

/** Longer texts are not mended, and neither are those with more damages. */
const longest = 64 * 1024
const mostDamages = 20
const mostAlternatives = 3
/** What is spent on one text in all; of this, guesses leave so much for what is known. */
const mostSteps = 400_000
const forKnown = 200_000
/** Reading the shortest text costs so many steps. */
const costOfReading = 20
/** What a text that passes a limit is told of: it is too much, not damaged. */
const beyond = new Set(["too-large", "too-deep", "too-many-nodes", "alias-expansion"])
/** Proposals that are further away than the nearest by no more than this are too close to it to be ruled out. */
const margin = 0.0015
/** An error that only moves by so many characters was not mended by chance. */
const step = 20
/** One that moves by more than so many certainly was. */
const farStep = 200

/** A text made to parse, and what it says then. */
export interface Mended {
  readonly repair: Repair
  readonly text: string
  readonly parsed: Parsed
}

/**
 * Find how a text that does not parse could be mended: damage after damage, by the nearest proposal that gets the parser further. It is safe
 * when at every step no other equally near proposal means something else, and no word of the text is lost.
 * @param parsed what the text says, where that is known already.
 */
export function mendText(
  mender: Mender | undefined,
  format: Format,
  source: Source,
  limits: Limits,
  parsed?: Parsed,
): Mending {
  const { mended, hindrance } = mendings(mender, format, source, limits, mostAlternatives, parsed)
  const repairs = mended.map(({ repair }) => repair)
  return hindrance === undefined ? { repairs } : { repairs, hindrance }
}

/**
 * Every text that mending could lead to, for those who know more of what was meant, such as what the file said when it was last good: the likely
 * ones first, each with another meaning, at most so many. What `mendText` offers stands at the front.
 */
export function mendedTexts(
  mender: Mender | undefined,
  format: Format,
  source: Source,
  limits: Limits,
  most = 12,
): readonly Mended[] {
  return mendings(mender, format, source, limits, most).mended
}

function mendings(
  mender: Mender | undefined,
  format: Format,
  source: Source,
  limits: Limits,
  most: number,
  parsed?: Parsed,
): { readonly mended: readonly Mended[]; readonly hindrance?: string } {
  if (source.text.length > longest)
    return { mended: [], hindrance: `texts of more than ${longest} characters are not mended` }
  const search = new Search(mender, format, limits, most)
  const whole = search.follow({ source, rounds: [], titles: [], sure: true }, mostDamages, search.read(source, parsed))
  const solved = distinct(whole).slice(0, most)
  if (solved.length === 0) return { mended: [], hindrance: search.hindrance() }
  const [only] = solved
  const sure = solved.length === 1 && only?.sure === true && only.parsed.problems.length === 0 && !search.spent
  const mended = solved.map((branch) => ({
    repair: repairOf({ source, format, limits }, branch, sure),
    text: branch.source.text,
    parsed: branch.parsed,
  }))
  const safe = mended.some(({ repair }) => repair.safety === "safe")
  return safe ? { mended } : { mended, hindrance: hindranceOf(solved, sure, search.spent) }
}

interface Branch {
  readonly source: Source
  readonly rounds: readonly (readonly Edit[])[]
  readonly titles: readonly string[]
  readonly sure: boolean
  readonly doubt?: string
}

interface Solved extends Branch {
  readonly parsed: Parsed
}

function hindranceOf(solved: readonly Solved[], sure: boolean, spent: boolean): string {
  if (sure) return "mending it loses words of the text"
  if (spent) return "there is so much to try that not all of it was, so that nothing is certain"
  return solved.length > 1
    ? `there are ${solved.length} ways to mend it, which mean different things`
    : (solved[0]?.doubt ?? "what its owner meant is not certain")
}

function repairOf(ground: MendGround, { rounds, titles }: Solved, sure: boolean): Repair {
  const { source } = ground
  const edits = composeEdits(source.text, rounds)
  const loses = lostBy(edits, ground) !== undefined
  const [title = ""] = titles
  return {
    title:
      titles.length === 1
        ? title
        : `mend ${titles.length} places: ${titles.slice(0, 3).join("; ")}${titles.length > 3 ? "; …" : ""}`,
    safety: sure && !loses ? "safe" : "unsafe",
    steps: [{ file: source.path, operation: { op: "mend", edits, loses } }],
  }
}

/** One of those that mean the same: the first. */
function distinct(branches: readonly Solved[]): readonly Solved[] {
  return branches.filter((branch, index) => !branches.slice(0, index).some((other) => sameMeaning(branch, other)))
}

function sameMeaning({ parsed: left }: Solved, { parsed: right }: Solved): boolean {
  return (
    left.documents.length === right.documents.length &&
    left.documents.every(({ value }, index) => equal(value, right.documents[index]?.value))
  )
}

/** A proposal carried out. `left` is what lies behind the first error then; 0: there is none. */
interface Tried {
  readonly mend: Mend
  readonly source: Source
  readonly parsed: Parsed
  readonly left: number
}

class Search {
  readonly #mender: Mender | undefined
  readonly #format: Format
  readonly #limits: Limits
  readonly #most: number
  readonly #effort = new Effort(mostSteps)
  #stuck = ""

  /** @param most so many alternatives are followed. */
  constructor(mender: Mender | undefined, format: Format, limits: Limits, most: number) {
    this.#mender = mender
    this.#format = format
    this.#limits = limits
    this.#most = most
  }

  hindrance(): string {
    if (this.spent) return "so much is wrong that the search for a repair was given up"
    return this.#stuck
  }

  /** @returns the texts that parse, reached from a branch by at most so many mends.  @param parsed what the branch's text says. */
  follow(branch: Branch, steps: number, parsed: Parsed): readonly Solved[] {
    if (!hasErrors(parsed)) return branch.rounds.length > 0 ? [{ ...branch, parsed }] : []
    if (parsed.problems.some(({ severity, code }) => severity === "error" && beyond.has(code))) {
      this.#stuck ||= "what passes a limit is not mended"
      return []
    }
    if (steps === 0) {
      this.#stuck ||= `more than ${mostDamages} places are wrong`
      return []
    }
    const options = this.#options(branch.source, parsed)
    if (options.length === 0) this.#stuck ||= "nothing near the error makes the text parse"
    // Alternatives are followed from the first damage that has any; behind it the first option stands for all.
    return options.slice(0, branch.sure ? this.#most : 1).flatMap(({ mend, source, parsed: next }) =>
      this.follow(
        {
          source,
          rounds: [...branch.rounds, mend.edits],
          titles: [...branch.titles, mend.title],
          sure: branch.sure && mend.sure && options.length === 1,
          ...doubtOf(branch.doubt ?? mend.doubt),
        },
        steps - 1,
        next,
      ),
    )
  }

  /** What is known already counts as if it were read, so that the answer is the same. */
  read(source: Source, known?: Parsed): Parsed {
    this.#effort.spend(costOfReading + (this.#mender?.cost(source.text) ?? costOfText(source.text, 1000)))
    return known ?? this.#format.parse(source, this.#limits)
  }

  /** Whether not everything could be tried. */
  get spent(): boolean {
    return this.#effort.isSpent(forKnown)
  }

  /** The nearest proposals that help, one for each meaning. */
  #options(source: Source, parsed: Parsed): readonly Tried[] {
    const problem = parsed.problems.find(({ severity }) => severity === "error")
    if (problem === undefined || this.#mender === undefined) return this.#helpful(source, 0, conflictMends(source.text))
    const known = [...conflictMends(source.text), ...this.#mender.mends(source, problem, this.#effort)]
    const guessed = problem.code === "syntax" ? tinker(source.text, problem.span.start, this.#mender) : []
    const before = source.text.length - problem.span.start
    const found = this.#doubted(source, problem.span.start, this.#helpful(source, before, known, [...guessed]))
    return found.length > 0 ? found : this.#helpful(source, before, [...(this.#mender.rewrite?.(source) ?? [])])
  }

  /** The only option, not so sure where something further away explains the error as well. What says that a text is a sentence goes before. */
  #doubted(source: Source, offset: number, options: readonly Tried[]): readonly Tried[] {
    const [only] = options
    const mender = this.#mender
    if (only === undefined || options.length > 1 || !only.mend.sure || only.mend.distance < 1) return options
    const { mend } = only
    const doubt =
      mender &&
      rivalOf({
        text: source.text,
        offset: Math.min(offset, source.text.length),
        mend,
        mender,
        effort: this.#effort,
        whole: only.left === 0,
        helps: (edit) => this.#try(source, { ...mend, edits: [edit] }).left <= only.left,
      })
    return doubt === undefined ? options : [{ ...only, mend: { ...only.mend, sure: false, doubt } }]
  }

  /** @param before how much of the text lies behind the error.  @param guessed of these one may get the reader a little further by chance. */
  #helpful(source: Source, before: number, known: readonly Mend[], guessed: readonly Mend[] = []): readonly Tried[] {
    const helpful: Tried[] = []
    const chance = new Set(guessed)
    for (const mend of [...known, ...guessed].sort((a, b) => a.distance - b.distance)) {
      const [best] = helpful
      if (best?.left === 0 && mend.distance > best.mend.distance + margin) break
      // Of those that lead further away some may do it at once, so the nearer ones that only help are not taken yet.
      if (best !== undefined && Math.floor(mend.distance) > Math.floor(best.mend.distance)) break
      if (this.#effort.isSpent(chance.has(mend) ? forKnown : 0)) break
      const tried = this.#try(source, mend)
      if (tried.left > 0 && tried.left >= before - (chance.has(mend) ? step : 0)) continue
      if (tried.left === 0 && best !== undefined && best.left > 0) helpful.length = 0
      helpful.push(tried)
    }
    const far = ({ mend, left }: Tried) => mend.distance + (left === 0 || before - left > farStep ? 0 : 0.5)
    const near = nearest(helpful, far)
    const most = Math.min(...near.map(({ left }) => left))
    return oneEach(near.filter(({ left }) => left === most))
  }

  #try(source: Source, mend: Mend): Tried {
    const text = applyEdits(source.text, mend.edits)
    const changed = { ...source, text }
    const parsed = this.read(changed)
    const problem = parsed.problems.find(({ severity }) => severity === "error")
    // An error at the very end still is one.
    return {
      mend,
      source: changed,
      parsed,
      left: problem === undefined ? 0 : Math.max(1, text.length - problem.span.start),
    }
  }
}

/** Those at which nothing is nearer: where one is sure, so close to each other that one must say the same as the other; else the very nearest. */
function nearest(helpful: readonly Tried[], far: (tried: Tried) => number): readonly Tried[] {
  const least = Math.min(...helpful.map(far))
  const close = helpful.filter((each) => far(each) <= least + margin)
  if (close.some((each) => far(each) === least && each.mend.sure)) return close
  // What opens or closes too early puts keys beside their like.
  const further = (each: Tried) => far(each) + repeatedKeys(each.parsed) * margin
  const best = Math.min(...helpful.map(further))
  return helpful.filter((each) => further(each) === best)
}

function repeatedKeys({ problems }: Parsed): number {
  return problems.filter(({ code }) => code === "duplicate-key").length
}

function doubtOf(doubt: string | undefined): { readonly doubt?: string } {
  return doubt === undefined ? {} : { doubt }
}

/** Where the whole text parses its values are compared, else what stands in it, blanks aside. The surest of each is kept. */
function oneEach(tried: readonly Tried[]): readonly Tried[] {
  const kept: Tried[] = []
  for (const each of tried) {
    const index = kept.findIndex((other) => same(each, other))
    const known = kept[index]
    if (known === undefined) kept.push(each)
    else if (each.mend.sure && !known.mend.sure) kept[index] = each
  }
  return kept
}

function same(left: Tried, right: Tried): boolean {
  if (left.left === 0 && right.left === 0) return sameMeaning({ ...left, ...nothing }, { ...right, ...nothing })
  return left.source.text.replace(/\s+/g, "") === right.source.text.replace(/\s+/g, "")
}

const nothing = { rounds: [], titles: [], sure: true }
