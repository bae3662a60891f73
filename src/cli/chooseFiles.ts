import { isCancel, multiselect } from "@clack/prompts"
import type { FoundFiles } from "../app/init.ts"
import type { Io } from "./io.ts"

/** Ask which of what was found cfgsync should manage, all of it unless said. @returns `undefined` when the person leaves. */
export async function chooseFiles(found: readonly FoundFiles[], io: Io): Promise<readonly FoundFiles[] | undefined> {
  const titles = found.map(({ title }) => title)
  const chosen = await multiselect({
    message: "which of these should cfgsync manage?",
    options: found.map(({ title, files }) => ({ value: title, label: title, hint: files.join(" ") })),
    initialValues: titles,
    required: true,
    input: io.stdin,
    output: io.stderr,
  })
  return isCancel(chosen) ? undefined : found.filter(({ title }) => chosen.includes(title))
}
