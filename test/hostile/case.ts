import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"

/** Something on a disk that wishes a reader ill. */
export interface HostileCase {
  readonly name: string
  /** Rules of which one must find something. None: there is nothing wrong, and it must be read without an error. */
  readonly finds: readonly string[]
  /** Lay it out in an empty folder. @returns what is to be checked, relative to the folder; `null`: everything in it. */
  readonly lay: (folder: string) => string | null
  /** Only somebody without root's powers meets it. */
  readonly asNobody?: true
  /** It is the request that is wrong, not a file: cfgsync refuses with a message (exit code 2). */
  readonly refused?: RegExp
}

export type Content = string | Uint8Array

/** A case that is the content of one file. @param finds rules with `|` between them; `syntax` stands for `cfgsync/syntax`. */
export function inFile(name: string, path: string, finds: string, content: () => Content): HostileCase {
  return {
    name,
    finds: finds === "" ? [] : finds.split("|").map((each) => (each.includes("/") ? each : `cfgsync/${each}`)),
    lay: (folder) => {
      write(folder, path, content())
      return path
    },
  }
}

export function write(folder: string, path: string, content: Content): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}

export function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n")
}

export function joined(count: number, piece: (index: number) => string, between: string): string {
  return Array.from({ length: count }, (_, index) => piece(index)).join(between)
}
