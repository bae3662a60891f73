import type { CfgsyncError } from "../model/errors.ts"

/** What a file is on disk. `mode` holds the permission bits only. Times in nanoseconds since 1970. */
export interface FileStat {
  readonly kind: "file" | "directory" | "other"
  readonly size: number
  readonly mode: number
  readonly mtimeNs: bigint
  readonly links: number
}

/** What zsh says of a text: that it could read it, or where it could not (1-based) and why, in its own words. */
export type ZshVerdict =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly line: number; readonly message: string }

/**
 * Asks zsh for its verdict; nothing of the text is carried out.
 * @param forks the text holds so many commands that zsh is asked in the way in which it looks up none.  @returns `undefined`: it gives no answer
 */
export interface ZshJudge {
  (text: string, forks?: boolean): ZshVerdict | undefined
  /** Ask of many texts in one go, because their verdicts will be wanted. */
  readonly ahead?: (texts: readonly string[]) => void
}

/** One file of a transaction. */
export interface FileWrite {
  /** Relative to the root, forward slashes. */
  readonly path: string
  /** What the plan was made from; `null`: the file must not exist. The write is refused when the disk holds anything else. */
  readonly before: Uint8Array | null
  /** `null`: remove the file. */
  readonly after: Uint8Array | null
  /** Permission bits for the new file; absent: those of the old one (0644 for a new one, before umask). */
  readonly mode?: number
}

/**
 * The world as cfgsync sees it. Reading is synchronous: configuration files are small, and a check is bound by parsing.
 * Paths are relative to `root` with forward slashes, or absolute for a file outside it. Every failure is a `CfgsyncError` with the path and the reason.
 */
export interface System {
  /** Absolute, links resolved. */
  readonly root: string
  /** @returns `null` when nothing is there.  @throws `file-unreadable` for what is no regular file (never blocks on a FIFO), is larger than `limit` bytes, or may not be read. */
  read(path: string, limit: number): Uint8Array | null
  stat(path: string): FileStat | null
  /**
   * Paths of regular files below the root that match one of the globs and none of `ignore`; sorted by code unit. Links are followed when they end inside
   * the root, cycles of them are not; a file with several names is listed once, under its own
   * where that matches. Globs are relative to the root: `x.json` is the root's, `**\/x.json` those at any depth. Dots are ordinary letters.
   * `.git` and `node_modules` are ignored unless a glob names them.
   */
  list(patterns: readonly string[], ignore: readonly string[]): readonly string[]
  /** Whether `command` names an executable file on PATH (or is a path to one). */
  onPath(command: string): boolean
  environment(name: string): string | undefined
  /** The zsh that is installed, to be asked whether it could read a text; `undefined` where there is none. */
  zsh(): ZshJudge | undefined
  /**
   * Write files: all or none, also when killed half-way (the next `recover` completes or undoes it). Mode, owner, ACL and extended attributes stay.
   * Missing folders are made. A link inside the root stays a link, its target is written. A file outside the root is written alone.
   * @throws `file-changed` when a file is not what its plan was made from; `write-refused` for what must not be replaced, with the reason;
   * `write-failed` when the disk failed. In each case every file is as it was.
   */
  write(files: readonly FileWrite[]): void
  /** Finish or undo what a killed run left behind, and remove its temporary files.  @returns the paths it touched. */
  recover(): readonly string[]
  /** Why `write` would refuse to replace the file, as far as that can be seen without writing; `undefined`: nothing speaks against it. */
  refusal(path: string): CfgsyncError | undefined
}
