import { RE2JS } from "re2js"

/** A pattern in RE2's language, which takes time that grows with the text and no faster, whoever wrote it. */
export interface LinearPattern {
  /** Whether it is found anywhere. */
  readonly test: (text: string) => boolean
  /** The text with another in the place of all that it finds, in which `$1` is its first group. @throws Error where a group is named that is not there */
  readonly replaceAll: (text: string, by: string) => string
}

/** @throws Error that says what is wrong with it */
export function linearPattern(pattern: string): LinearPattern {
  const compiled = RE2JS.compile(pattern)
  return {
    test: (text) => compiled.test(text),
    replaceAll: (text, by) => compiled.matcher(text).replaceAll(by),
  }
}
