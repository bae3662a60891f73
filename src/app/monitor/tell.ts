import type { Finding } from "../../model/finding.ts"
import type { Happening, MonitorEvent, ToldFinding } from "../../model/monitorEvent.ts"
import { toPointer } from "../../model/path.ts"
import type { Source } from "../../model/source.ts"
import { LineIndex } from "../../model/span.ts"
import { mayHoldSecrets } from "../../secrets/recognise.ts"
import { sha256 } from "../../system/hash.ts"

/** A finding in the words in which it is told of: without secrets, with its place in the text. */
export async function toldFinding(finding: Finding, source: Source | undefined): Promise<ToldFinding> {
  const hide = await hiderFor(finding, source)
  const repair = finding.repairs.find(({ safety }) => safety === "safe") ?? finding.repairs[0]
  const index = source === undefined ? undefined : new LineIndex(source.text)
  const { file, document, rule, kind, severity, message, path, why, docs } = finding
  return {
    file,
    document,
    rule,
    kind,
    severity,
    message: hide(message),
    pointer: toPointer(path),
    ...(index === undefined ? {} : { range: index.range(finding.span) }),
    ...(why === undefined ? {} : { why }),
    ...(docs === undefined ? {} : { docs }),
    repair: repair === undefined ? null : { title: hide(repair.title), safety: repair.safety },
  }
}

async function hiderFor({ message, repairs }: Finding, source: Source | undefined): Promise<(text: string) => string> {
  const words = [message, ...repairs.map(({ title }) => title)].join("\n")
  if (!mayHoldSecrets(words) && (source === undefined || !mayHoldSecrets(source.text))) return (text) => text
  const { redactorFor } = await import("../redact.ts")
  const redactor = await redactorFor(source === undefined ? [] : [source], [words])
  return (text) => redactor.hide(text)
}

/** Whether two findings are the same to a person: one that moved within its file is. */
export function findingKey({ file, document, rule, severity, part, path, message }: Finding): string {
  return JSON.stringify([file, document, rule, severity, part ?? 0, toPointer(path), message])
}

/** A repair is the same by its place in the history, also to who tells of it after the one that made it was killed. */
export function repairedIdentity(changes: readonly number[]): readonly unknown[] {
  return ["changes", ...changes]
}

/** @param identity what makes the event the same one when it is seen again. */
export function eventOf(happening: Happening, identity: readonly unknown[], now: Date): MonitorEvent {
  const id = sha256(Buffer.from(JSON.stringify([happening.kind, ...identity]))).slice(0, 32)
  return { ...happening, id, time: now.toISOString() }
}
