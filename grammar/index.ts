export { type ParsedRules, parseRules } from "./parseRules.ts"
