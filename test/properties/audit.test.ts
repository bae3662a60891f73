import { generateKeyPairSync } from "node:crypto"
import { expect, test } from "vitest"
import { signCheckpoint } from "../../src/store/checkpoint.ts"
import { type Event, lineOf } from "../../src/store/entry.ts"
import { leafHash } from "../../src/store/merkle.ts"
import { type Signer, verifierOf } from "../../src/store/note.ts"
import { headOf, type Log, verifyLog } from "../../src/store/verifyLog.ts"
import { Random } from "./random.ts"

const cases = Math.max(1000, Number(process.env.CFGSYNC_CASES ?? 0) / 100)
const store = "00000000-0000-4000-8000-000000000000"

function newSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519")
  return { ...verifierOf("cfgsync", publicKey), privateKey }
}
const owner = newSigner()
const attacker = newSigner()

function eventsOf(random: Random, count: number): readonly Event[] {
  const actor = { kind: "program", name: "test", evidence: [] } as const
  const hash = () =>
    random
      .below(2 ** 32)
      .toString(16)
      .padStart(64, "0")
  const act = { actor, command: "fix", worktree: "" }
  return Array.from({ length: count }, (_, index): Event => {
    if (index % 3 === 2) return { kind: "written", intent: index + 1, reconciled: random.chance(0.1) }
    const path = `file ${random.below(9)}.json`
    return random.chance(0.2)
      ? {
          kind: "accepted",
          ...act,
          reason: "é",
          files: [{ path, hash: hash(), size: 1, mode: "0644", format: "json" }],
        }
      : { kind: "intent", ...act, root: "", files: [{ path, before: hash(), after: hash(), rules: ["a/b"] }] }
  })
}

/** What an honest writer leaves, from any events. */
function write(events: readonly Event[], signer: Signer): Log {
  const lines: string[] = []
  for (const event of [{ kind: "opened", store, key: signer.text } as const, ...events])
    lines.push(lineOf(event, lines.length + 1, "2030-01-31T12:00:00.000Z", lines.at(-1) ?? null))
  return { lines, head: headNote(lines, signer) }
}

function headNote(lines: readonly string[], signer: Signer): string {
  return signCheckpoint({ origin: `cfgsync/${store}`, ...headOf(lines.map(leafHash)) }, signer)
}

/** What an attacker can do who can write to the store but has not the owner's key. Each changes the log. */
const tamperings = {
  edit: ({ lines, head }, random) => {
    const at = random.below(lines.length)
    return { lines: lines.map((line, index) => (index === at ? edited(line, random) : line)), head }
  },
  delete: ({ lines, head }, random) => ({ lines: lines.toSpliced(random.below(lines.length), 1), head }),
  insert: ({ lines, head }, random) => {
    const at = random.below(lines.length + 1)
    return { lines: lines.toSpliced(at, 0, lines[random.below(lines.length)] ?? ""), head }
  },
  swap: ({ lines, head }, random) => {
    const at = random.below(lines.length - 1)
    return { lines: lines.toSpliced(at, 2, lines[at + 1] ?? "", lines[at] ?? ""), head }
  },
  "cut the tail": ({ lines, head }, random) => ({ lines: lines.slice(0, random.below(lines.length)), head }),
  /** A head that the owner once signed is put back with the log of that time; it is older than the checkpoint. */
  "set back": ({ lines }, random, size) => {
    const old = lines.slice(0, 1 + random.below(size - 1))
    return { lines: old, head: headNote(old, owner) }
  },
  "rebuild with a new key": ({ lines }, random) => write(eventsOf(random, lines.length - 1), attacker),
  "edit and sign with a new key": ({ lines }, random) => {
    const events = lines.slice(1).map(eventOf)
    const kept = write(events.toSpliced(random.below(events.length), 1, ...eventsOf(random, 1)), owner)
    return { lines: kept.lines, head: headNote(kept.lines, attacker) }
  },
  /** Two logs of the owner's own key that part before the checkpoint: who was shown one has the checkpoint of the other. */
  "split view": ({ lines }, random, size) => {
    const parted = 1 + random.below(size - 1)
    const events = lines.slice(1, parted).map(eventOf)
    return write([...events, ...eventsOf(random, lines.length - parted + random.below(4))], owner)
  },
} as const satisfies Readonly<Record<string, (log: Log, random: Random, size: number) => Log>>

function eventOf(line: string): Event {
  const { version: _, id: __, time: ___, previous: ____, ...event } = JSON.parse(line)
  return event
}

function edited(line: string, random: Random): string {
  const at = random.below(line.length)
  const other = String.fromCharCode(33 + random.below(90))
  const text = line.slice(0, at) + other + line.slice(at + 1)
  return text === line ? edited(line, random) : text
}

test.each(Object.entries(tamperings))(`%s is found out, given one earlier checkpoint`, (_, tamper) => {
  for (let seed = 1; seed <= Math.ceil(cases / 8); seed++) {
    const random = new Random(seed)
    const log = write(eventsOf(random, 3 + random.below(30)), owner)
    const size = 2 + random.below(log.lines.length - 1)
    const checkpoint = headNote(log.lines.slice(0, size), owner)
    const tampered = tamper(log, random, size)
    if (tampered.lines.join("\n") === log.lines.join("\n") && tampered.head === log.head) continue
    expect([seed, verifyLog(tampered, owner, [checkpoint]).length > 0]).toEqual([seed, true])
  }
})

test("every honest log is accepted against each of its checkpoints", () => {
  for (let seed = 1; seed <= cases / 10; seed++) {
    const random = new Random(seed)
    const log = write(eventsOf(random, random.below(30)), owner)
    const checkpoints = log.lines.map((_, index) => headNote(log.lines.slice(0, index + 1), owner))
    expect([seed, verifyLog(log, owner, checkpoints)]).toEqual([seed, []])
  }
})

test("a checkpoint of another key or another log proves nothing", () => {
  const log = write(eventsOf(new Random(1), 9), owner)
  const foreign = signCheckpoint({ origin: "cfgsync/other", ...headOf(log.lines.map(leafHash)) }, owner)
  expect(verifyLog(log, owner, [foreign])).toHaveLength(1)
  expect(verifyLog(log, owner, [headNote(log.lines, attacker)])).toHaveLength(1)
  expect(verifyLog(log, owner, ["not a note"])).toHaveLength(1)
})
