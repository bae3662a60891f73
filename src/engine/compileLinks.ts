import { nearest } from "../model/nearest.ts"
import type { Path } from "../model/path.ts"
import type { Link, LinkEnd, PathExpr, RuleFile, RuleProblem } from "../model/rule.ts"
import type { CompiledLink, CompiledLinkEnd } from "./compiled.ts"

/** The links of a rule file, and what is wrong with them. @param lenses the names that there are */
export function compileLinks(
  file: RuleFile,
  lenses: readonly string[],
): { readonly links: readonly CompiledLink[]; readonly problems: readonly RuleProblem[] } {
  const problems: RuleProblem[] = []
  const links = file.links.flatMap((link) => {
    const ends = [link.source, ...link.targets]
    const found = ends.flatMap((end) => endProblem(end, link, lenses) ?? [])
    problems.push(...found.map((problem) => ({ ...problem, path: file.path })))
    return found.length > 0 ? [] : [compileLink(link)]
  })
  return { links, problems }
}

function compileLink({ name, source, targets, policy, exact }: Link): CompiledLink {
  return { id: `link/${name}`, source: compileEnd(source), targets: targets.map(compileEnd), policy, exact }
}

function compileEnd({ file, at, lens }: LinkEnd): CompiledLinkEnd {
  return { file, at: pathOf(at) ?? [], lens }
}

/** `undefined` for a path that cannot be told from the text alone. */
function pathOf({ root, segments }: PathExpr): Path | undefined {
  if (root.type !== "document") return undefined
  const steps = segments.flatMap((segment): Path => {
    if (segment.type === "member") return [segment.name]
    return segment.type === "index" ? [segment.index] : []
  })
  return steps.length === segments.length ? steps : undefined
}

function endProblem(end: LinkEnd, link: Link, lenses: readonly string[]): Omit<RuleProblem, "path"> | undefined {
  const problem = (code: string, message: string, hint: string) =>
    ({ code, severity: "error", message, hint, span: end.span }) as const
  if (!lenses.includes(end.lens)) {
    const near = nearest(end.lens, lenses)
    const hint = near === undefined ? `there are: ${lenses.join(", ")}` : `did you mean ${near.word}?`
    return problem("unknown-name", `there is no lens ${end.lens}`, hint)
  }
  if (pathOf(end.at) === undefined)
    return problem(
      "link-path",
      "a link joins places that can be told from the rule alone",
      "write a path such as $.mcp",
    )
  if (/^[/~]|^[A-Za-z]:|(?:^|\/)\.\.(?:\/|$)/.test(end.file))
    return problem("link-file", `${end.file} is not in the project`, "a link joins files of one project")
  const ends = [link.source, ...link.targets]
  const twice = ends.find((each) => each !== end && each.file === end.file && samePath(each.at, end.at))
  return twice === undefined || ends.indexOf(twice) > ends.indexOf(end)
    ? undefined
    : problem("link-twice", "a link joins this place twice", "leave one out")
}

function samePath(left: PathExpr, right: PathExpr): boolean {
  return JSON.stringify(pathOf(left)) === JSON.stringify(pathOf(right))
}
