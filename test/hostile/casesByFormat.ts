import type { HostileCase } from "./case.ts"
import { cases as configuration } from "./cases/configuration.ts"
import { cases as json } from "./cases/json.ts"
import { cases as markdown } from "./cases/markdown.ts"
import { cases as rules } from "./cases/rules.ts"
import { cases as toml } from "./cases/toml.ts"
import { cases as yaml } from "./cases/yaml.ts"
import { cases as zsh } from "./cases/zsh.ts"

export const casesByFormat: ReadonlyMap<string, readonly HostileCase[]> = new Map([
  ["json", json],
  ["yaml", yaml],
  ["toml", toml],
  ["markdown", markdown],
  ["zsh", zsh],
  ["rules", rules],
  ["configuration", configuration],
])
