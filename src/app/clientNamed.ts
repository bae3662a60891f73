import { CfgsyncError } from "../model/errors.ts"
import { nearest } from "../model/nearest.ts"

/** The client that was asked for by its id. @throws CfgsyncError `usage` with `message` where there is none, naming the nearest or all */
export function clientNamed<C extends { readonly id: string }>(
  clients: readonly C[],
  name: string,
  message: (quoted: string) => string,
): C {
  const client = clients.find(({ id }) => id === name)
  if (client !== undefined) return client
  const names = clients.map(({ id }) => id)
  const near = nearest(name, names)
  const hint = near === undefined ? `there are: ${names.join(", ")}` : `did you mean ${near.word}?`
  throw new CfgsyncError("usage", message(JSON.stringify(name)), hint)
}
