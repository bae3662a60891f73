import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { cfgsync } from "../git/project.ts"
import { Live, makeHome } from "./live.ts"
import { put, stage } from "./stage.ts"

const chromium = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => spawnSync(name, ["--version"]).status === 0,
)
// It is too large to be installed for this alone.
if (chromium === undefined) process.stderr.write("the report is NOT LOOKED AT in a browser: there is no chromium\n")

interface Look {
  readonly width: number
  readonly text: string
  /** What reaches out of the page to the right. */
  readonly outside: readonly string[]
  readonly scrollWidth: number
  readonly loaded: readonly string[]
  readonly plots: number
}

/** What a browser makes of a page at some widths. */
function lookAt(page: string, widths: readonly number[], home: string): readonly Look[] {
  const escaped = page.replaceAll("&", "&amp;").replaceAll('"', "&quot;")
  const frames = widths.map(
    (width) => `<iframe style="width:${width}px;height:3000px;border:0" srcdoc="${escaped}"></iframe>`,
  )
  const script = `addEventListener("load", () => {
    const looks = [...document.querySelectorAll("iframe")].map(({ contentDocument: page, contentWindow: view }) => ({
      width: view.innerWidth,
      text: page.body.innerText,
      scrollWidth: page.documentElement.scrollWidth,
      loaded: view.performance.getEntriesByType("resource").map(({ name }) => name),
      plots: [...page.querySelectorAll("svg")].filter((plot) => plot.getBoundingClientRect().height > 20).length,
      outside: [...page.querySelectorAll("body *")]
        .filter((each) => each.getBoundingClientRect().right > view.innerWidth + 1)
        .map((each) => each.tagName + ": " + each.textContent.slice(0, 60)),
    }))
    document.body.innerHTML = "<pre>" + encodeURIComponent(JSON.stringify(looks)) + "</pre>"
  })`
  const file = join(home, "page.html")
  writeFileSync(file, `<!doctype html><meta charset="utf-8"><body>${frames.join("")}<script>${script}</script>`)
  const options = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    `--user-data-dir=${home}/chromium`,
  ]
  const { stdout, stderr } = spawnSync(
    chromium ?? "",
    [...options, "--virtual-time-budget=5000", "--dump-dom", `file://${file}`],
    {
      encoding: "utf8",
      timeout: 100_000,
      env: { PATH: process.env.PATH ?? "", HOME: home },
    },
  )
  const found = /<pre>([^<]*)<\/pre>/.exec(stdout)?.[1]
  if (found === undefined) throw new Error(`the browser said ${stdout.slice(0, 500)} ${stderr.slice(0, 500)}`)
  return JSON.parse(decodeURIComponent(found))
}

describe.skipIf(chromium === undefined)("the report in a browser", () => {
  test("is readable on a desk and on a telephone, loads nothing, and shows what happened", async () => {
    const long = `conf/${"a-very-long-name-of-a-folder/".repeat(3)}service.json`
    const root = stage({ "conf/a.json": '{ "port": 80 }\n', [long]: '{ "size": 1 }\n' })
    const home = makeHome()
    const live = await Live.start(root, { home })
    put(root, "conf/a.json", '{ "port": "x" }\n')
    await live.next(({ event }) => event === "repaired")
    expect(await live.stop()).toBe("0")
    const env = { PATH: process.env.PATH ?? "", HOME: home }
    const args = [cfgsync, "report", "--format", "html"]
    const page = spawnSync(process.execPath, args, { cwd: root, env, encoding: "utf8" }).stdout
    const looks = lookAt(page, [1280, 390], home)
    expect(looks.map(({ width }) => width)).toEqual([1280, 390])
    for (const look of looks) {
      expect(look.outside).toEqual([])
      expect(look.scrollWidth).toBeLessThanOrEqual(look.width)
      expect(look.loaded).toEqual([])
      expect(look.plots).toBeGreaterThan(0)
      for (const words of ["own/size", "own/port", "service.json"]) expect(look.text).toContain(words)
    }
  }, 300_000)
})
