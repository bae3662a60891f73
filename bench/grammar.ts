/** How long a thousand rules take to read, cold and warm: `npx node bench/grammar.ts`. */
import { parseRules } from "../grammar/parseRules.ts"

const rules = 1000
const rounds = 10

const text = Array.from(
  { length: rules },
  (_, index) => `rule pack/r${index} "a server says how to start" {
  for server in $.mcp.*
  where server.type == "local"
  require server.command is [string] and count(server.command) >= 1
}
`,
).join("\n")

const times = Array.from({ length: rounds }, () => {
  // Time of this thread alone: other work on the machine says nothing about the parser.
  const started = process.threadCpuUsage()
  const read = parseRules(text, "a.rule").file.rules.length
  const { user, system } = process.threadCpuUsage(started)
  if (read !== rules) throw new Error(`${read} of ${rules} rules were read`)
  return (user + system) / 1000
})

const [cold = 0, ...warm] = times
console.log(
  `${rules} rules: ${cold.toFixed(0)} ms cold, ${Math.min(...warm).toFixed(0)} ms warm (the best of ${warm.length})`,
)
