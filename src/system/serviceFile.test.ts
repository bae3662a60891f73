import { expect, test } from "vitest"
import { serviceFor } from "./serviceFile.ts"

const request = {
  folder: '/home/ann/50 % "new" $shop & more',
  command: ["/usr/bin/node", "/opt/a b/cfgsync.js", "watch", "--env=$x"],
  environment: { HOME: "/home/ann", PATH: "/usr/bin:/opt/100%" },
  user: 1000,
  key: "0123abcd",
}

test("a unit of systemd takes odd signs letter by letter", () => {
  const { file, text, begin } = serviceFor("linux", request)
  expect(file).toBe("/home/ann/.config/systemd/user/cfgsync-50____new___shop___more-0123abcd.service")
  expect(text).toContain('WorkingDirectory=/home/ann/50 %% "new" $shop & more\n')
  expect(text).toContain('ExecStart="/usr/bin/node" "/opt/a b/cfgsync.js" "watch" "--env=$$x"\n')
  expect(text).toContain('Environment="PATH=/usr/bin:/opt/100%%"\n')
  expect(begin[1]).toEqual(["systemctl", "--user", "enable", "--now", expect.stringMatching(/0123abcd\.service$/)])
})

test("an agent of launchd is well-formed", () => {
  const { file, text, end } = serviceFor("darwin", request)
  expect(file).toBe("/home/ann/Library/LaunchAgents/dev.cfgsync.50____new___shop___more-0123abcd.plist")
  expect(text).toContain("<string>/home/ann/50 % &quot;new&quot; $shop &amp; more</string>")
  expect(end).toEqual([["launchctl", "bootout", "gui/1000/dev.cfgsync.50____new___shop___more-0123abcd"]])
})

test("a line break would end a line of the file", () => {
  expect(() => serviceFor("linux", { ...request, folder: "/a\nExecStart=/bin/sh" })).toThrow(/line break/)
  expect(() => serviceFor("win32", request)).toThrow(/win32/)
})
