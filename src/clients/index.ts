export type { Client } from "./client.ts"
export { clients } from "./clients.ts"
export type { EffectiveClient, Place } from "./effectiveClient.ts"
export { effectiveClients } from "./effectiveClients.ts"
export { templatesOf } from "./fillIn.ts"
export {
  type Ignored,
  ignoredText,
  type Layer,
  type Layered,
  layered,
  type Overridden,
  overriddenText,
} from "./layering.ts"
export { type Case, type Level, type LevelResult, prove, versionOf, type WordedFile } from "./prove.ts"
