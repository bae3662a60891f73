import { isCancel, select } from "@clack/prompts"
import type { ServerList } from "../app/initLinks.ts"
import { count } from "../report/summary.ts"
import type { Io } from "./io.ts"

/** Ask which list of MCP servers the others are held against: the first unless said. @returns the source first; empty: none; `undefined` when the person leaves. */
export async function chooseSource(lists: readonly ServerList[], io: Io): Promise<readonly ServerList[] | undefined> {
  const chosen = await select({
    message: "the MCP servers of several clients shall be the same as in",
    options: [
      ...lists.map(({ file, title, servers }) => ({
        value: file,
        label: file,
        hint: `${title}, ${count(servers, "server")}`,
      })),
      { value: "", label: "none of them", hint: "each client keeps servers of its own" },
    ],
    input: io.stdin,
    output: io.stderr,
  })
  if (isCancel(chosen)) return undefined
  const source = lists.filter(({ file }) => file === chosen)
  return source.length === 0 ? [] : [...source, ...lists.filter(({ file }) => file !== chosen)]
}
