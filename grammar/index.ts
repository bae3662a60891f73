export { formatRules } from "./format.ts"
export { type ParsedRules, parseRules } from "./parseRules.ts"
