import { expect, test } from "vitest"
import type { Acceptance } from "../model/policy.ts"
import type { Told } from "./drift.ts"
import { type OnDisk, type Standing, standingOf } from "./status.ts"

const good = { hash: "g", mode: "0644" }
const since = { time: "2030-01-31T12:00:00.000Z", actor: { kind: "ci", name: "x", evidence: [] }, how: "seen" } as const
const waits = (kind: "pending" | "quarantined", hash: string | null): Told => ({ waiting: { kind, hash, ...since } })

test.each<[OnDisk, typeof good | undefined, Acceptance, Told, Standing]>([
  [{ hash: "g", mode: "0644" }, good, "auto", {}, "clean"],
  [{ hash: "g", mode: "0600" }, good, "auto", {}, "drifted"],
  [{ hash: "x", mode: "0644" }, good, "auto", {}, "drifted"],
  [{ hash: "x", mode: "0644" }, good, "strict", {}, "drifted"],
  [{ hash: "x", mode: "0644" }, good, "ask", {}, "pending"],
  [{ hash: "x", mode: "0644" }, good, "auto", waits("pending", "x"), "pending"],
  // Another change than the one that waits.
  [{ hash: "y", mode: "0644" }, good, "auto", waits("pending", "x"), "drifted"],
  [{ hash: "g", mode: "0644" }, good, "auto", waits("pending", "x"), "clean"],
  [{ hash: "x", mode: "0644" }, good, "strict", waits("quarantined", "x"), "quarantined"],
  [{ hash: null }, good, "strict", waits("quarantined", null), "quarantined"],
  [{ hash: null }, good, "ask", {}, "missing"],
  [{ hash: null }, undefined, "auto", {}, "missing"],
  [{ hash: "" }, good, "auto", {}, "unreadable"],
  [{ hash: "x", mode: "0644" }, undefined, "ask", {}, "new"],
])("%j with %j, %s and %j is %s", (disk, known, acceptance, told, standing) => {
  expect(standingOf(disk, known, acceptance, () => told)).toBe(standing)
})
