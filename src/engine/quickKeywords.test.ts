import { Ajv } from "ajv"
import fc from "fast-check"
import { expect, test } from "vitest"
import { quicken } from "./quickKeywords.ts"

const scalar = fc.constantFrom<unknown>(null, true, false, 0, -0, 1, 1.5, "", "0", "1", "null", "[]", '"', '{"a":1}')
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    scalar,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "__proto__", '"'), tie("value"), { maxKeys: 2, noNullPrototype: true }),
  ),
}))

function errorsOf(ajv: Ajv, schema: object, data: unknown) {
  const validate = ajv.compile(schema)
  validate(data)
  return validate.errors
}

function makePair(): readonly [Ajv, Ajv] {
  const options = { allErrors: true, verbose: true, strict: false, validateSchema: false }
  const quick = new Ajv(options)
  quicken(quick)
  return [quick, new Ajv(options)]
}

test("the errors are those of Ajv", () => {
  const values = fc.array(value, { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(values, values, fc.boolean(), (members, data, uniqueItems) => {
      const [quick, plain] = makePair()
      const schema = { uniqueItems, items: { enum: members } }
      expect(errorsOf(quick, schema, data)).toEqual(errorsOf(plain, schema, data))
    }),
    { numRuns: 300 },
  )
})
