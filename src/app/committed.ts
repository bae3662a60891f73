import { hash } from "node:crypto"
import { CfgsyncError } from "../model/errors.ts"
import { resolveCommit } from "../system/git/commits.ts"
import { openGit } from "../system/git/git.ts"
import type { Project } from "./project.ts"

/**
 * Which contents the present commit holds. Where git cannot be asked, none.
 * @returns the commit for a content of a file; `undefined`: it is not what the commit holds.
 */
export function committedIn(
  project: Project,
  paths: readonly string[],
): (path: string, content: Uint8Array) => string | undefined {
  const none = () => undefined
  // A name with a line break cannot be asked for; such a file is one that no commit holds.
  const asked = paths.filter((path) => !path.includes("\n") && !path.startsWith("/"))
  if (asked.length === 0) return none
  try {
    const git = openGit(project.root, process.env)
    const commit = git === null ? null : resolveCommit(git, "HEAD")
    if (git === null || commit === null) return none
    const names = asked.map((path) => `${commit}:./${path}\n`).join("")
    const lines = git.run(["cat-file", "--batch-check=%(objectname)"], { input: names }).toString("utf8").split("\n")
    const blobs = new Map(asked.map((path, index) => [path, lines[index] ?? ""]))
    return (path, content) => (blobs.get(path) === blobName(content, blobs.get(path) ?? "") ? commit : undefined)
  } catch (error) {
    if (error instanceof CfgsyncError) return none
    throw error
  }
}

/** As git names a content, in the kind of name that `like` is. */
function blobName(content: Uint8Array, like: string): string {
  const blob = Buffer.concat([Buffer.from(`blob ${content.length}\0`), content])
  return hash(like.length === 64 ? "sha256" : "sha1", blob, "hex")
}
