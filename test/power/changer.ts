/** The process whose power is cut: `node changer.ts PROJECT`, with HOME beside it. Says each change when it is acknowledged, until it fails. */
import { editFile } from "../../src/app/edit.ts"

const [cwd = ""] = process.argv.slice(2)

for (let number = 1; ; number++) {
  const file = number % 2 === 0 ? "a.json" : "b.json"
  await editFile({ cwd, file, path: "$.number", operation: "set", value: number })
  process.stdout.write(`${file} ${number}\n`)
}
