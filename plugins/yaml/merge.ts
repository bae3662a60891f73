/** Whether a key is the merge key of YAML 1.1, which everyday tools still understand. Quoted it is an ordinary key. */
export function isMergeKey(key: {
  readonly source?: string | undefined
  readonly type?: string | null | undefined
  readonly tag?: string | undefined
}): boolean {
  return key.source === "<<" && key.type === "PLAIN" && (key.tag === undefined || key.tag === "tag:yaml.org,2002:merge")
}
