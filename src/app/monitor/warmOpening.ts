import { openSystem } from "../../system/real.ts"
import type { Opening } from "../git/openState.ts"
import { mustOpenGit } from "../git/openState.ts"
import { lastGoodOf } from "../lastGood.ts"
import { type Project, recoverProject } from "../project.ts"
import type { Monitor } from "./monitor.ts"

/** Who asks a monitor. */
export interface Asker {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Absolute, links resolved. */
  readonly cwd: string
  /** Leave it to the asker. */
  readonly refuse: (why: string) => never
}

/**
 * Opens states of a project as the asker would see them, with rules that are compiled already. Nothing that the monitor knows of files is used, so that it is the
 * same as without it.
 */
export function warmOpening(monitor: Monitor, { environment, cwd, refuse }: Asker): Opening {
  const { project, foundation, warm } = monitor.setting
  return {
    rules: warm.rules,
    git: (folder) => mustOpenGit(folder, environment, cwd),
    beforeWriting: () => refuse("it writes"),
    open: async ({ view }): Promise<Project> => {
      if (!monitor.isCurrent) refuse("the configuration is being changed")
      const { root, configPath } = project
      const disk = openSystem(root, { environment })
      await recoverProject(disk, environment, cwd)
      const system = view?.(disk, configPath) ?? disk
      if (!foundation.isSameIn(system)) refuse("another configuration is staged")
      return { ...project, system, cwd, lastGood: lastGoodOf({ system, configPath }) }
    },
  }
}
