export type { Client } from "./client.ts"
export { clients } from "./clients.ts"
export { templatesOf } from "./fillIn.ts"
export { type Case, type Level, type LevelResult, prove, versionOf, type WordedFile } from "./prove.ts"
