import { expect, test } from "vitest"
import type { Finding, FindingKind } from "../model/finding.ts"
import type { Actor } from "../store/entry.ts"
import { actorOf, actorOfHook, actorOfLinks, isAgent } from "./actor.ts"

test("who is seen stands with what they were seen from, an agent before all others", () => {
  expect(actorOf({ CLAUDECODE: "1", GIT_INDEX_FILE: "x" }, true)).toMatchObject({ kind: "agent", name: "claude-code" })
  expect(actorOf({ CFGSYNC_CLIENT: "a-client", CLAUDECODE: "1" }, false)).toEqual({
    kind: "client",
    name: "a-client",
    evidence: ["environment CFGSYNC_CLIENT"],
  })
  expect(actorOf({}, true)).toMatchObject({ kind: "person", evidence: ["terminal"] })
  expect(actorOf({}, false)).toMatchObject({ kind: "program", evidence: ["no terminal"] })
  expect(["client", "agent", "person"].map((kind) => isAgent({ kind, name: "", evidence: [] } as Actor))).toEqual([
    true,
    true,
    false,
  ])
})

const person: Actor = { kind: "person", name: "me", evidence: ["terminal"] }
const agent: Actor = { kind: "agent", name: "one", evidence: ["environment X"] }

test("what git runs is done by its hook, unless an agent set it off", () => {
  expect(actorOfHook("post-merge", person)).toEqual({
    kind: "hook",
    name: "git",
    evidence: ["git hook post-merge", "terminal"],
  })
  expect(actorOfHook("post-merge", agent)).toBe(agent)
})

test("what links alone carry is done by them, where nobody is there in person", () => {
  const watch: Actor = { kind: "watch", name: "me", evidence: ["process 1"] }
  const plan = (...kinds: readonly FindingKind[]) => ({
    fixed: kinds.map((kind) => ({ finding: finding(kind), repair: { title: "", safety: "safe" as const, steps: [] } })),
  })
  expect(actorOfLinks(plan("link", "link"), watch)).toEqual({
    kind: "sync",
    name: "x/servers",
    evidence: ["watch me", "process 1"],
  })
  expect(actorOfLinks(plan("link", "rule"), watch)).toBe(watch)
  expect(actorOfLinks(plan(), watch)).toBe(watch)
  expect(actorOfLinks(plan("link"), person)).toBe(person)
  expect(actorOfLinks(plan("link"), agent)).toBe(agent)
})

function finding(kind: FindingKind): Finding {
  return {
    ...{ file: "a.json", document: 0, rule: "x/servers", kind, severity: "error", message: "" },
    ...{ path: [], span: { start: 0, end: 0 }, priority: 0, repairs: [] },
  }
}
