import { expect, test } from "vitest"
import { nearest } from "./nearest.ts"

test.each([
  ["todorite", ["todowrite", "todoread", "bash"], { word: "todowrite", distance: 1, unique: true }],
  ["comand", ["command", "environment"], { word: "command", distance: 1, unique: true }],
  ["tpye", ["type", "enabled"], { word: "type", distance: 1, unique: true }],
  ["MCP-Servers", ["mcpServers", "model"], { word: "mcpServers", distance: 1, unique: true }],
  ["enviroment", ["environment"], { word: "environment", distance: 1, unique: true }],
  ["enviromemt", ["environment"], { word: "environment", distance: 2, unique: true }],
  ["remot", ["remote", "remove", "remot2"], { word: "remote", distance: 1, unique: false }],
  ["type", ["type"], { word: "type", distance: 0, unique: true }],
  ["toString", ["__proto__"], undefined],
  ["id", ["is", "in", "it"], undefined],
  ["a", ["b"], undefined],
  ["", ["x", "abc"], undefined],
  ["completely", ["different"], undefined],
  ["args", [], undefined],
])("%j among %j", (word, candidates, expected) => {
  expect(nearest(word, candidates)).toEqual(expected)
})

test("very long words cost nothing", () => {
  const long = "x".repeat(100_000)
  expect(nearest(long, ["y".repeat(100_000)])).toBeUndefined()
  expect(nearest("short", [long])).toBeUndefined()
})
