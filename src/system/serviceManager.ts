import { spawn } from "node:child_process"

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Tell systemd how this service is: `READY=1`, `WATCHDOG=1`, `STATUS=…`. Node has no datagram sockets of the system, so its own tool says it.
 * Does nothing where no service manager asked.
 */
export function notifyServiceManager(words: readonly string[], environment: Environment): void {
  if ((environment.NOTIFY_SOCKET ?? "") === "") return
  const child = spawn("systemd-notify", words, { stdio: "ignore", env: { ...environment } })
  // Without the tool the service manager hears nothing, and its own timers tell.
  child.on("error", () => {})
  child.unref()
}

/** Milliseconds after which systemd wants a sign of life, half of its patience; `undefined`: it wants none. */
export function watchdogPause(environment: Environment): number | undefined {
  const microseconds = Number(environment.WATCHDOG_USEC ?? "")
  return microseconds > 0 ? Math.max(1000, microseconds / 2000) : undefined
}
