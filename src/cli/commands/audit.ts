import { type Command, Option } from "commander"
import {
  auditCheckpoint,
  auditEntries,
  auditLines,
  auditProve,
  auditRotateKey,
  auditVerify,
  type Verified,
} from "../../app/audit.ts"
import { openProject, type Project } from "../../app/project.ts"
import { printable } from "../../report/printable.ts"
import { count } from "../../report/summary.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { projectOf } from "./checkOptions.ts"
import { entriesText } from "./historyTexts.ts"
import { addStoreOptions, type StoreOptions, tellOf } from "./storeOptions.ts"
import { parseId } from "./undo.ts"

interface VerifyOptions extends StoreOptions {
  readonly checkpoint?: readonly string[]
  readonly ref?: string
  readonly key?: string
}

interface CheckpointOptions extends StoreOptions {
  readonly out?: string
  readonly ref?: string
}

export function define(command: Command, session: Session): void {
  const add = (name: string, summary: string) => addStoreOptions(command.command(name).description(summary))
  add("log", "print every entry, oldest first").action((options: StoreOptions) => log(options, session))
  add("verify", "look for anything that was edited, reordered, cut or put anew; exits 1 when something was")
    .addOption(new Option("--checkpoint <file>", "an earlier checkpoint; may be repeated").argParser(collect))
    .option("--ref <ref>", "a git ref with earlier checkpoints")
    .option("--key <key>", "the public key of the checkpoints, instead of your own")
    .addHelpText("after", verifyClosing)
    .action((options: VerifyOptions) => verify(options, session))
  add("export", "print the entries as JSON Lines, each with the SHA-256 of the line before").action(
    (options: StoreOptions) => exportLines(options, session),
  )
  add("prove", "print the proof that an entry stands in the log")
    .argument("<id>", "the entry", parseId)
    .action((id: number, options: StoreOptions) => prove(id, options, session))
  add("checkpoint", "print the signed checkpoint of the log as it is now")
    .option("--out <file>", "write it to this file too; keep it where who can write here cannot")
    .option("--ref <ref>", "add it to this git ref too, which is pushed and fetched with the repository")
    .action((options: CheckpointOptions) => checkpoint(options, session))
  add("rotate-key", "make a new key for checkpoints; the old one signs that, and is destroyed").action(
    (options: StoreOptions) => rotateKey(options, session),
  )
}

function collect(file: string, before: readonly string[] = []): readonly string[] {
  return [...before, file]
}

function open({ io }: Session, options: StoreOptions): Promise<Project> {
  return openProject(projectOf(io.cwd, options))
}

async function log(options: StoreOptions, session: Session): Promise<void> {
  const entries = await auditEntries(await open(session, options), tellOf(session))
  session.voice.result(options.format === "json" ? jsonText(entries) : entriesText(entries))
}

async function verify(options: VerifyOptions, session: Session): Promise<void> {
  const result = await auditVerify(await open(session, options), {
    checkpoints: options.checkpoint ?? [],
    ...(options.ref === undefined ? {} : { ref: options.ref }),
    ...(options.key === undefined ? {} : { key: options.key }),
  })
  session.voice.result(options.format === "json" ? jsonText(result) : verifiedText(result))
  if (result.problems.length > 0) session.finish(1)
}

function verifiedText({ entries, problems, alarms, witnessed }: Verified): string {
  const lines = [
    ...problems.map(({ id, message }) => `${id === undefined ? "" : `entry ${id}: `}${printable(message)}`),
    ...alarms.map(
      ({ id, reason, detail }) => `entry ${id} is an alarm: the store was ${reason} (${printable(detail)})`,
    ),
  ]
  if (problems.length > 0) lines.push(`the log is NOT to be trusted: ${count(problems.length, "problem")}`)
  else if (entries === null) lines.push("there is no log yet")
  else
    lines.push(
      `${entries} ${entries === 1 ? "entry" : "entries"}, all in order${witnessed ? "" : "; no earlier checkpoint was at hand"}`,
    )
  return `${lines.join("\n")}\n`
}

async function exportLines(options: StoreOptions, session: Session): Promise<void> {
  const lines = await auditLines(await open(session, options), tellOf(session))
  session.voice.result(lines.map((line) => `${line}\n`).join(""))
}

async function prove(id: number, options: StoreOptions, session: Session): Promise<void> {
  const proof = await auditProve(await open(session, options), id, tellOf(session))
  const text = [proof.entry, `index ${proof.index}`, `leaf ${proof.leaf}`, ...proof.proof, "", proof.checkpoint]
  session.voice.result(options.format === "json" ? jsonText(proof) : text.join("\n"))
}

async function checkpoint(options: CheckpointOptions, session: Session): Promise<void> {
  const result = await auditCheckpoint(await open(session, options), options, tellOf(session))
  session.voice.result(options.format === "json" ? jsonText(result) : result.note)
}

async function rotateKey(options: StoreOptions, session: Session): Promise<void> {
  const keys = await auditRotateKey(await open(session, options), tellOf(session))
  session.voice.result(options.format === "json" ? jsonText(keys) : `the key ${keys.from}\nis followed by ${keys.to}\n`)
}

const verifyClosing = `
Nothing is changed by it. A log that was cut or rebuilt is whole in itself: only a checkpoint from before gives it away. cfgsync remembers the
last one outside of the project; one that you keep elsewhere is better.

Examples:
  cfgsync audit checkpoint --out ../safe/checkpoint
  cfgsync audit verify --checkpoint ../safe/checkpoint
  cfgsync audit checkpoint --ref refs/cfgsync/checkpoints && git push origin refs/cfgsync/checkpoints
  cfgsync audit verify --ref refs/cfgsync/checkpoints`
