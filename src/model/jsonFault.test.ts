import fc from "fast-check"
import { expect, test } from "vitest"
import { jsonFault } from "./jsonFault.ts"

function faultOf(text: string): string {
  try {
    JSON.parse(text)
    return "none"
  } catch (error) {
    return jsonFault(error)
  }
}

test.each([
  ['{"token": sk-abcdefghijklmnop}', ""],
  ['{"a" 1}', " at character 6"],
  ['{"a": 1} {"b": 2}', " at character 10"],
  ['{\n"a": 1,\n"b" 2}', " at character 15"],
  ['{"a":', " at its end"],
  ["", " at its end"],
])("%j", (text, fault) => {
  expect(faultOf(text)).toBe(fault)
})

test("nothing of the text is said, whatever it is", () => {
  const texts = fc.oneof(
    fc.string(),
    fc.string().map((text) => `{"a": ${text} at position 7`),
    fc.tuple(fc.json(), fc.string()).map(([json, text]) => json.slice(0, 5) + text + json.slice(5)),
  )
  fc.assert(fc.property(texts, (text) => /^(?:none|| at its end| at character \d+)$/.test(faultOf(text))))
  expect(jsonFault(new SyntaxError('"x at position 7" is not valid JSON'))).toBe("")
})
