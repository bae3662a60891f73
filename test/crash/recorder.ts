/** The process that is killed: `node recorder.ts ROOT ACT`, with HOME at ROOT/home. */
import { join } from "node:path"
import { acceptFiles, planAcceptance } from "../../src/app/acceptFiles.ts"
import { editFile } from "../../src/app/edit.ts"
import { fix } from "../../src/app/fix.ts"
import { openProject } from "../../src/app/project.ts"
import { unattended } from "../../src/app/record.ts"
import { rejectFiles } from "../../src/app/rejectFiles.ts"
import { rollback, undo } from "../../src/app/rollback.ts"
import { settleDrift } from "../../src/app/settle.ts"

const [root = "", act = ""] = process.argv.slice(2)
const cwd = join(root, "project")

if (act === "set") await editFile({ cwd, file: "a.json", path: "$.name", operation: "set", value: "new" })
const project = await openProject({ cwd })
if (act === "fix") await fix(project, { paths: [], unsafe: false, dryRun: false, recording: unattended("fix") })
if (act === "accept" || act === "migrate") {
  const { candidates } = await planAcceptance(project, ["a.json", "b.json"])
  await acceptFiles(project, candidates, { reason: "", recording: unattended("accept") })
}
const options = { recording: unattended(act), dryRun: false, unsafe: false }
if (act === "reject") await rejectFiles(project, ["a.json", "b.json"], { ...options, reason: "not meant" })
if (act === "settle") await settleDrift(project, undefined, options)
if (act === "undo") await undo(project, undefined, options)
if (act === "rollback") {
  await rollback(project, ["a.json", "b.json"], { lastGood: true }, options)
}
