import { applies } from "../engine/evaluate.ts"
import { matcher } from "../engine/glob.ts"
import type { ListKindsOf } from "../engine/merge/listIdentity.ts"
import { leadsTo, listsOfRules } from "../engine/merge/listsOfRules.ts"
import type { MergeRequest } from "../engine/merge/mergeTexts.ts"
import { read } from "../engine/merge/threeTexts.ts"
import { bindersOf, placeOf } from "../engine/places.ts"
import type { Format } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { Source } from "../model/source.ts"
import type { Run } from "./run.ts"
import { resolveBundled } from "./schemas.ts"

/**
 * What the rules and the schemas of a file say of the elements of its lists: by which key they are known, or that each is there once.
 * @param source one of the states that are merged
 */
export async function declaredLists(
  run: Run,
  source: Source,
  format: Format,
): Promise<NonNullable<MergeRequest["declared"]>> {
  const { environment, settings } = run.project
  const severity = run.evaluatorSettings.severity
  const rules = run.rules.filter(
    (rule) =>
      severity[rule.id] !== "off" &&
      matcher(rule.files)(source.path) &&
      applies(rule, { format: format.name, environment }),
  )
  const ofRules = listsOfRules(rules)
  const required = await Promise.all(
    rules.flatMap((rule) =>
      rule.require.flatMap((requirement) => {
        const place = requirement.type === "schema" ? placeOf(requirement.target, bindersOf(rule)) : undefined
        if (requirement.type !== "schema" || place === undefined || place.file !== null || place.deep) return []
        const { steps } = place
        const schema = schemaLists(run, { name: requirement.name, asker: `the rule ${rule.id}` })
        return [
          schema.then(
            (of): ListKindsOf =>
              (path) => {
                const start = path.slice(0, steps.length)
                return leadsTo(steps, start) ? of(path.slice(steps.length)) : []
              },
          ),
        ]
      }),
    ),
  )
  const { documents } = read(source, format, settings.limits).parsed
  const laid = await Promise.all(
    documents.map((document) =>
      Promise.all(run.schemas(source.path, document, source).map((schema) => schemaLists(run, schema))),
    ),
  )
  return (document) => (path) => [
    ...ofRules(path),
    ...[...required, ...(laid[document] ?? [])].flatMap((of) => of(path)),
  ]
}

/** A schema that cannot be read says nothing here: a check tells. */
async function schemaLists(run: Run, schema: Parameters<Run["schemaValue"]>[0]): Promise<ListKindsOf> {
  try {
    const { listsOfSchema } = await import("../engine/merge/listsOfSchema.ts")
    return listsOfSchema(await run.schemaValue(schema), resolveBundled)
  } catch (error) {
    if (error instanceof CfgsyncError) return () => []
    throw error
  }
}
