/** Every way in which a request or a configuration can be wrong, with the code that tests and scripts may rely on. */
export type ErrorCode =
  | "config-invalid"
  | "config-unreadable"
  | "rule-invalid"
  | "file-not-found"
  | "file-unreadable"
  | "file-invalid"
  | "path-invalid"
  | "path-missing"
  | "value-invalid"
  | "edit-refused"
  | "format-unknown"
  | "file-changed"
  | "write-refused"
  | "write-failed"
  | "not-possible-here"
  | "download-failed"
  | "git-failed"
  | "usage"

/**
 * The user's request or configuration is wrong: exit code 2. (A wrong *file* is a Finding, returned; a wrong *cfgsync* is a plain throw.)
 * `message` is lower-case and without a full stop: what and where. `hint` says what to do.
 */
export class CfgsyncError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, hint?: string, options?: ErrorOptions) {
    super(message, options)
    this.name = "CfgsyncError"
    this.code = code
    this.hint = hint
  }
}
