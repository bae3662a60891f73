export { formatRules } from "./format.ts"
export { parseRules } from "./parseRules.ts"
