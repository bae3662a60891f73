import type { Candidates } from "../../src/model/document.ts"
import type { Operation } from "../../src/model/operation.ts"
import type { Value } from "../../src/model/value.ts"
import type { Tree } from "./tree.ts"

export function candidates(_tree: Tree, _value: Value, operation: Operation): Candidates {
  return { refused: `a TOML file cannot be changed by ${operation.op}` }
}
