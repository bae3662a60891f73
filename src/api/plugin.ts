/** `import … from "cfgsync/plugin"`: what a format plugin is, and the contract suite that it must pass (needs vitest and fast-check). */
export type {
  Candidates,
  Comment,
  Document,
  Format,
  Limits,
  Location,
  Mend,
  Mender,
  Parsed,
  Problem,
} from "../model/document.ts"
export type { Edit, Operation } from "../model/operation.ts"
export type { Path } from "../model/path.ts"
export type { Source } from "../model/source.ts"
export type { Span } from "../model/span.ts"
export { DateTime, makeObject, type Value } from "../model/value.ts"
export { type FormatSample, testFormat } from "./formatContract.ts"
