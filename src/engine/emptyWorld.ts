import type { World } from "../model/world.ts"

/** A world in which there is nothing: for rules that ask about their document only. */
export const emptyWorld: World = {
  document: () => undefined,
  documents: () => [],
  files: () => [],
  loading: () => undefined,
  exists: () => false,
  onPath: () => false,
  environment: () => undefined,
  lastGood: () => undefined,
  file: () => null,
  secrets: () => new Map(),
  template: () => undefined,
}
