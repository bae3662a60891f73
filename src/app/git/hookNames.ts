/** The hooks in which cfgsync has something to do. */
export const hookNames = ["pre-commit", "pre-merge-commit", "post-merge", "post-rewrite", "post-checkout"] as const
export type HookName = (typeof hookNames)[number]

export function isHookName(name: string): name is HookName {
  return hookNames.some((each) => each === name)
}
