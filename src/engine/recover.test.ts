import { expect, test } from "vitest"
import json from "../../plugins/json/index.ts"
import yaml from "../../plugins/yaml/index.ts"
import { defaultLimits, type Format } from "../model/document.ts"
import { mendText } from "./mend.ts"
import { recoverText } from "./recover.ts"

async function recover(format: Format, path: string, good: string, damaged: string) {
  const source = (text: string) => ({ path, text, bom: false })
  const { repairs } = mendText(await format.mender?.(), format, source(damaged), defaultLimits)
  const {
    by,
    lost,
    source: made,
  } = recoverText(source(damaged), source(good), repairs, { format, limits: defaultLimits })
  return { by, lost, text: made.text }
}

const good = '{\n  "a": 1,\n  "b": [\n    1,\n    2\n  ],\n  "c": { "d": 3 },\n  "e": 4\n}\n'

test("a missing sign is put in, and later edits stay", async () => {
  const damaged = good.replace('"a": 1,', '"a": 1').replace('"e": 4', '"e": 5')
  expect(await recover(json, "a.json", good, damaged)).toEqual({
    by: "mended",
    lost: "",
    text: good.replace('"e": 4', '"e": 5'),
  })
})

test("a repair that would change what the damage did not touch is not taken", async () => {
  // Closed too early, so that the rest would be part of another object.
  const damaged = good.replace('  "c": { "d": 3 },', '  "c": { "d": 3, "x": {')
  const { text } = await recover(json, "a.json", good, damaged)
  expect(JSON.parse(text)).toMatchObject({ a: 1, b: [1, 2], e: 4 })
})

test("only the stretch that is damaged is taken from the good state", async () => {
  const damaged = good
    .replace('"a": 1', '"a": 2')
    .replace("    1,\n    2\n  ],", '    {"from": "elsewhere", [[\n')
    .replace("4", "5")
  expect(await recover(json, "a.json", good, damaged)).toEqual({
    by: "parts",
    lost: '    {"from": "elsewhere", [[\n',
    text: good.replace('"a": 1', '"a": 2').replace("4", "5"),
  })
})

test("two damages are both taken back, and the edit between them stays", async () => {
  const damaged = good.replace('"a": 1', '"a": ((').replace("    2\n", "    7\n").replace('"e": 4', '"e" ]]')
  const { by, text } = await recover(json, "a.json", good, damaged)
  expect(by).toBe("parts")
  expect(text).toBe(good.replace("    2\n", "    7\n"))
})

test("what cannot be told apart is the good state whole, and what is lost is said", async () => {
  expect(await recover(json, "a.json", good, "<html>\n<body>what\n")).toEqual({
    by: "whole",
    lost: "<html>\n<body>what\n",
    text: good,
  })
})

test("YAML that lost its indentation", async () => {
  const text = "a:\n  b: 1\n  c: 2\nd:\n  - x\n  - y\nlast: 1\n"
  const { by, text: made } = await recover(
    yaml,
    "a.yaml",
    text,
    text.replace("  c: 2", " c: 2").replace("last: 1", "last: 2"),
  )
  expect(by).not.toBe("whole")
  expect(made).toBe(text.replace("last: 1", "last: 2"))
})

test("a text that was cut off anywhere has its end again, and what was edited before the cut stays", async () => {
  for (let length = 0; length < good.length - 2; length++) {
    const cut = await recover(json, "a.json", good, good.slice(0, length))
    expect([length, JSON.parse(cut.text)]).toEqual([length, JSON.parse(good)])
    const edited = good.replace('"a": 1', '"a": 2')
    const both = await recover(json, "a.json", good, edited.slice(0, length))
    // Where the edit itself was cut, or nothing tells it from the cut, the good state is as near as can be.
    const a = JSON.parse(both.text).a
    expect([length, JSON.parse(both.text)]).toEqual([length, { ...JSON.parse(good), a }])
    if (length > edited.indexOf("    2")) expect([length, a]).toEqual([length, 2])
  }
})

test("a name or an entry that its owner changed beside a missing sign stays changed", async () => {
  const renamed = good.replace('"a": 1,', '"z": 1')
  expect(await recover(json, "a.json", good, renamed)).toMatchObject({ by: "mended", text: good.replace('"a"', '"z"') })
  // The comma that stood between it and the last entry is left.
  const removed = good.replace('  "e": 4\n', "")
  expect(JSON.parse((await recover(json, "a.json", good, removed)).text)).toEqual({ a: 1, b: [1, 2], c: { d: 3 } })
})

test("no value is made up", async () => {
  const { text } = await recover(json, "a.json", good, good.replace('"a": 1,', '"a": ,'))
  expect(text).toBe(good)
})
