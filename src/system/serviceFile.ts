import { basename, join } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { escapeHtml } from "../model/escapeHtml.ts"

type Environment = Readonly<Record<string, string | undefined>>

/** A program that the system starts with the session of its user, and starts again when it ends by accident. */
export interface Service {
  readonly file: string
  readonly text: string
  /** Commands that make the service manager know it, and forget it. */
  readonly begin: readonly (readonly string[])[]
  readonly end: readonly (readonly string[])[]
}

interface ServiceRequest {
  /** Where it runs; absolute. */
  readonly folder: string
  /** The program with its arguments. */
  readonly command: readonly string[]
  /** Of the user who asks: HOME says where the file goes, PATH is handed on. */
  readonly environment: Environment
  readonly user: number
  /** Tells this folder from others of the same name. */
  readonly key: string
}

/** @throws CfgsyncError `not-possible-here` where there is neither systemd nor launchd */
export function serviceFor(platform: NodeJS.Platform, request: ServiceRequest): Service {
  const words = [request.folder, request.environment.PATH ?? "", ...request.command]
  if (words.some(hasControls))
    throw new CfgsyncError("not-possible-here", "a path with a line break or another control sign cannot be a service")
  if (platform === "linux") return systemdUnit(request)
  if (platform === "darwin") return launchdAgent(request)
  throw new CfgsyncError("not-possible-here", `services are not known on ${platform}`, "run `cfgsync watch --detach`")
}

/** The watchdog is what `notifyServiceManager` answers; the first look at a large project takes its time. */
function systemdUnit({ folder, command, environment, key }: ServiceRequest): Service {
  const name = `cfgsync-${nameOf(folder)}-${key}.service`
  const home = environment.HOME ?? ""
  const text = `[Unit]
Description=cfgsync watches ${percents(folder)}
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=all
WorkingDirectory=${percents(folder)}
Environment=${quoted(`PATH=${environment.PATH ?? ""}`)}
EnvironmentFile=-%h/.config/cfgsync/environment
ExecStart=${command.map((word) => quoted(word).replaceAll("$", "$$$$")).join(" ")}
Restart=on-failure
RestartSec=5
WatchdogSec=60
TimeoutStartSec=15min

[Install]
WantedBy=default.target
`
  const systemctl = (...words: readonly string[]) => ["systemctl", "--user", ...words]
  return {
    file: join(environment.XDG_CONFIG_HOME || join(home, ".config"), "systemd", "user", name),
    text,
    begin: [systemctl("daemon-reload"), systemctl("enable", "--now", name)],
    end: [systemctl("disable", "--now", name)],
  }
}

function launchdAgent({ folder, command, environment, user, key }: ServiceRequest): Service {
  const name = `dev.cfgsync.${nameOf(folder)}-${key}`
  const home = environment.HOME ?? ""
  const file = join(home, "Library", "LaunchAgents", `${name}.plist`)
  const string = (text: string) => `<string>${escapeHtml(text)}</string>`
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>${string(name)}
  <key>WorkingDirectory</key>${string(folder)}
  <key>ProgramArguments</key>
  <array>${command.map(string).join("")}</array>
  <key>EnvironmentVariables</key>
  <dict><key>PATH</key>${string(environment.PATH ?? "")}</dict>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key>
  <dict><key>SuccessfulExit</key><false/></dict>
  <key>ThrottleInterval</key><integer>5</integer>
</dict>
</plist>
`
  return {
    file,
    text,
    begin: [["launchctl", "bootstrap", `gui/${user}`, file]],
    end: [["launchctl", "bootout", `gui/${user}/${name}`]],
  }
}

function hasControls(text: string): boolean {
  return [...text].some((sign) => sign < " " || sign === "\u007f")
}

function nameOf(folder: string): string {
  return (
    basename(folder)
      .replace(/[^A-Za-z0-9_.-]/g, "_")
      .slice(0, 40) || "root"
  )
}

/** systemd puts other words in for `%x`. */
function percents(text: string): string {
  return text.replaceAll("%", "%%")
}

function quoted(text: string): string {
  return `"${percents(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`
}
