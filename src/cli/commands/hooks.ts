import { type Command, Option } from "commander"
import { hookNames } from "../../app/git/hookNames.ts"
import type { Session } from "../session.ts"
import type { HookOptions, InstallOptions } from "./hookOptions.ts"
import { addStoreOptions } from "./storeOptions.ts"

export function define(command: Command, session: Session): void {
  const add = (name: string, summary: string) => addStoreOptions(command.command(name).description(summary))
  add("install", "put cfgsync into the git hooks, or those of husky, lefthook or pre-commit; keeps what is there")
    .option("--merge-driver", "also let cfgsync merge JSON, YAML and TOML files by structure")
    .action(async (options: InstallOptions) => (await import("./hooksInstall.ts")).install(options, session))
  add("uninstall", "take cfgsync out of them, and leave everything else as it is").action(
    async (options: InstallOptions) => (await import("./hooksInstall.ts")).uninstall(options, session),
  )
  add("status", "say in which hooks cfgsync is; exits 1 where one is missing or stale").action(
    async (options: InstallOptions) => (await import("./hooksInstall.ts")).status(options, session),
  )
  add("run", "do what a git hook is there for; this is what an installed hook calls")
    .argument("<hook>", `one of ${hookNames.join(", ")}`)
    .argument("[args...]", "what git gives to the hook; for pre-commit files, as lint-staged names them")
    .addOption(
      new Option("--policy <policy>", "of pre-commit, over what the configuration says").choices([
        "block",
        "fix",
        "warn",
      ]),
    )
    .addHelpText("after", closing)
    .action(async (hook: string, args: string[], options: HookOptions) => {
      const { runHook } = await import("./hooksRun.ts")
      await runHook(hook, args, options, session)
    })
}

const closing = `
pre-commit exits 1 when the commit would bring in what blocks it, and says nothing when all is well. The hooks after the fact
never fail: they report or repair in the working tree.

Examples:
  cfgsync hooks run pre-commit --policy fix
  cfgsync hooks run post-merge 0`
