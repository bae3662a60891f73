import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { mkdirSync, realpathSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { createInterface } from "node:readline"
import { expect, onTestFinished, test } from "vitest"
import { serviceFor } from "../../src/system/serviceFile.ts"
import { cfgsync } from "../git/project.ts"
import { Live, makeHome, patience } from "./live.ts"
import { put, rest, stage } from "./stage.ts"

/** Signs that mean something to systemd, to XML or to a shell. */
const odd = `50 % "new" $shop & <more>`

const lacks = (...programs: readonly string[]) =>
  programs.some((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status !== 0)

function oddProject(): { readonly root: string; readonly home: string } {
  const root = join(stage({}), odd)
  put(root, "conf/a.json", '{ "port": 80 }\n')
  put(root, "cfgsync.config.json", '{ "files": ["conf/**/*.json"] }\n')
  return { root: realpathSync(root), home: makeHome() }
}

test.skipIf(lacks("systemd-analyze"))("systemd has nothing to say against the unit that is printed", () => {
  const { root, home } = oddProject()
  const env = { PATH: process.env.PATH ?? "", HOME: home }
  const { stdout } = spawnSync(process.execPath, [cfgsync, "service", "install", "--dry-run", "--no-fix"], {
    cwd: root,
    env,
    encoding: "utf8",
  })
  const [, file = "", unit = ""] = /^write (.+)\n\n([\s\S]*?)\n(?:run .+\n)+$/.exec(stdout) ?? []
  expect(unit).toContain("[Install]")
  const verify = (text: string) => {
    const path = join(home, basename(file))
    writeFileSync(path, text)
    const { status, stderr } = spawnSync("systemd-analyze", ["--user", "--man=no", "verify", path], {
      env: { ...env, XDG_RUNTIME_DIR: home },
      encoding: "utf8",
    })
    return { status, said: stderr.split("\n").filter((line) => line.includes(basename(file))) }
  }
  expect(verify(unit)).toEqual({ status: 0, said: [] })
  expect(verify(unit.replace("WatchdogSec=60", "WatchdogSec=soon")).said).not.toEqual([])
})

test.skipIf(lacks("python3"))("a parser of property lists reads out of the agent what was put in", () => {
  const command = ["/usr/bin/node", `/opt/${odd}/cfgsync.js`, "watch"]
  const environment = { HOME: "/home/ann", PATH: `/usr/bin:/opt/${odd}` }
  const { text } = serviceFor("darwin", {
    folder: `/home/ann/${odd}`,
    command,
    environment,
    user: 501,
    key: "0123abcd",
  })
  const program = "import json, plistlib, sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))"
  const { stdout } = spawnSync("python3", ["-c", program], { input: text, encoding: "utf8" })
  expect(JSON.parse(stdout)).toEqual({
    Label: expect.stringMatching(/^dev\.cfgsync\.[\w.-]+-0123abcd$/),
    WorkingDirectory: `/home/ann/${odd}`,
    ProgramArguments: command,
    EnvironmentVariables: { PATH: environment.PATH },
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 5,
  })
})

/** Takes the place of systemd: a datagram socket, for which Node has no words. Prints a line for each message. */
const listener = `use Socket; socket(S, PF_UNIX, SOCK_DGRAM, 0) && bind(S, sockaddr_un($ARGV[0])) or die $!; $| = 1; print "listens\\n";
while (defined recv(S, $said, 4096, 0)) { $said =~ s/\\n/ /g; print "$said\\n" }`

async function listen(socket: string): Promise<readonly string[]> {
  const child: ChildProcess = spawn("perl", ["-e", listener, socket], { stdio: ["ignore", "pipe", "inherit"] })
  onTestFinished(() => {
    child.kill()
  })
  const said: string[] = []
  if (child.stdout !== null) createInterface({ input: child.stdout }).on("line", (line) => said.push(line))
  await until(() => said.includes("listens"))
  return said
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + patience
  while (!(await holds())) {
    expect(performance.now()).toBeLessThan(end)
    await rest(20)
  }
}

test.skipIf(lacks("systemd-notify", "perl"))(
  "a service manager is told when everything was looked at, again and again that it lives, and of the end",
  async () => {
    const { root, home } = oddProject()
    mkdirSync(join(home, "run"))
    const socket = join(home, "run/notify")
    const said = await listen(socket)
    const environment = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "2000000" }
    const live = await Live.start(root, { home, environment, args: ["--no-fix"] })
    const beats = () => said.filter((line) => line.includes("WATCHDOG=1")).length
    await until(() => beats() >= 3)
    expect(said[1]).toMatch(/READY=1.*STATUS=watching 1 files|STATUS=watching 1 files.*READY=1/)
    live.signal("SIGSTOP")
    // What stands still gives no sign of life, and is started anew; what was said before may still come.
    let stopped = 0
    await until(async () => {
      stopped = beats()
      await rest(3000)
      return beats() === stopped
    })
    live.signal("SIGCONT")
    await until(() => beats() > stopped)
    await live.stop()
    await until(() => said.some((line) => line.includes("STOPPING=1")))
  },
)
