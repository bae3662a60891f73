import { patchWrites, type Write } from "./patch.ts"

/**
 * Which files a tool of OpenCode is about to write, and what they become.
 * @param args as the agent gave them; @param read the text of a file as the agent names it, `undefined` where there is none
 */
export function writesOf(tool: string, args: unknown, read: (file: string) => string | undefined): readonly Write[] {
  const text = (name: string) => textIn(args, name)
  const file = text("filePath")
  const patch = text("patchText")
  if (patch !== undefined) return patchWrites(patch, read)
  if (file === undefined || !["write", "edit", "multiedit"].includes(tool)) return []
  if (tool === "write") return [{ file, ...(text("content") === undefined ? {} : { text: text("content") ?? "" }) }]
  const edits = tool === "edit" ? [args] : listIn(args, "edits")
  const after = edits.reduce((before: string | undefined, each) => edited(before, each), read(file) ?? "")
  return [after === undefined ? { file } : { file, text: after }]
}

/** @returns `undefined` where the old text does not stand there just once: OpenCode looks for something like it then. */
function edited(before: string | undefined, edit: unknown): string | undefined {
  const [old, fresh] = [textIn(edit, "oldString"), textIn(edit, "newString")]
  if (before === undefined || old === undefined || fresh === undefined) return undefined
  if (old === "") return before === "" ? fresh : undefined
  const parts = before.split(old)
  const all = typeof edit === "object" && edit !== null && "replaceAll" in edit && edit.replaceAll === true
  return parts.length === 2 || (all && parts.length > 2) ? parts.join(fresh) : undefined
}

function textIn(value: unknown, name: string): string | undefined {
  const found = memberOf(value, name)
  return typeof found === "string" ? found : undefined
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const found = memberOf(value, name)
  return Array.isArray(found) ? found : [undefined]
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? new Map(Object.entries(value)).get(name) : undefined
}
