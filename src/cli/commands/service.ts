import { realpathSync } from "node:fs"
import type { Command } from "commander"
import { openProject } from "../../app/project.ts"
import { installService, refuseVolatile, uninstallService } from "../../app/service.ts"
import { sha256 } from "../../system/hash.ts"
import { type Service, serviceFor } from "../../system/serviceFile.ts"
import type { Session } from "../session.ts"
import { type CommonOptions, projectOf } from "./checkOptions.ts"

interface ServiceOptions extends Pick<CommonOptions, "config" | "env"> {
  readonly dryRun?: boolean
  readonly fix: boolean
}

export function define(command: Command, session: Session): void {
  add(command, "install", "watch this project whenever you are logged in", session, install)
  add(command, "uninstall", "stop that, and forget it", session, uninstall)
  command.addHelpText("after", closing)
}

type Act = (service: Service, root: string, options: ServiceOptions, session: Session) => void

function add(command: Command, name: string, summary: string, session: Session, act: Act): void {
  command
    .command(name)
    .summary(summary)
    .description(summary)
    .option("--dry-run", "print what would be written and run")
    .option("--no-fix", "only tell; repair nothing")
    .option("--env <name>", "apply an environment of the configuration")
    .option("--config <file>", "the configuration to use, instead of the nearest one")
    .action(async (options: ServiceOptions) => {
      const { root } = await openProject(projectOf(session.io.cwd, options))
      act(serviceOf(root, options, session), root, options, session)
    })
}

function serviceOf(root: string, { fix, env, config }: ServiceOptions, { io }: Session): Service {
  const words = [
    "watch",
    ...(fix ? [] : ["--no-fix"]),
    ...(env === undefined ? [] : [`--env=${env}`]),
    ...(config === undefined ? [] : [`--config=${realpathSync(config)}`]),
  ]
  return serviceFor(process.platform, {
    folder: root,
    command: [process.execPath, realpathSync(process.argv[1] ?? ""), ...words],
    environment: io.env,
    user: process.getuid?.() ?? 0,
    key: sha256(Buffer.from(root)).slice(0, 8),
  })
}

function install(service: Service, root: string, { dryRun }: ServiceOptions, session: Session): void {
  const { voice } = session
  if (dryRun === true) {
    show(`write ${service.file}\n\n${service.text}`, service.begin, session)
    return
  }
  refuseVolatile(realpathSync(process.argv[1] ?? ""))
  const refusal = installService(service, root, session.io.env)
  voice.say(`wrote ${service.file}`)
  if (refusal === null) voice.say(`${root} is watched from now on, whenever you are logged in`)
  else complain(refusal, "it begins with the next login; or run `cfgsync watch --detach`", session)
}

function uninstall(service: Service, root: string, { dryRun }: ServiceOptions, session: Session): void {
  const { voice } = session
  if (dryRun === true) {
    show(`remove ${service.file}\n`, service.end, session)
    return
  }
  const refusal = uninstallService(service, root, session.io.env)
  voice.say(refusal === undefined ? `no service watches ${root}` : `removed ${service.file}`)
  if (typeof refusal === "string") complain(refusal, "`cfgsync watch --stop` ends a monitor that still runs", session)
}

function show(first: string, commands: Service["begin"], { voice }: Session): void {
  voice.result(`${first}\n${commands.map((words) => `run ${words.join(" ")}\n`).join("")}`)
}

function complain(refusal: string, advice: string, { voice, finish }: Session): void {
  voice.warning(`the service manager did not hear of it: ${refusal}`)
  voice.hint(advice)
  finish(1)
}

const closing = `
On Linux a unit of systemd for this user, on macOS an agent of launchd. It is started again when it ends by accident, and on Linux also when it stands still
(a heartbeat goes to systemd's watchdog). Variables that the configuration asks for go into ~/.config/cfgsync/environment (Linux), a line each.
\`loginctl enable-linger\` keeps it while you are logged out.

Examples:
  cfgsync service install --dry-run
  cfgsync service install
  cfgsync service uninstall`
