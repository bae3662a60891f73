/** What stands before the first wildcard of a glob: all of it where it has none. */
export function literalStart(glob: string): string {
  return glob.slice(0, glob.search(/[*?[\]{}()!+@\\]|$/))
}
