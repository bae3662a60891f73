import { basename, extname } from "node:path"
import { editDocument } from "../../engine/editDocument.ts"
import { hasErrors } from "../../model/document.ts"
import { type Priority, priorities } from "../../model/policy.ts"
import { decode, encode } from "../../model/source.ts"
import { isArray, isObject, type Value } from "../../model/value.ts"
import { defaultFiles, type FileGroup } from "../config.ts"
import { formatOf } from "../formats.ts"
import type { Project } from "../project.ts"
import { openRecorder, type Recording } from "../record.ts"

/** The groups of files that a configuration needs to say these priorities. */
export function groupsOf(wanted: ReadonlyMap<string, Priority>): readonly FileGroup[] {
  return priorities.flatMap((priority) => {
    const include = [...wanted].flatMap(([path, each]) => (each === priority ? [literal(path)] : [])).sort()
    return include.length === 0 ? [] : [{ include, priority }]
  })
}

/** A path as a glob that means it alone. */
function literal(path: string): string {
  return path.replace(/[\\*?[\]{}()!+@]/g, "\\$&")
}

/**
 * Puts groups of files into the configuration, at the end of its `files`, as a change that `undo` takes back.
 * @returns the name of the file; `undefined` where there is none, or it is a program: a person has to write them.
 * @throws CfgsyncError when it cannot be written or recorded
 */
export async function addGroups(
  project: Project,
  groups: readonly FileGroup[],
  recording: Recording,
): Promise<string | undefined> {
  const { configPath, system, settings } = project
  if (configPath === null || groups.length === 0 || /^\.m?[jt]s$/.test(extname(configPath))) return undefined
  const [name, format] = [basename(configPath), await formatOf(configPath)]
  const before = system.read(name, settings.limits.size)
  const decoded = before === null ? undefined : decode(name, before)
  if (before === null || format === undefined || decoded?.ok !== true) return undefined
  const { source } = decoded
  const parsed = format.parse(source, settings.limits)
  const value = parsed.documents[0]?.value
  if (hasErrors(parsed) || (value !== null && value !== undefined && !isObject(value))) return undefined
  const written: readonly Value[] = groups.map(({ include, priority = "medium" }) => ({
    include: typeof include === "string" ? include : [...include],
    priority,
  }))
  const files = value?.files
  const operations = isArray(files)
    ? written.map((group) => ({ document: 0, operation: { op: "append", path: ["files"], value: group } }) as const)
    : [{ document: 0, operation: { op: "set", path: ["files"], value: [...defaultFiles, ...written] } } as const]
  const edited = editDocument(format, source, operations, settings.limits)
  if (!edited.ok) return undefined
  const after = encode(edited.source.text, source.bom)
  const contents = [before, after].map((content) => ({ path: name, content }))
  const recorder = await openRecorder(project, recording, { contents })
  try {
    recorder.system.write([{ path: name, before, after }])
  } finally {
    recorder.close()
  }
  return name
}
