export type { Client } from "./client.ts"
export { clients } from "./clients.ts"
export { templatesOf } from "./fillIn.ts"
export {
  isWeaker,
  type Layer,
  type Layered,
  layered,
  overriddenText,
} from "./layering.ts"
export { globalFiles, type OpencodeSource, oldWords, opencodeJoins, opencodeSources } from "./opencodeLayers.ts"
export { type Case, type Level, type LevelResult, prove, versionOf, type WordedFile } from "./prove.ts"
