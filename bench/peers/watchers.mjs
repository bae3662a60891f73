/** `node watchers.mjs fs.watch|chokidar|parcel FOLDER [MODULE]`: watches a folder and prints the path of each file that may have changed, at once. */
import { readdirSync, watch, writeSync } from "node:fs"
import { join, relative } from "node:path"

const [kind, root = "", module = ""] = process.argv.slice(2)
const say = (path) => writeSync(1, `${path}\n`)
const name = (path) => relative(root, path)

const kinds = {
  "fs.watch": () => {
    const folders = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
    for (const folder of [root, ...folders]) watch(folder, (_, file) => file !== null && say(name(join(folder, file))))
  },
  chokidar: async () => {
    const { watch } = await import(module)
    const watcher = watch(root, { ignoreInitial: true }).on("change", (path) => say(name(path)))
    watcher.on("add", (path) => say(name(path)))
    await new Promise((resolve) => watcher.once("ready", resolve))
  },
  parcel: async () => {
    const { default: parcel } = await import(module)
    const tell = (_, events) => {
      for (const { path } of events ?? []) say(name(path))
    }
    await parcel.subscribe(root, tell, { backend: "inotify" })
  },
}

await kinds[kind]()
say("ready")
