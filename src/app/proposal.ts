import { CfgsyncError } from "../model/errors.ts"
import { Drifts } from "./drift.ts"
import { type Project, projectPath } from "./project.ts"

/**
 * A file of the project as a program may name it.
 * @returns its path from the root.  @throws CfgsyncError `usage` for one outside the project
 */
export function ownFile(project: Project, file: string): string {
  const path = projectPath(project, file)
  if (path === ".." || path.startsWith("../") || path.startsWith("/") || /^[A-Za-z]:/.test(path))
    throw new CfgsyncError("usage", `${file} is outside the project`)
  return path
}

/** That a change an agent makes of a file waits for a person. @throws CfgsyncError `usage` where nobody would be asked */
export async function assertWaits(project: Project, file: string): Promise<void> {
  const path = ownFile(project, file)
  const drifts = await Drifts.open(project)
  if (drifts.policy(path).acceptance !== "ask")
    throw new CfgsyncError(
      "usage",
      `nobody would be asked about a change of ${path}`,
      `in the configuration: { "include": ${JSON.stringify(path)}, "acceptance": "ask" } among \`files\``,
    )
  if (drifts.good(path) === undefined)
    throw new CfgsyncError(
      "usage",
      `nothing of ${path} was ever accepted, so a change of it would not be seen`,
      `a person accepts what it is now: cfgsync accept ${path}`,
    )
}
