import { isQuery } from "../engine/expected.ts"
import { patternProblem } from "../engine/regex.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { ExpectedChange } from "../model/policy.ts"

/** @param where the place in the configuration.  @throws CfgsyncError `config-invalid` for a path or pattern that cannot be read */
export function refuseWrongPatterns(expect: readonly ExpectedChange[], where: string): void {
  for (const { path, value } of expect) {
    if (!isQuery(path))
      throw new CfgsyncError(
        "config-invalid",
        `${where}: ${JSON.stringify(path)} is no JSONPath`,
        "write one such as $.servers[*].port",
      )
    const problem = value === undefined ? undefined : patternProblem(value)
    if (problem !== undefined)
      throw new CfgsyncError(
        "config-invalid",
        `${where}: ${JSON.stringify(value)} is no regular expression: ${problem}`,
        "the syntax is that of RE2",
      )
  }
}
